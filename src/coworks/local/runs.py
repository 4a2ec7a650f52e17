"""An execution told for people and programs: how it stands, and step by step what happened.

Both the REST resource of a workflow and `cws executions show` speak these words.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from coworks.biz.names import RESERVED_STEPS
from coworks.engine import Status, format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coworks.engine import Execution

_BROKEN = ("TaskFailed", "TaskTimedOut", "LambdaFunctionFailed", "LambdaFunctionTimedOut", "EvaluationFailed")
_SCHEDULED = ("TaskScheduled", "LambdaFunctionScheduled")


def summary(execution: Execution) -> dict[str, Any]:
    """`id`, `workflow`, `status` (Step Functions' word), `started` and `ended` (UTC)."""
    told = {
        "id": execution.name,
        "workflow": execution.machine,
        "status": str(execution.status),
        "started": format_timestamp(execution.started),
    }
    if execution.stopped is not None:
        told["ended"] = format_timestamp(execution.stopped)
    return told


def description(execution: Execution, events: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The summary, with `input`, `output` or `error` and `cause`, and `steps`."""
    told = summary(execution) | {"input": json.loads(execution.input)}
    if execution.output is not None:
        told["output"] = json.loads(execution.output)
    told |= _known(error=execution.error, cause=execution.cause)
    return told | {"steps": steps(execution, events)}


def steps(execution: Execution, events: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps of the author, in the order in which they were entered.

    Each has `name`, `status` (RUNNING, SUCCEEDED, CAUGHT: failed and caught; else the execution's own end),
    `started`, `ended`, `output`, and for a call `tries`, and `error` and `cause` of its last failure.
    """
    told: list[dict[str, Any]] = []
    for event in events:
        kind = event["type"]
        if kind.endswith("StateEntered"):
            name = event["stateEnteredEventDetails"]["name"]
            told.append({"name": name, "status": "RUNNING", "started": format_timestamp(event["timestamp"])})
        elif told:
            _continue(told[-1], kind, event)
    if told and told[-1]["status"] == "RUNNING" and execution.status is not Status.RUNNING:
        told[-1] |= {"status": str(execution.status), **_end(execution)}
    return [step for step in told if step["name"] not in RESERVED_STEPS]


def _continue(step: dict[str, Any], kind: str, event: dict[str, Any]) -> None:
    if kind in _SCHEDULED:
        step["tries"] = step.get("tries", 0) + 1
        step.pop("error", None)
        step.pop("cause", None)
    elif kind in _BROKEN:
        details = event[f"{kind[0].lower()}{kind[1:]}EventDetails"]
        step |= _known(error=details.get("error"), cause=details.get("cause"))
    elif kind.endswith("StateExited"):
        step["status"] = "CAUGHT" if "error" in step else "SUCCEEDED"
        step["ended"] = format_timestamp(event["timestamp"])
        step["output"] = json.loads(event["stateExitedEventDetails"]["output"])


def _end(execution: Execution) -> dict[str, Any]:
    ended = {} if execution.stopped is None else {"ended": format_timestamp(execution.stopped)}
    return ended | _known(error=execution.error, cause=execution.cause)


def _known(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}
