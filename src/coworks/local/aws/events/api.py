"""Which function performs an operation of EventBridge.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coworks.local.aws.events.putting import Events, refused, test_pattern
from coworks.local.aws.events.rules_api import RulesApi
from coworks.local.aws.protocols import JsonApi

if TYPE_CHECKING:
    from coworks.local.aws.events.rules import Rules
    from coworks.local.bus import Bus

TARGET: Final = "AWSEvents"


def events_api(bus: Bus, rules: Rules) -> JsonApi:
    own = {"PutEvents": Events(bus).put, "TestEventPattern": test_pattern}
    return JsonApi({**own, **RulesApi(rules).operations()}, refused)
