"""One execution while it is active: told what happened, it moves on, and hands out what is to be done.

A run acts on nothing. It is told what happened and when, moves on until all its branches are blocked
(sleeping, calling) or it is over, and hands out what has to be stored and which calls have to be made.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from coworks.asl.failures import RUNTIME
from coworks.engine.history import History, failure
from coworks.engine.json_text import json_text, storable
from coworks.engine.quotas import Quotas
from coworks.engine.records import Change, Execution, Position, Status
from coworks.engine.resources import Resource
from coworks.engine.runs.calls import WITH_TOKEN
from coworks.engine.runs.context import context_object, role_of, started_through
from coworks.engine.runs.maps import Maps
from coworks.engine.runs.nested import Nested
from coworks.engine.runs.position import Phase, Standing
from coworks.engine.runs.tree import Tree
from coworks.engine.runs.walk import End, Walk
from coworks.engine.tasks import Beat, Broken, Done

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from coworks.asl import Call, Machine
    from coworks.engine.names import Arns
    from coworks.engine.records import EventBatch, StartPoint
    from coworks.engine.runs.branch import Branch
    from coworks.engine.runs.map_progress import Progress
    from coworks.engine.tasks import ActivityTask, Report, TaskError

KEPT: Final = 64
"""An execution of more branches stays in memory while it waits: reading them again costs too much."""


def _none_yet(map_run: str) -> None:
    """A new execution has no map runs."""


class Run:
    """An execution on its machine.

    `awaited_by` are the executions that wait for its end, as far as they are on disk.
    Told what happened (`begin`, `wake`, `answer`, `break_off`, `abort`), it is moved on by `advance`; then
    `take_change` and `take_calls` say what is to be stored and done.
    """

    def __init__(
        self,
        record: Execution,
        machine: Machine,
        arns: Arns,
        positions: Sequence[Position] = (),
        last_event: int = 0,
        progress_of: Callable[[str], Progress | None] = _none_yet,
        quotas: Quotas = Quotas(),  # noqa: B008 - frozen
    ) -> None:
        """The run of a new execution, or of a stored one where its branches stood.

        `progress_of` tells how far a stored map run is.
        """
        given = json.loads(record.input)
        context = context_object(record, given, arns)
        self.record = record
        self._machine = machine
        self._arns = arns
        if positions:
            self._tree = Tree.restored(machine, positions, context)
        else:
            self._tree = Tree(machine, Standing(machine.start_at, given, last_event=last_event), context)
        self._quotas = quotas
        self._history = History(self._tree.last_event, None if record.express else quotas.history_events)
        self._walk = Walk(self._tree, self._history, record, arns, quotas)
        self.maps = Maps(self, self._tree, self._walk.map_runs)
        self.nested = Nested(self, self._tree, self._walk.calls)
        self.awaited_by: set[int] = set()
        self._written: EventBatch | None = None
        self._row_changed = False
        self._crashed = False
        for branch in self._tree.live() if positions else ():
            if branch.at.map_run is not None:
                branch.progress = progress_of(branch.at.map_run)
            if branch.at.awaited is not None:
                self._walk.calls.await_child(branch, branch.at.awaited)

    @property
    def busy(self) -> bool:
        """True while it cannot leave the memory: it is calling, has more states to visit, or is large."""
        return self.running and (len(self._tree) > KEPT or any(one.is_busy for one in self._tree.live()))

    @property
    def running(self) -> bool:
        return self.record.status is Status.RUNNING

    @property
    def deadline(self) -> float | None:
        limits = (self._machine.timeout, self._quotas.express_seconds if self.record.express else None)
        known = [seconds for seconds in limits if seconds is not None]
        began = self.record.redriven or self.record.started
        return began + min(known) if known else None

    def begin(self, at: StartPoint | None = None) -> None:
        """A new execution stands before its first state, or before the one that it begins `at`."""
        self._row_changed = True
        root = self._tree.root
        role = role_of(self.record, self._arns)
        through = started_through(self.record, self._arns)
        root.at.previous = self._history.started(self.record.started, self.record.input, role, through)
        if at:
            self._stand(root, at)
        self._tree.moved(root)

    def _stand(self, root: Branch, at: StartPoint) -> None:
        """Before the state, as if a Pass had led there."""
        began, history = self.record.started, self._history
        entered = history.entered("Pass", at.told_as, began, root.at.previous, json_text(at.reason))
        text = json_text(at.input)
        root.at.previous = history.exited("Pass", at.told_as, began, entered, text, at.variables)
        root.at.move(at.state, at.input)
        root.assign(at.variables)

    def redrive(self, now: float, forgotten: Sequence[int] = ()) -> None:
        """Its record says that it runs again: it goes on from where its branches stand.

        Stored branches that are `forgotten` are those of a former attempt.
        """
        self._row_changed = True
        self._tree.forget(forgotten)
        told = {"redriveCount": self.record.redrives}
        last = self._history.add("ExecutionRedriven", now, self._history.last_id, told)
        self._walk.redrive(last, now)
        self.settle(now)

    def wake(self, now: float) -> None:
        """Something is due: the deadline, or something in a branch."""
        if not self.running:
            return
        if self.deadline is not None and now >= self.deadline:
            self._close(End(Status.TIMED_OUT, "ExecutionTimedOut"), now)
            return
        for branch in self._tree.live():
            if self._walk.end is None and self._tree.find(branch.id) is branch:
                self._walk.wake(branch, now)
        self.settle(now)

    def awaits(self, branch: int, call: int) -> bool:
        """True when this call of this branch is under way."""
        return self.running and self._calling(branch, call) is not None

    def answer(self, branch: int, call: int, result: Any, now: float) -> None:
        """A call under way answered."""
        if found := self._calling(branch, call):
            self._walk.answer(found, result, now)
            self.settle(now)

    def break_off(self, branch: int, call: int, error: TaskError, now: float) -> None:
        """A call under way failed."""
        if found := self._calling(branch, call):
            self._walk.break_off(found, error, now)
            self.settle(now)

    def holds(self, branch: int, token: str) -> bool:
        """True when this token answers for the task of this branch."""
        found = self._tree.find(branch) if self.running else None
        return found is not None and found.at.phase in WITH_TOKEN and found.at.token == token

    def report(self, branch: int, report: Report, now: float) -> None:
        """Whoever has the token of this branch's task tells how it goes."""
        found = self._tree.find(branch)
        if found is None:
            return
        match report:
            case Beat():
                self._walk.calls.beat(found, now)
            case Done(result):
                self._walk.calls.succeed(found, result, now)
            case Broken(error, cause):
                self._walk.calls.break_off(found, "Failed", error, cause, now)
        self.settle(now)

    def _calling(self, branch: int, call: int) -> Branch | None:
        found = self._tree.find(branch)
        is_it = found and found.at.phase.is_call and found.at.previous == call
        return found if is_it else None

    def abort(self, error: str | None, cause: str | None, now: float) -> None:
        """Somebody stopped the execution."""
        self._close(End(Status.ABORTED, "ExecutionAborted", error=error, cause=cause), now)

    def crash(self, error: Exception, now: float) -> None:
        """We failed at running it: the execution ends, the engine goes on."""
        cause = f"{type(error).__name__}: {error}"
        self._crashed = self._row_changed = True
        self._close(End(Status.FAILED, "ExecutionFailed", error=RUNTIME, cause=cause), now)

    def advance(self, now: float, most: int) -> None:
        """Visit states until blocked or over, `most` of them at once."""
        if self.running:
            self._walk.advance(now, most)
            self.settle(now)

    def take_calls(self, *, inside: bool = False) -> Iterator[tuple[int, int, Call]]:
        """The calls that have to be made now, each handed out once: the branch, the call's id, the call.

        Those `inside` are made by the engine itself, before the turn is written.
        """
        handed, self._walk.calls.handed = self._walk.calls.handed, []
        for branch in handed if self.running else []:
            call = branch.call if self._tree.find(branch.id) is branch else None
            if call and Resource(call.resource).is_inside is not inside:
                self._walk.calls.handed.append(branch)
            elif call:
                branch.call = None
                yield branch.id, branch.at.previous, call

    def mock(self, answer: Callable[[str, int, Call], Report | None], now: float) -> None:
        """Answer calls instead of making them: some, by the state's name, the retries made and the call."""
        for branch in list(self._walk.calls.handed):
            at = branch.at
            report = answer(at.state, sum(at.attempts.values()), branch.call) if branch.call else None
            if report and self._tree.find(branch.id) is branch:
                branch.call = None
                self.report(branch.id, report, now)

    @property
    def has_just_ended(self) -> bool:
        """True when it ended since it was last stored."""
        return self._row_changed and not self.running

    def is_queued(self, branch: int) -> bool:
        """True when the branch waits for a worker of an activity."""
        found = self._tree.find(branch) if self.running else None
        return found is not None and found.at.phase is Phase.QUEUED

    def take_task(self, branch: int, worker: str | None, now: float) -> ActivityTask:
        """The task of an activity, for a worker."""
        found = self._tree.find(branch)
        if found is None:
            raise LookupError(f"branch {branch} waits for nobody")
        return self._walk.calls.take(found, worker, now)

    def take_change(self, now: float) -> Change:
        """What has to be stored since the last time."""
        row = self.record if self._row_changed else None
        self._row_changed = False
        gone = self._tree.take_gone(self.record.id)
        positions: tuple[Position, ...] = ()
        if self.running:
            positions = self._tree.take_positions(self.record.id, self._history.last_id, now, self.deadline)
        elif row and self._is_kept:
            positions = self._tree.at_rest(self.record.id, self._history.last_id)
        events = self._written = self._history.take(self.record.id)
        changed, self._walk.map_runs.changed = self._walk.map_runs.changed, {}
        redriven, self._walk.map_runs.redriven = self._walk.map_runs.redriven, []
        kept = None if self.record.express else events
        return Change(row, positions, kept, gone, tuple(changed.values()), redriven)

    def take_written(self) -> EventBatch | None:
        """The events of the last change, each batch handed out once."""
        written, self._written = self._written, None
        return written

    @property
    def _is_kept(self) -> bool:
        """True when it is kept where it stood at the end."""
        one = self.record
        return one.status is not Status.SUCCEEDED and not one.express and not self._crashed

    def settle(self, now: float) -> None:
        """Write the end of the execution, when there is one."""
        if self._walk.end is not None:
            self._close(self._walk.end, now)

    def _close(self, end: End, now: float) -> None:
        if not self.running:
            return
        output, error, cause = end.output, end.error, end.cause
        details = {"output": output, "outputDetails": {"truncated": False}} if output is not None else None
        self._history.add(end.event, now, self._tree.root.at.previous, details or failure(error, cause))
        self.record = replace(
            self.record,
            status=end.status,
            stopped=now,
            output=output,
            error=None if error is None else storable(error),
            cause=None if cause is None else storable(cause),
        )
        self._row_changed = True
