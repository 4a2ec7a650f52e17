"""One state tried alone: what TestState does, with the states and outcomes that executions have.

A trial is entered like a state of an execution, its work is done or mocked, and its answer is told with the
stages that the data went through. Nothing is stored and nobody waits.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Final

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
from coworks.asl.failures import TIMEOUT
from coworks.asl.states import DistributedMap, Map
from coworks.asl.states.base import Recovering
from coworks.asl.states.distributed_map import tolerance_exceeded
from coworks.engine.buckets import NoBuckets
from coworks.engine.item_reader import read_items
from coworks.engine.tasks import TaskError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coworks.asl import State

LONGEST: Final = 300
"""Seconds that a state under test may take."""

ENTERED: Final = 2
"""The id of the event that would have entered the state: 1 is the start of the execution."""

Perform = Callable[[Call, float], Any]
"""Makes a call within so many seconds. Raises `TaskError`, `TimeoutError`."""


class Ending(StrEnum):
    """TestState's words for how a state came out."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    RETRIABLE = "RETRIABLE"
    CAUGHT_ERROR = "CAUGHT_ERROR"


@dataclass(frozen=True, slots=True)
class Mock:
    """What the work of the state gives, instead of being done: a failure, or else the result."""

    result: Any = None
    failure: StateFailure | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """A state, what it is entered with, and what becomes of its work.

    `retries` were made before by the retrier that has an answer; `failed_turns` is the number of turns of a
    Map that failed; `dataset` is what its ItemReader finds.
    """

    state: State
    input: Any
    variables: Mapping[str, Any]
    context: Mapping[str, Any]
    mock: Mock | None = None
    retries: int = 0
    failed_turns: int = 0
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a trial came out; `stages` has what the data became on the way, by TestState's names.

    `failure` is what the state met, even when it had an answer.
    """

    ending: Ending
    outcome: Outcome
    failure: StateFailure | None
    stages: Mapping[str, Any] = field(default_factory=dict)


# What TestState shows of each kind of state, when it is JSONPath's or JSONata's to tell.
_THROUGH: Final = frozenset({"afterInputPath"})
_WORKED: Final = frozenset({"afterResultSelector", "afterResultPath"})
_TOLERANCE: Final = frozenset({"toleratedFailureCount", "toleratedFailurePercentage"})
_ITEMS: Final = frozenset({"afterItemsPath", "afterItemSelector", "afterItemBatcher"})
_SHOWN: Final = {
    "Pass": _THROUGH | _WORKED | {"afterParameters", "result"},
    "Task": _THROUGH | _WORKED | {"afterParameters", "afterArguments", "result"},
    "Map": _THROUGH | _WORKED | _ITEMS | {"maxConcurrency"} | _TOLERANCE,
    "Parallel": _WORKED,
}


def run_trial(trial: Trial, perform: Perform, now: float) -> Verdict:
    """Try a state at a time, in seconds since the epoch."""
    return _Trying(trial, perform, now).run()


class _Trying:
    """A trial under way."""

    def __init__(self, trial: Trial, perform: Perform, now: float) -> None:
        self._trial = trial
        self._perform = perform
        self._stages: dict[str, Any] = {}
        self._shown = _SHOWN.get(trial.state.kind, _THROUGH)
        self._scope = Scope(trial.input, trial.variables, trial.context, now, trace=self._note)

    def _note(self, stage: str, value: Any) -> None:
        if stage in self._shown:
            self._stages[stage] = value

    def run(self) -> Verdict:
        try:
            outcome = self._work(self._trial.state.enter(self._scope))
        except StateFailure as met:
            return self._recovered(self._told(met))
        if isinstance(outcome, Fail):
            failed = StateFailure(outcome.error, outcome.cause)
            return Verdict(Ending.FAILED, outcome, failed, self._stages)
        return Verdict(Ending.SUCCEEDED, outcome, None, self._stages)

    def _work(self, outcome: Outcome) -> Outcome:
        """Have done what the state wants done, and tell it how that went."""
        match outcome:
            case Call():
                result = self._result(outcome)
                self._note("result", result)
                return self._trial.state.succeed(self._scope.with_result(result))
            case Distribute(reading=settings) if settings is not None:
                return self._joined(self._read(outcome, settings))
            case Fork():
                return self._joined(outcome)
            case Sleep(until):
                if until - self._scope.now > LONGEST:
                    raise StateFailure(TIMEOUT)
                return self._trial.state.wake(self._scope)
        return outcome

    def _result(self, call: Call) -> Any:
        if self._trial.mock:
            return _mocked(self._trial.mock)
        try:
            return self._perform(call, min(call.timeout or LONGEST, LONGEST))
        except TaskError as error:
            raise StateFailure(error.error, error.cause) from error
        except TimeoutError:
            raise StateFailure(TIMEOUT) from None

    def _joined(self, fork: Fork) -> Outcome:
        state, mock = self._trial.state, self._trial.mock
        if mock is None or not isinstance(state, Forking):
            raise TypeError(f"the branches of a {state.kind} state are not run in a test of the state")
        if isinstance(state, DistributedMap) and not mock.failure:
            self._check_tolerance(state, fork)
        elif isinstance(state, DistributedMap):
            state.tolerance(self._scope)
        result = _mocked(mock)
        if isinstance(state, Map) and state.selector:
            self._note("afterItemSelector", [self._turn(state, fork, index) for index in range(fork.length)])
        if isinstance(state, DistributedMap) and isinstance(fork, Distribute) and fork.batch is not None:
            self._note("afterItemBatcher", list(self._batches(state, fork)))
        return state.succeed(self._scope.with_result(result))

    def _read(self, fork: Distribute, settings: Mapping[str, Any]) -> Distribute:
        """The fork over the items of the dataset."""
        try:
            read = read_items(_Dataset(self._trial.dataset), settings)
        except TaskError as error:
            raise StateFailure(error.error, error.cause) from error
        return replace(fork, given=read.items, length=len(read.items), reading=None, sources=read.sources)

    def _batches(self, state: DistributedMap, fork: Distribute) -> Iterator[Any]:
        """The inputs of the child executions."""
        first = 0
        while first < fork.length:
            batch, taken = state.portion(self._scope_of, fork, first)
            first += taken
            yield batch

    def _scope_of(self, added: Mapping[str, Any]) -> Scope:
        context = {**self._trial.context, **added}
        return Scope(self._trial.input, self._trial.variables, context, self._scope.now)

    def _check_tolerance(self, state: DistributedMap, fork: Fork) -> None:
        """Fail when more turns failed than may."""
        tolerance = state.tolerance(self._scope)
        if tolerance.is_set and tolerance.is_exceeded(self._trial.failed_turns, fork.length):
            raise tolerance_exceeded()

    def _turn(self, state: Map, fork: Fork, index: int) -> Any:
        """The input of a turn."""
        return state.begin(self._scope_of(state.context(fork, index)), fork.given)

    def _recovered(self, met: StateFailure) -> Verdict:
        """What the state answers to a failure; only who answered is shown, not the stages of the way out."""
        handlers: dict[str, Any] = {}
        scope = self._scope.traced(handlers.__setitem__)
        try:
            outcome: Outcome = self._trial.state.recover(scope, met, self._attempts())
        except StateFailure as again:
            met = self._told(again)
            outcome = Fail(met.error, met.cause)
        details = {name: index for name, index in handlers.items() if name in _HANDLERS}
        if isinstance(outcome, Retry):
            details["retryBackoffIntervalSeconds"] = int(outcome.delay)
        stages = {**self._stages, "errorDetails": details} if details else self._stages
        return Verdict(_ENDINGS[type(outcome)], outcome, met, stages)

    def _attempts(self) -> dict[int, int]:
        state = self._trial.state
        retriers = state.recovery.retriers if isinstance(state, Recovering) else ()
        return dict.fromkeys(range(len(retriers)), self._trial.retries)

    def _told(self, met: StateFailure) -> StateFailure:
        return met.at_state(str(self._trial.context.get("State", {}).get("Name")), ENTERED)


_HANDLERS: Final = frozenset({"catchIndex", "retryIndex"})
_ENDINGS: Final[dict[type[Outcome], Ending]] = {
    GoTo: Ending.CAUGHT_ERROR,
    Retry: Ending.RETRIABLE,
    Fail: Ending.FAILED,
}


class _Dataset(NoBuckets):
    """Gives the one text whatever object is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read(self, bucket: str, key: str, version: str | None = None) -> BinaryIO:
        return BytesIO(self._text.encode())

    def list(self, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
        yield from json.loads(self._text)


def _mocked(mock: Mock) -> Any:
    if mock.failure:
        raise mock.failure
    return mock.result
