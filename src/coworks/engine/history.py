"""The event history of an execution, in the shape of GetExecutionHistory.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
Times are seconds since the epoch; inputs and outputs are JSON texts, as on AWS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.engine.json_text import json_text, row_text
from coworks.engine.records import EventBatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.asl import Call
    from coworks.engine.resources import Resource

_NOT_TRUNCATED = {"truncated": False}


class History:
    """Numbers the events of one execution and keeps those that are not stored yet."""

    __slots__ = ("_unsaved", "last_id", "most")

    def __init__(self, last_id: int = 0, most: int | None = None) -> None:
        self.last_id = last_id
        self.most = most
        self._unsaved: list[dict[str, Any]] = []

    @property
    def is_full(self) -> bool:
        """True when there is room for the execution's last event only."""
        return self.most is not None and self.last_id >= self.most - 1

    def add(
        self,
        kind: str,
        now: float,
        previous: int,
        details: Mapping[str, Any] | None = None,
        *,
        field: str = "",
    ) -> int:
        """Add an event and return its id. `field` names its details when the kind's own name does not."""
        self.last_id += 1
        event: dict[str, Any] = {
            "timestamp": now,
            "type": kind,
            "id": self.last_id,
            "previousEventId": previous,
        }
        if details is not None:
            event[field or f"{kind[0].lower()}{kind[1:]}EventDetails"] = details
        self._unsaved.append(event)
        return self.last_id

    def take(self, execution: int) -> EventBatch | None:
        """The events that are not stored yet; they count as stored from now on."""
        if not self._unsaved:
            return None
        events, self._unsaved = self._unsaved, []
        return EventBatch(execution, events[0]["id"], row_text(events))

    def started(self, now: float, text: str, role: str, through: Mapping[str, str]) -> int:
        """The first event; `through` has the ARNs of the version and the alias that it was started by."""
        details = {"input": text, "inputDetails": _NOT_TRUNCATED, "roleArn": role}
        self.add("ExecutionStarted", now, 0, {**details, **through})
        return 0  # the first state's event follows 0, not 1: so does AWS

    def entered(self, kind: str, name: str, now: float, previous: int, text: str) -> int:
        details = {"name": name, "input": text, "inputDetails": _NOT_TRUNCATED}
        return self.add(f"{kind}StateEntered", now, previous, details, field="stateEnteredEventDetails")

    def exited(
        self, kind: str, name: str, now: float, previous: int, text: str, assigned: Mapping[str, Any]
    ) -> int:
        details: dict[str, Any] = {"name": name, "output": text, "outputDetails": _NOT_TRUNCATED}
        if assigned:
            details["assignedVariables"] = {key: json_text(value) for key, value in assigned.items()}
            details["assignedVariablesDetails"] = _NOT_TRUNCATED
        return self.add(f"{kind}StateExited", now, previous, details, field="stateExitedEventDetails")

    def called(self, resource: Resource, call: Call, region: str, now: float, previous: int) -> int:
        """The events of a call that begins: scheduled, and, but for an activity, started."""
        text = json_text(call.arguments)
        limits = {"timeoutInSeconds": call.timeout, "heartbeatInSeconds": call.heartbeat}
        if resource.is_function:
            del limits["heartbeatInSeconds"]
        known: dict[str, Any] = {key: int(value) for key, value in limits.items() if value is not None}
        if isinstance(call.credentials, dict) and not resource.is_activity:
            known["taskCredentials"] = {"roleArn": call.credentials.get("RoleArn")}
        details = {"resource": resource.arn, "input": text, "inputDetails": _NOT_TRUNCATED, **known}
        if resource.is_activity:
            return self.add("ActivityScheduled", now, previous, details)
        if resource.is_function:
            scheduled = self.add("LambdaFunctionScheduled", now, previous, details)
            return self.add("LambdaFunctionStarted", now, scheduled)
        named = _named(resource)
        scheduled = self.add(
            "TaskScheduled", now, previous, {**named, "region": region, "parameters": text, **known}
        )
        return self.add("TaskStarted", now, scheduled, named)

    def iteration(self, how: str, name: str, index: int, now: float, previous: int) -> int:
        """The event of a Map's turn; `how` is "Started", "Succeeded", "Failed" or "Aborted"."""
        return self.add(f"MapIteration{how}", now, previous, {"index": index, "name": name})

    def forked(self, kind: str, length: int | None, now: float, previous: int) -> int:
        """The event of a state that starts its branches; `length` is that of a Map's list."""
        return self.add(f"{kind}StateStarted", now, previous, None if length is None else {"length": length})

    def taken(self, worker: str | None, now: float, previous: int) -> int:
        """A worker took the task of an activity."""
        return self.add("ActivityStarted", now, previous, {"workerName": worker} if worker else {})

    def submitted(self, resource: Resource, now: float, previous: int, text: str) -> int:
        """A call whose work somebody else goes on with."""
        return self._came("Submitted", resource, now, previous, _output(text))

    def answered(self, resource: Resource, now: float, previous: int, text: str) -> int:
        return self._came("Succeeded", resource, now, previous, _output(text))

    def broke(
        self, resource: Resource, how: str, now: float, previous: int, error: str | None, cause: str | None
    ) -> int:
        """The event of a call that did not answer well; `how` is "Failed" or "TimedOut"."""
        return self._came(how, resource, now, previous, failure(error, cause))

    def _came(self, how: str, resource: Resource, now: float, previous: int, told: Mapping[str, Any]) -> int:
        """What became of a call: functions and activities have events of their own."""
        if resource.is_function:
            return self.add(f"LambdaFunction{how}", now, previous, told)
        if resource.is_activity:
            return self.add(f"Activity{how}", now, previous, told)
        return self.add(f"Task{how}", now, previous, {**_named(resource), **told})


def _output(text: str) -> dict[str, Any]:
    return {"output": text, "outputDetails": _NOT_TRUNCATED}


def _named(resource: Resource) -> dict[str, str]:
    return {"resourceType": resource.type, "resource": resource.action}


_DATA = frozenset({"input", "inputDetails", "output", "outputDetails"})


def without_data(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event without the inputs and outputs in its details."""
    return {
        name: {key: inner for key, inner in value.items() if key not in _DATA}
        if isinstance(value, dict)
        else value
        for name, value in event.items()
    }


def failure(error: str | None, cause: str | None) -> dict[str, str]:
    """`error` and `cause`, without those that are unknown."""
    told = {"error": error, "cause": cause}
    return {name: value for name, value in told.items() if value is not None}
