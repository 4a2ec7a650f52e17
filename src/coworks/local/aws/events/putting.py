"""PutEvents and TestEventPattern.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.patterns import PatternError, compile_pattern
from coworks.local.aws.events.members import MEMBERS
from coworks.local.aws.wire import AwsError
from coworks.local.bus import NotAcceptedError
from coworks.local.bus.envelopes import Happening

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.errors import CoWorksError
    from coworks.local.aws.protocols import Told
    from coworks.local.bus import Bus

_MOST: Final = 10
_ENVELOPE: Final = frozenset({"id", "account", "source", "time", "region", "resources", "detail-type"})


class Events:
    """The operations that tell events."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def put(self, told: Told, base: str) -> Told:
        """PutEvents: each entry is accepted or refused by itself."""
        entries = MEMBERS.objects(told, "Entries")
        if not 1 <= len(entries) <= _MOST:
            raise AwsError("ValidationException", f"Entries is a list of 1 to {_MOST} events")
        results = [self._put(entry) for entry in entries]
        return {"FailedEntryCount": sum("ErrorCode" in one for one in results), "Entries": results}

    def _put(self, entry: Mapping[str, Any]) -> dict[str, str]:
        try:
            check_bus(entry)
            return {"EventId": self._bus.put_event(_happening(entry), _moment(entry)).id}
        except AwsError as error:
            return {"ErrorCode": error.code, "ErrorMessage": error.message}
        except NotAcceptedError as error:
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": error.explain()}


def check_bus(entry: Mapping[str, Any]) -> None:
    """Raises `AwsError` for another bus than the one that there is."""
    bus = str(entry.get("EventBusName") or "default").rpartition("/")[2]
    if bus != "default":
        raise AwsError(
            "ResourceNotFoundException", f"Event bus {bus} does not exist; the one here is default."
        )


def _happening(entry: Mapping[str, Any]) -> Happening:
    """Raises `AwsError` when the detail is not JSON."""
    try:
        detail = json.loads(entry.get("Detail") or "{}")
    except (TypeError, ValueError):
        raise AwsError("MalformedDetail", "Detail is malformed.") from None
    resources = MEMBERS.texts(entry, "Resources")
    return Happening(entry.get("Source") or "", entry.get("DetailType") or "", detail, resources)


def _moment(entry: Mapping[str, Any]) -> float | None:
    """The time of an entry: seconds since the epoch, or a text in ISO 8601."""
    time = entry.get("Time")
    try:
        return datetime.fromisoformat(time).timestamp() if isinstance(time, str) else time and float(time)
    except (TypeError, ValueError):
        raise AwsError("InvalidArgument", f"Time cannot be {time}") from None


def test_pattern(told: Told, base: str) -> Told:
    """TestEventPattern: does an event, which is whole, fit a pattern?"""
    fits = pattern_in(told)
    try:
        event = json.loads(MEMBERS.text(told, "Event"))
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise AwsError("ValidationException", "Parameter Event is not valid. Reason: it is no JSON object")
    if missing := sorted(_ENVELOPE - event.keys()):
        said = f"Parameter Event is not valid. Reason: it has no {', '.join(missing)}"
        raise AwsError("ValidationException", said)
    return {"Result": fits(event)}


def pattern_in(told: Told) -> Any:
    """The pattern of a request, compiled. Raises `AwsError` for one that EventBridge refuses."""
    try:
        return compile_pattern(json.loads(MEMBERS.text(told, "EventPattern")))
    except (ValueError, PatternError) as error:
        said = f"Event pattern is not valid. Reason: {error}"
        raise AwsError("InvalidEventPatternException", said) from None


def refused(error: CoWorksError) -> AwsError:
    return AwsError("ValidationException", error.explain())
