"""One execution while it is active: applies the outcomes of its states and writes its history.

A run acts on nothing. It is told what happened and when, moves on until it is blocked (sleeping, calling)
or over, and hands out what has to be stored and which call has to be made.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from coworks.asl import Call, Fail, GoTo, Machine, Outcome, Retry, Scope, Sleep, StateFailure
from coworks.asl.failures import DATA_LIMIT_EXCEEDED, RUNTIME, TIMEOUT
from coworks.asl.timestamps import format_timestamp
from coworks.engine.history import MAX_EVENTS, History, failure, json_text, storable
from coworks.engine.position import Phase, Standing
from coworks.engine.records import Change, Execution, Position, Status
from coworks.engine.tasks import Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coworks.asl.states import State
    from coworks.engine.names import Arns
    from coworks.engine.tasks import TaskError

MAX_PAYLOAD: Final = 256 * 1024


class Run:
    """An execution on its machine.

    Told what happened (`begin`, `wake`, `answer`, `break_off`, `abort`), it is moved on by `advance`; then
    `take_change` and `take_call` say what is to be stored and done.
    """

    def __init__(self, record: Execution, machine: Machine, arns: Arns, last_event: int = 0) -> None:
        self.record = record
        self._call: Call | None = None
        self._called = False
        self._given: Any = json.loads(record.input)
        self._machine = machine
        self._arns = arns
        self._history = History(last_event)
        self._at = Standing(machine.start_at, None)
        self._row_changed = False

    @classmethod
    def restored(cls, record: Execution, machine: Machine, arns: Arns, positions: Sequence[Position]) -> Run:
        """The run of a stored execution, where it stood."""
        run = cls(record, machine, arns)
        run._at = Standing.from_json(positions[0].data)
        run._history = History(run._at.last_event)
        return run

    @property
    def in_flight(self) -> bool:
        """True while a task is being called."""
        return self._at.phase is Phase.CALLING and self.running

    @property
    def busy(self) -> bool:
        """True while it cannot leave the memory: it is calling, or has more states to visit at once."""
        return self.running and self._at.phase in {Phase.CALLING, Phase.ENTERING}

    @property
    def running(self) -> bool:
        return self.record.status is Status.RUNNING

    @property
    def call_id(self) -> int:
        """Tells one call of this run from another."""
        return self._at.previous

    @property
    def deadline(self) -> float | None:
        return None if self._machine.timeout is None else self.record.started + self._machine.timeout

    def begin(self) -> None:
        """A new execution stands before its first state."""
        self._row_changed = True
        role = self._arns.role(self.record.machine)
        self._at.input = self._given
        self._at.previous = self._history.started(self.record.started, self.record.input, role)

    def wake(self, now: float) -> None:
        """Something is due: the deadline, a sleep's end, a retry, a timeout, or a call to be made again."""
        at = self._at
        if not self.running:
            return
        if self.deadline is not None and now >= self.deadline:
            self._end(Status.TIMED_OUT, "ExecutionTimedOut", now)
        elif at.phase is Phase.CALLING and not self._called:
            self._call_again(now)
        elif at.phase is Phase.CALLING and at.wake_at is not None and now >= at.wake_at:
            self._break("TimedOut", TIMEOUT, None, now)
        elif at.phase is Phase.RETRYING and _is_due(at, now):
            self._apply(self._asked(lambda state, scope: state.enter(scope), now), now)
        elif at.phase is Phase.SLEEPING and _is_due(at, now):
            self._apply(self._asked(lambda state, scope: state.wake(scope), now), now)

    def answer(self, result: Any, now: float) -> None:
        """The call under way answered."""
        resource, text = self._resource(), json_text(result)
        if len(text.encode()) > MAX_PAYLOAD:
            named = resource.arn if resource.is_function else resource.type
            self._break("Failed", DATA_LIMIT_EXCEEDED, _too_large(named), now)
            return
        self._at.previous = self._history.answered(resource, now, self._at.previous, text)
        self._apply(self._asked(lambda state, scope: state.succeed(scope.with_result(result)), now), now)

    def break_off(self, error: TaskError, now: float) -> None:
        """The call under way failed."""
        self._break("Failed", error.error, error.cause, now)

    def abort(self, error: str | None, cause: str | None, now: float) -> None:
        """Somebody stopped the execution."""
        self._end(Status.ABORTED, "ExecutionAborted", now, error=error, cause=cause)

    def crash(self, error: Exception, now: float) -> None:
        """We failed at running it: the execution ends, the engine goes on."""
        self._end(
            Status.FAILED, "ExecutionFailed", now, error=RUNTIME, cause=f"{type(error).__name__}: {error}"
        )

    def advance(self, now: float, most: int) -> bool:
        """Visit states until blocked or over, `most` of them at once; True when there is more to do."""
        for _ in range(most):
            if not self.running or self._at.phase is not Phase.ENTERING:
                return False
            self._visit(now)
        return self.running and self._at.phase is Phase.ENTERING

    def take_call(self) -> Call | None:
        """The call that has to be made now, handed out once."""
        call, self._call = self._call, None
        return call

    def take_change(self, now: float) -> Change:
        """What has to be stored since the last time."""
        self._at.last_event = self._history.last_id
        row = self.record if self._row_changed else None
        self._row_changed = False
        positions = (self._position(now),) if self.running else ()
        return Change(row, positions, self._history.take(self.record.id))

    def _position(self, now: float) -> Position:
        at = self._at
        wake_at = now if at.phase is Phase.ENTERING else at.wake_at
        known = [moment for moment in (wake_at, self.deadline) if moment is not None]
        return Position(self.record.id, 0, min(known, default=None), self.in_flight, at.to_json())

    def _visit(self, now: float) -> None:
        at = self._at
        if self._history.is_full:
            self._overflow(now)
            return
        text = json_text(at.input)
        at.entered_at = now
        at.previous = self._history.entered(self._state.kind, at.state, now, at.previous, text)
        at.entered = at.previous
        self._apply(self._asked(lambda state, scope: state.enter(scope), now), now)

    @property
    def _state(self) -> State:
        return self._machine.states[self._at.state]

    @cached_property
    def _context(self) -> dict[str, Any]:
        """The parts of the context object that stay the same."""
        record = self.record
        return {
            "Execution": {
                "Id": self._arns.execution(record.machine, record.name),
                "Input": self._given,
                "Name": record.name,
                "RoleArn": self._arns.role(record.machine),
                "StartTime": format_timestamp(record.started),
                "RedriveCount": 0,
            },
            "StateMachine": {"Id": self._arns.machine(record.machine), "Name": record.machine},
        }

    def _scope(self, now: float) -> Scope:
        at = self._at
        state: dict[str, Any] = {"Name": at.state, "EnteredTime": format_timestamp(at.entered_at)}
        if self._state.retries:
            state["RetryCount"] = sum(at.attempts.values())
        return Scope(at.input, at.variables, {**self._context, "State": state}, now)

    def _asked(self, question: Callable[[State, Scope], Outcome], now: float) -> Outcome:
        """The state's outcome, or its answer to the failure that the question met."""
        scope = self._scope(now)
        try:
            return question(self._state, scope)
        except StateFailure as met:
            return self._recovered(self._explained(met, now), scope, now)

    def _recovered(self, met: StateFailure, scope: Scope, now: float) -> Outcome:
        try:
            return self._state.recover(scope, met, self._at.attempts)
        except StateFailure as again:
            last = self._explained(again, now)
            return Fail(last.error, last.cause)

    def _explained(self, met: StateFailure, now: float) -> StateFailure:
        """A failure of the state's own fields, told as AWS tells it, JSONata's also in the history."""
        at = self._at
        if not met.placed:
            return met
        place = f"the state '{at.state}' (entered at the event id #{at.entered})"
        cause = f"An error occurred while executing {place}. {met.cause}"
        told = StateFailure(met.error, cause, location=met.location)
        if met.location is not None:
            details = {**failure(told.error, told.cause), "location": met.location, "state": at.state}
            at.previous = self._history.add("EvaluationFailed", now, at.previous, details)
        return told

    def _apply(self, outcome: Outcome, now: float) -> None:
        at = self._at
        match outcome:
            case GoTo():
                self._leave(outcome, now)
            case Sleep(until):
                at.phase, at.wake_at = Phase.SLEEPING, until
                if until <= now:
                    self.wake(now)
            case Call():
                self._begin_call(outcome, now)
            case Retry(retrier, delay, jitter):
                at.attempts[retrier] = at.attempts.get(retrier, 0) + 1
                wanted = random.uniform(0, delay) if jitter else delay  # noqa: S311 - spreads load, no secret
                at.phase, at.wake_at, at.call = Phase.RETRYING, now + wanted, None
            case Fail(error, cause):
                self._end(Status.FAILED, "ExecutionFailed", now, error=error, cause=cause)

    def _leave(self, outcome: GoTo, now: float) -> None:
        at = self._at
        text = json_text(outcome.output)
        if len(text) > MAX_PAYLOAD // 4 and len(text.encode()) > MAX_PAYLOAD:
            cause = _too_large(at.state)
            self._end(Status.FAILED, "ExecutionFailed", now, error=DATA_LIMIT_EXCEEDED, cause=cause)
            return
        at.variables.update(outcome.assigned)
        at.previous = self._history.exited(
            self._state.kind, at.state, now, at.previous, text, outcome.assigned
        )
        if outcome.next is None:
            self._end(Status.SUCCEEDED, "ExecutionSucceeded", now, output=text)
        else:
            at.move(outcome.next, outcome.output)

    def _begin_call(self, call: Call, now: float) -> None:
        at = self._at
        if self._history.is_full:
            self._overflow(now)
            return
        at.phase = Phase.CALLING
        at.call = {name: getattr(call, name) for name in Call.__slots__}
        at.previous = self._history.called(Resource(call.resource), call, self._arns.region, now, at.previous)
        self._hand_out(call, now)

    def _call_again(self, now: float) -> None:
        """The process that made this call is gone and nobody knows how far it came."""
        if self._at.call is not None:
            self._hand_out(Call(**self._at.call), now)

    def _hand_out(self, call: Call, now: float) -> None:
        self._at.wake_at = None if call.timeout is None else now + call.timeout
        self._call, self._called = call, True

    def _break(self, how: str, error: str, cause: str | None, now: float) -> None:
        self._at.previous = self._history.broke(self._resource(), how, now, self._at.previous, error, cause)
        self._at.call = None
        met = StateFailure(error, cause)
        self._apply(self._recovered(met, self._scope(now), now), now)

    def _resource(self) -> Resource:
        call = self._at.call
        return Resource(call["resource"] if call else "")

    def _overflow(self, now: float) -> None:
        cause = f"The execution reached the maximum number of history events ({MAX_EVENTS})."
        self._end(Status.FAILED, "ExecutionFailed", now, error=RUNTIME, cause=cause)

    def _end(
        self,
        status: Status,
        event: str,
        now: float,
        *,
        output: str | None = None,
        error: str | None = None,
        cause: str | None = None,
    ) -> None:
        details = {"output": output, "outputDetails": {"truncated": False}} if output is not None else None
        self._history.add(event, now, self._at.previous, details or failure(error, cause))
        self.record = replace(
            self.record,
            status=status,
            stopped=now,
            output=output,
            error=None if error is None else storable(error),
            cause=None if cause is None else storable(cause),
        )
        self._call = None
        self._row_changed = True


def _is_due(at: Standing, now: float) -> bool:
    return at.wake_at is None or now >= at.wake_at


def _too_large(what: str) -> str:
    return (
        f"The state/task '{what}' returned a result with a size exceeding"
        " the maximum number of bytes service limit."
    )
