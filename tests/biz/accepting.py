"""What a machine must pass: the engine's validator, and statelint (AWS's own), but where it is behind AWS."""

from __future__ import annotations

import re
from typing import Any

from statelint.linter import Linter

from coworks.asl import parse_machine

# statelint takes no expression for a time, and no variables in JSONPath; Step Functions does:
# https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
# https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
_BEHIND = re.compile(
    r'\.(Seconds|Timestamp|TimeoutSeconds) is "\{% .* %\}" but should be'
    r'|Field "Assign" not allowed in'
    r'|Field "\w+\.\$" of Parameters at .* is not a JSONPath or intrinsic'
)


def complaints(definition: dict[str, Any]) -> list[str]:
    """What statelint says; raises what the engine's validator says."""
    parse_machine(definition)
    return [one for one in Linter.validate(definition) if not _BEHIND.search(one)]
