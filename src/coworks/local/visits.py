"""The event history of an execution -> its visits: every time that a state was entered, and how that went.

Branches of Parallel and turns of Map run at the same time, so their events come mixed. Each event names the
one before it in its own branch (`previousEventId`): by that thread it is told whose it is.
Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coworks.biz.names import REPLAY
from coworks.engine import Status
from coworks.engine.records import StartPoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from coworks.engine import Execution

CAUGHT = "CAUGHT"
"""The status of a visit that failed and whose failure was caught; the others have Step Functions' words."""

_BROKEN = ("TaskFailed", "TaskTimedOut", "LambdaFunctionFailed", "LambdaFunctionTimedOut", "EvaluationFailed")
_SCHEDULED = ("TaskScheduled", "LambdaFunctionScheduled")
_FORK_FAILED = {"ParallelStateFailed": "Parallel", "MapStateFailed": "Map"}
_FORK_STARTED = {"ParallelStateStarted": "Parallel", "MapStateStarted": "Map"}


@dataclass(slots=True, eq=False)
class Visit:
    """One time that a state was entered. Times are seconds since the epoch.

    `parent` is the visit of the Parallel or Map that it runs in, `item` the number of the Map's turn, `after`
    the visit that led here, None for the first in its branch. `given` is its input and `assigned` the
    variables that it set, as JSON texts.
    """

    name: str
    kind: str
    started: float
    parent: Visit | None = None
    item: int | None = None
    after: Visit | None = None
    given: str = "null"
    assigned: Mapping[str, str] = field(default_factory=dict)
    children: list[Visit] = field(default_factory=list, repr=False)
    status: str = Status.RUNNING
    ended: float | None = None
    output: Any = None
    tries: int = 0
    error: str | None = None
    cause: str | None = None

    @property
    def is_open(self) -> bool:
        return self.status == Status.RUNNING

    def outwards(self) -> Iterator[Visit]:
        """This one, the one around it, and so on."""
        visit: Visit | None = self
        while visit is not None:
            yield visit
            visit = visit.parent

    def close(self, status: str, moment: float | None) -> None:
        self.status = status
        self.ended = moment

    def close_inside(self, moment: float | None) -> None:
        """What runs inside is over too: it failed, or was given up because another branch did."""
        for child in self.children:
            if child.is_open:
                failed = child.error is not None or child.kind == "Fail"
                child.close(Status.FAILED if failed else Status.ABORTED, moment)
                child.close_inside(moment)

    def fail(self, error: str | None, cause: str | None) -> None:
        self.error, self.cause = error, cause


@dataclass(frozen=True, slots=True)
class Visits:
    """All visits of an execution, in the order in which they began; `culprit` is where it failed."""

    all: tuple[Visit, ...]
    culprit: Visit | None = None

    @property
    def began_at(self) -> StartPoint | None:
        """Where the execution began, when that was not the first state."""
        if len(self.all) < 2 or self.all[0].name != REPLAY:
            return None
        told, first = self.all[:2]
        variables = {name: json.loads(text) for name, text in told.assigned.items()}
        return StartPoint(first.name, json.loads(first.given), variables, REPLAY, json.loads(told.given))


def read_visits(execution: Execution, events: Iterable[Mapping[str, Any]]) -> Visits:
    """What an execution went through so far."""
    reading = _Reading()
    for event in events:
        reading.feed(event)
    if execution.status is not Status.RUNNING:
        reading.end(execution)
    return Visits(tuple(reading.visits), reading.culprit)


@dataclass(slots=True)
class _Reading:
    visits: list[Visit] = field(default_factory=list)
    culprit: Visit | None = None
    _of: dict[int, Visit] = field(default_factory=dict)  # by the id of an event
    _items: dict[int, int] = field(default_factory=dict)

    def feed(self, event: Mapping[str, Any]) -> None:
        kind, previous = event["type"], self._of.get(event["previousEventId"])
        if kind == "ExecutionRedriven":
            self._redriven()
        if kind.endswith("StateEntered"):
            self._of[event["id"]] = self._enter(event, previous)
        elif previous is not None:
            self._of[event["id"]] = self._go_on(kind, event, previous)

    def _redriven(self) -> None:
        """What was open at the end goes on, as if nothing had happened to it."""
        self.culprit = None
        for visit in self.visits:
            if visit.is_open:
                visit.fail(None, None)

    def _enter(self, event: Mapping[str, Any], previous: Visit | None) -> Visit:
        """A new visit: beside the one that ended before it, or inside the one that is under way."""
        parent, item, after = previous, self._items.get(event["previousEventId"]), None
        if previous and not previous.is_open:
            parent, item, after = previous.parent, previous.item, previous
        details = event["stateEnteredEventDetails"]
        kind = event["type"].removesuffix("StateEntered")
        given = details.get("input", "null")
        visit = Visit(details["name"], kind, event["timestamp"], parent, item, after, given)
        self.visits.append(visit)
        if parent:
            parent.children.append(visit)
        return visit

    def _go_on(self, kind: str, event: Mapping[str, Any], visit: Visit) -> Visit:
        """The visit that an event is of; `visit` is that of the event before it."""
        if kind in _SCHEDULED:
            visit.tries += 1
            visit.fail(None, None)
        elif kind in _BROKEN:
            details = event[f"{kind[0].lower()}{kind[1:]}EventDetails"]
            visit.fail(details.get("error"), details.get("cause"))
        elif kind.endswith("StateExited"):
            return self._exit(event, visit)
        elif kind in _FORK_STARTED:
            return self._fork(_FORK_STARTED[kind], event["timestamp"], visit)
        elif kind in _FORK_FAILED:
            _around(visit, kind=_FORK_FAILED[kind]).fail(visit.error, visit.cause)
        elif kind == "MapIterationStarted":
            self._items[event["id"]] = event["mapIterationStartedEventDetails"]["index"]
        elif kind == "ExecutionFailed":
            self.culprit = visit
        return visit

    def _exit(self, event: Mapping[str, Any], last: Visit) -> Visit:
        details = event["stateExitedEventDetails"]
        visit = self._left(details["name"], last)
        visit.output = json.loads(details["output"])
        visit.assigned = details.get("assignedVariables", {})
        failed = visit.error is not None or (visit is not last and last.is_open)
        visit.close(CAUGHT if failed else Status.SUCCEEDED, event["timestamp"])
        visit.close_inside(event["timestamp"])
        return visit

    def _left(self, name: str, last: Visit) -> Visit:
        """The visit that is left: around the last event, or, after a redrive, anywhere else."""
        around = _around(last, name=name)
        others = (one for one in reversed(self.visits) if one.is_open and one.name == name)
        return around if around.name == name else next(others, around)

    def _fork(self, kind: str, moment: float, last: Visit) -> Visit:
        """The branches begin; those of a try before are over."""
        fork = _around(last, kind=kind)
        fork.tries += 1
        fork.fail(None, None)
        fork.close_inside(moment)
        return fork

    def end(self, execution: Execution) -> None:
        """The execution is over: what is open was ended by that."""
        blamed = list(self.culprit.outwards()) if self.culprit else []
        for visit in self.visits:
            if not visit.is_open:
                continue
            if visit in blamed:
                visit.close(Status.FAILED, execution.stopped)
                visit.fail(visit.error or execution.error, visit.cause or execution.cause)
            elif self.culprit:
                visit.close(Status.ABORTED, execution.stopped)
            else:
                visit.close(execution.status, execution.stopped)
                visit.fail(execution.error, execution.cause)


def _around(visit: Visit, *, name: str | None = None, kind: str | None = None) -> Visit:
    """The nearest open visit from this one outwards that has this name or kind; else this one."""
    fitting = (one for one in visit.outwards() if one.is_open and (one.name == name or one.kind == kind))
    return next(fitting, visit)
