"""Moves the branches of one execution through their states and writes its history.

A walk acts on nothing: it is told what happened and when, asks the state where the branch stands, and applies
the outcome. A call is left on its branch to be handed out; the end of the execution is left in `end`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coworks.asl import (
    Call,
    Distribute,
    Fail,
    Fork,
    Forking,
    GoTo,
    Outcome,
    Retry,
    Scope,
    Sleep,
    StateFailure,
)
from coworks.asl.failures import QUERY_EVALUATION_ERROR, RUNTIME
from coworks.engine import quotas
from coworks.engine.history import failure
from coworks.engine.json_text import json_text
from coworks.engine.records import Status
from coworks.engine.runs.calls import WITH_TOKEN, Calls, exceeded, too_large
from coworks.engine.runs.forks import Forks
from coworks.engine.runs.map_runs import MapRuns
from coworks.engine.runs.position import Phase

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.asl.states import State
    from coworks.engine.history import History
    from coworks.engine.names import Arns
    from coworks.engine.quotas import Quotas
    from coworks.engine.records import Execution
    from coworks.engine.runs.branch import Branch
    from coworks.engine.runs.tree import Tree
    from coworks.engine.tasks import TaskError


@dataclass(frozen=True, slots=True)
class End:
    """How an execution ended, and the name of its last event."""

    status: Status
    event: str
    output: str | None = None
    error: str | None = None
    cause: str | None = None


class Walk:
    """See the module."""

    def __init__(
        self, tree: Tree, history: History, execution: Execution, arns: Arns, limits: Quotas
    ) -> None:
        self.end: End | None = None
        self.quotas = limits
        self.tree = tree
        self.history = history
        self.calls = Calls(self, execution.id, arns.region)
        self.map_runs = MapRuns(self, execution, arns)
        self._forks = Forks(self)
        self._walking: Branch | None = None

    def advance(self, now: float, most: int) -> None:
        """Visit states until all branches are blocked or the end is reached, `most` of them at once."""
        while most > 0 and self.end is None and (branch := self.tree.next_ready()):
            self._walking = branch
            at = branch.at
            while most > 0 and at.phase is Phase.ENTERING and self.end is None:
                self._visit(branch, now)
                most -= 1
            self._walking = None
            if at.phase is Phase.ENTERING:
                self.tree.arrived(branch)

    def wake(self, branch: Branch, now: float) -> None:
        """The branch may be due: a sleep's end, a retry, a timeout, or a call to be made again."""
        at = branch.at
        if at.phase in WITH_TOKEN:
            self.calls.wake(branch, now)
        elif at.map_run is not None:
            self.map_runs.wake(branch)
        elif at.phase is Phase.RETRYING and branch.is_due(now):
            self._enter(branch, now)
        elif at.phase is Phase.SLEEPING and branch.is_due(now):
            self._ask(branch, lambda state, scope: state.wake(scope), now)

    def answer(self, branch: Branch, result: Any, now: float) -> None:
        """What the branch had done outside is done."""
        if branch.at.phase.is_job:
            self.map_runs.done(branch, result, now)
        else:
            self.calls.answer(branch, result, now)

    def break_off(self, branch: Branch, error: TaskError, now: float) -> None:
        """What the branch had done outside failed."""
        if branch.at.phase.is_job:
            self.map_runs.broken(branch, StateFailure(error.error, error.cause, placed=True), now)
        else:
            self.calls.break_off(branch, "Failed", error.error, error.cause, now)

    def tell(self, branch: Branch, result: Any, now: float) -> None:
        """The work of the state is done: it goes on with the result."""
        self._ask(branch, lambda state, scope: state.succeed(scope.with_result(result)), now)

    def redrive(self, previous: int, now: float) -> None:
        """Ask the states where the branches stood at the end again, after the event `previous`."""
        for branch in self.tree.live():
            self.tree.moved(branch)
            if not branch.children:
                branch.at.restart(previous, now)
        for branch in self.tree.live():
            if self.end is None and self.tree.find(branch.id) is branch and not branch.children:
                if branch.at.phase is Phase.FORKED:
                    self._forks.resume(branch, now)
                elif branch.at.phase is Phase.MAPPING:
                    self.map_runs.redrive(branch, now)
                else:
                    self.wake(branch, now)

    def fail_call(self, branch: Branch, met: StateFailure, now: float) -> None:
        """The work of the state failed."""
        self.apply(branch, self._recovered(branch, met, now), now)

    def fail_fork(self, branch: Branch, met: StateFailure, now: float) -> None:
        """A branch inside failed, and with it the state that forked.

        What is inside stays as it stands when nothing recovers from that: a redrive goes on from there.
        """
        outcome = self._recovered(branch, met, now)
        if not isinstance(outcome, Fail):
            self.tree.cut(branch)
        self._note_failure(branch, outcome, now)
        self.apply(branch, outcome, now)

    def overflow(self) -> None:
        cause = f"The execution reached the maximum number of history events ({self.history.most})."
        quotas.warn(cause, "history_events")
        self.end = End(Status.FAILED, "ExecutionFailed", error=RUNTIME, cause=cause)

    def _visit(self, branch: Branch, now: float) -> None:
        if self.history.is_full:
            self.overflow()
            return
        at = branch.at
        text, branch.input_text = branch.input_text or json_text(at.input), None
        at.entered_at = now
        at.previous = self.history.entered(branch.state.kind, at.state, now, at.previous, text)
        at.entered = at.previous
        self._enter(branch, now)

    def _enter(self, branch: Branch, now: float) -> None:
        branch.at.token = self.calls.token(branch) if branch.state.takes_token else None
        self._ask(branch, lambda state, scope: state.enter(scope), now)

    def _ask(self, branch: Branch, question: Callable[[State, Scope], Outcome], now: float) -> None:
        """Apply the state's outcome, or its answer to the failure that the question met."""
        try:
            outcome = question(branch.state, branch.scope(now))
        except StateFailure as met:
            self.met(branch, met, now)
        else:
            self.apply(branch, outcome, now)

    def met(self, branch: Branch, met: StateFailure, now: float) -> None:
        """A field of the state failed: apply the state's answer to that."""
        outcome = self._recovered(branch, self.explained(branch, met, now), now)
        if met.error == QUERY_EVALUATION_ERROR:
            self._note_failure(branch, outcome, now)
        self.apply(branch, outcome, now)

    def _recovered(self, branch: Branch, met: StateFailure, now: float) -> Outcome:
        try:
            return branch.state.recover(branch.scope(now), met, branch.at.attempts)
        except StateFailure as again:
            last = self.explained(branch, again, now)
            return Fail(last.error, last.cause)

    def _note_failure(self, branch: Branch, outcome: Outcome, now: float) -> None:
        """Parallel and Map have an event for failing, unless they try again."""
        if isinstance(branch.state, Forking) and not isinstance(outcome, Retry):
            branch.at.previous = self.history.add(f"{branch.state.kind}StateFailed", now, branch.at.previous)

    def explained(self, branch: Branch, met: StateFailure, now: float) -> StateFailure:
        """A failure of the state's own fields, told as AWS tells it, JSONata's also in the history."""
        at = branch.at
        if not met.placed:
            return met
        told = met.at_state(at.state, at.entered)
        if met.error == QUERY_EVALUATION_ERROR:
            where = {} if met.location is None else {"location": met.location}
            details = {**failure(told.error, told.cause), **where, "state": at.state}
            at.previous = self.history.add("EvaluationFailed", now, at.previous, details)
        return told

    def apply(self, branch: Branch, outcome: Outcome, now: float) -> None:
        """Do what a state answered."""
        at = branch.at
        self.tree.moved(branch)
        match outcome:
            case GoTo():
                self._leave(branch, outcome, now)
            case Sleep(until):
                at.phase, at.wake_at = Phase.SLEEPING, until
                if until <= now:
                    self.wake(branch, now)
            case Call():
                self.calls.begin(branch, outcome, now)
            case Distribute():
                self.map_runs.open(branch, outcome, now)
            case Fork():
                self._forks.open(branch, outcome, now)
            case Retry(retrier, delay, jitter):
                at.attempts[retrier] = at.attempts.get(retrier, 0) + 1
                wanted = random.uniform(0, delay) if jitter else delay  # noqa: S311 - spreads load, no secret
                at.phase, at.wake_at, at.call = Phase.RETRYING, now + wanted, None
            case Fail(error, cause):
                self._fail(branch, error, cause, now)

    def _leave(self, branch: Branch, outcome: GoTo, now: float) -> None:
        at = branch.at
        text = json_text(outcome.output)
        if met := self._too_large(branch, text, outcome):
            self._fail(branch, met.error, met.cause, now)
            return
        if outcome.assigned:
            branch.assign(outcome.assigned)
        at.previous = self.history.exited(
            branch.state.kind, at.state, now, at.previous, text, outcome.assigned
        )
        if outcome.next is not None:
            at.move(outcome.next, outcome.output)
            branch.input_text = text
            if branch is not self._walking:
                self.tree.arrived(branch)
        elif branch.parent:
            self._forks.succeeded(branch, branch.parent, outcome.output, now)
        else:
            self.end = End(Status.SUCCEEDED, "ExecutionSucceeded", output=text)

    def _too_large(self, branch: Branch, text: str, outcome: GoTo) -> StateFailure | None:
        """The failure of a state whose output or variables are too large."""
        if not self.quotas.holds(text):
            return exceeded(too_large(branch.at.state))
        if outcome.assigned and not self.quotas.holds(json_text(outcome.assigned)):
            said = f"The variables that the state '{branch.at.state}' assigns have a size exceeding"
            return exceeded(f"{said} the maximum number of bytes service limit.")
        return None

    def _fail(self, branch: Branch, error: str | None, cause: str | None, now: float) -> None:
        """Nothing caught a failure: it is that of the state around the branch, or of the execution.

        A redrive enters a Fail again, as AWS has it, and goes on inside any other state.
        """
        if branch.at.phase is Phase.ENTERING and branch.state.kind != "Fail":
            branch.at.phase = Phase.RETRYING
        if branch.parent:
            self._forks.failed(branch, branch.parent, StateFailure(error, cause), now)
        else:
            self.end = End(Status.FAILED, "ExecutionFailed", error=error, cause=cause)
