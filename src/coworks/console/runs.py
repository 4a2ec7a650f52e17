"""Runs as people look at them: one with its steps, and lists of many."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from coworks.console.approvals import approvals_of
from coworks.console.pictures import picture_of
from coworks.engine import Status, format_timestamp
from coworks.local.paths import path_of
from coworks.local.replay import steps_reached
from coworks.local.runs import described, message_of
from coworks.local.visits import read_visits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coworks.biz import CompiledWorkflow
    from coworks.console.approvals import Approval
    from coworks.engine import Engine, Execution
    from coworks.local import System
    from coworks.local.visits import Visits

MOST_LISTED: Final = 1000
_MOST_STEPS: Final = 1000


@dataclass(frozen=True, slots=True)
class RunStep:
    """A step that a run went through. `seconds` is how long it took, None while it is under way; `sent` is
    what a call was given, at its last try. One that `begins` is where the run can be run again from.
    """

    name: str
    status: str
    started: float
    seconds: float | None
    line: int
    tries: int
    inside: str
    item: int | None
    error: str
    cause: str
    output: Any
    has_output: bool
    sent: Any = None
    begins: bool = False

    @property
    def failed(self) -> bool:
        return self.status in (Status.FAILED, Status.TIMED_OUT)


@dataclass(frozen=True, slots=True)
class RunView:
    """A run. `picture` is None when the workflow was changed since in a way that does not fit any more;
    `more` tells how many steps are not among `steps`. One that runs another again from a step `replays` it:
    `of` and `from`.
    """

    execution: Execution
    input: Any
    output: Any
    steps: tuple[RunStep, ...]
    more: int
    picture: str | None
    culprit: str
    line: int
    approvals: tuple[Approval, ...] = ()
    replays: Mapping[str, str] | None = None

    @property
    def is_over(self) -> bool:
        return self.execution.status is not Status.RUNNING

    @property
    def seconds(self) -> float | None:
        stopped = self.execution.stopped
        return None if stopped is None else stopped - self.execution.started


def run_view(system: System, workflow: str, name: str) -> RunView:
    """A run as it stands on disk. Raises `ExecutionDoesNotExistError`."""
    execution = system.engine.describe_execution(workflow, name)
    events = system.engine.get_execution_history(workflow, name)
    compiled = _workflow(system, workflow)
    visits = read_visits(execution, events)
    told = described(execution, visits, compiled.source_map if compiled else {})
    sent, begin = _sent(events), _beginnings(compiled, execution, visits, told["steps"])
    steps = tuple(
        _step(one, sent.get((one["name"], one["started"])), begins=number in begin)
        for number, one in enumerate(told["steps"][:_MOST_STEPS])
    )
    return RunView(
        execution,
        told["input"],
        told.get("output"),
        steps,
        max(0, len(told["steps"]) - _MOST_STEPS),
        _picture(compiled, execution, visits),
        told.get("step", ""),
        _line(told.get("place", "")),
        tuple(approvals_of(execution, events)),
        told.get("replay"),
    )


def _workflow(system: System, name: str) -> CompiledWorkflow | None:
    return next((one for one in system.project.workflows if one.name == name), None)


def _beginnings(
    compiled: CompiledWorkflow | None,
    execution: Execution,
    visits: Visits,
    steps: Sequence[Mapping[str, Any]],
) -> set[int]:
    """Which of the steps a run can be run again from: of those that came several times, the last one."""
    if compiled is None or compiled.definition is None or execution.status is Status.RUNNING:
        return set()
    reached = set(steps_reached(compiled, visits))
    last = {one["name"]: number for number, one in enumerate(steps) if "inside" not in one}
    return {number for name, number in last.items() if name in reached}


def _sent(events: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Any]:
    """What each call was given, by the name of its state and the moment at which that was entered."""
    entered: dict[int, tuple[str, str]] = {}
    found: dict[tuple[str, str], Any] = {}
    for event in events:
        known = entered.get(event["previousEventId"])
        if details := event.get("stateEnteredEventDetails"):
            known = (details["name"], format_timestamp(event["timestamp"]))
        if known is None:
            continue
        entered[event["id"]] = known
        if parameters := event.get("taskScheduledEventDetails", {}).get("parameters"):
            found[known] = _order_in(json.loads(parameters))
    return found


def _order_in(parameters: Any) -> Any:
    """The query and the body of an order, without the token of its task; of other calls, all."""
    order = parameters.get("Payload") if isinstance(parameters, dict) else None
    if not isinstance(order, dict) or "coworks" not in order:
        return parameters
    told = {key: order[key] for key in ("query", "body") if order.get(key)}
    if isinstance(told.get("body"), dict):
        told["body"] = {key: value for key, value in told["body"].items() if key != "token"}
    return told or None


def _step(told: Mapping[str, Any], sent: Any, *, begins: bool) -> RunStep:
    started = _seconds(told["started"])
    ended = _seconds(told["ended"]) if "ended" in told else None
    return RunStep(
        told["name"],
        told["status"],
        started,
        None if ended is None else ended - started,
        _line(told.get("place", "")),
        told.get("tries", 0),
        told.get("inside", ""),
        told.get("item"),
        told.get("error", ""),
        message_of(told.get("cause")) or "",
        told.get("output"),
        "output" in told,
        sent,
        begins,
    )


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _line(place: str) -> int:
    """The line of a place such as `biz/server_watch.yml:12`, 0 for none."""
    line = place.rpartition(":")[2]
    return int(line) if line.isdecimal() else 0


def _picture(compiled: CompiledWorkflow | None, execution: Execution, visits: Visits) -> str | None:
    """The way of a run on the picture of the workflow as it is now, where its states are still there."""
    if compiled is None or compiled.definition is None:
        return None
    return picture_of(compiled, path_of(execution, visits))


def list_runs(
    engine: Engine, workflow: str | None, status: Status | None, before: tuple[float, int] | None = None
) -> tuple[list[Execution], bool]:
    """Runs, the newest first, and whether there are older ones."""
    found = engine.list_executions(workflow, status=status, limit=MOST_LISTED + 1, before=before)
    return found[:MOST_LISTED], len(found) > MOST_LISTED
