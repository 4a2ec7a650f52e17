"""What two stages have deployed, side by side: the names that tell them apart are made the same first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coworks.deploy.plan.changes import StackPlan, plan_stack
from coworks.deploy.template import Stack, Template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.deploy.naming import Names


@dataclass(frozen=True, slots=True)
class Compared:
    """A stack in two stages: which of them have it, and when both do, what the second has otherwise."""

    name: str
    deployed: tuple[bool, bool]
    plan: StackPlan | None = None


def compare(
    stack: Stack,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    names: Names,
    to: Names,
) -> Compared:
    """The templates that are deployed of a stack in a stage of these names, and in another one."""
    if before is None or after is None:
        return Compared(stack.name, (before is not None, after is not None))
    deployed = Template(stack.name, to.stack(stack.name), stack.kind, after)
    return Compared(stack.name, (True, True), plan_stack(renamed(before, names, to), deployed))


def renamed(body: Mapping[str, Any], names: Names, to: Names) -> Mapping[str, Any]:
    """A template of one stage as it would be called in another one of the project."""
    text = json.dumps(body).replace(names.of(""), to.of(""))
    found: dict[str, Any] = json.loads(text)
    for resource in found["Resources"].values():
        variables = resource.get("Properties", {}).get("Environment", {}).get("Variables", {})
        if variables.get("CWS_STAGE") == names.stage:
            variables["CWS_STAGE"] = to.stage
    return found
