"""Answers in the place of what a workflow calls, by the names of its steps.

An answer is a value, an error (an exception or its class), a function of the call, or several `in_turn`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from coworks.engine import TaskError, lambda_invoker
from coworks.engine.json_text import json_text
from coworks.engine.tasks import Broken, Done, made
from coworks.errors import CoWorksError
from coworks.local.calls_made import call_made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.asl import Call
    from coworks.biz import SourceMap
    from coworks.local.calls_made import CallMade

_WAITED: Final = "arn:aws:states:::states:startExecution.sync:2"


def failure(error: str, message: str = "") -> Exception:
    """An error of this name, for one whose class is not at hand: `failure("NoSuchMailError", "gone")`."""
    named: type[Exception] = type(error, (Exception,), {})
    return named(message)


class InTurn:
    """Answers one after the other; made by `in_turn`."""

    def __init__(self, answers: tuple[Any, ...]) -> None:
        self._answers = answers
        self._given = 0

    def next(self, step: str) -> Any:
        """The next one. Raises `CoWorksError` when all were given."""
        if self._given == len(self._answers):
            raise CoWorksError(
                f'the step "{step}" calls once more than the {self._given} answers that it has in turn',
                hint="add an answer, or find out why it calls so often",
            )
        self._given += 1
        return self._answers[self._given - 1]


def in_turn(*answers: Any) -> InTurn:
    """Answers for the first call of a step, for the second, and so on; tries after an error count as well."""
    return InTurn(answers)


class StepAnswers:
    """What the steps of one workflow are answered. Steps without an answer make their calls."""

    def __init__(self, machine: str, answers: Mapping[str, Any], sources: SourceMap) -> None:
        self._machine = machine
        self._answers = answers
        self._sources = sources
        self.trouble: CoWorksError | None = None

    def answer(self, machine: str, state: str, call: Call) -> Done | Broken | None:
        """What the call of a state is answered; None to have it made."""
        if machine.partition("/")[0] != self._machine:
            return None
        origin = self._sources.get(state)
        told = call_made(origin.step if origin else state, call.resource, call.arguments)
        if told.step not in self._answers:
            return None
        try:
            return Done(self._given(told, call))
        except TaskError as error:
            return Broken(error.error, error.cause)
        except CoWorksError as error:
            self.trouble = error
            return Broken("States.Runtime", error.message)

    def _given(self, told: CallMade, call: Call) -> Any:
        answer = self._answers[told.step]
        if isinstance(answer, InTurn):
            answer = answer.next(told.step)
        # Another workflow that is waited for: the answer is its output.
        if call.resource == _WAITED:
            return {"Output": json.loads(json_text(_failing_as_itself(answer, told)))}
        # A task that waits with a token is answered by whoever holds it, not by the service.
        if not told.service or call.resource.endswith(".waitForTaskToken"):
            return made(lambda resource, arguments: _failing_as_itself(answer, told), call)
        body = lambda_invoker(
            lambda function, order: {"statusCode": 200, "headers": {}, "body": _value(answer, told)}
        )
        return made(body, call)


def _failing_as_itself(answer: Any, told: CallMade) -> Any:
    """The answer; what it raises fails the task under its own name, as it does behind a service."""
    try:
        return _value(answer, told)
    except Exception as error:
        raise TaskError.of(error) from error


def _value(answer: Any, told: CallMade) -> Any:
    """The answer itself: errors are raised, functions asked."""
    if isinstance(answer, BaseException) or (isinstance(answer, type) and issubclass(answer, BaseException)):
        raise answer
    return answer(told) if callable(answer) else answer


class AnswersByRun:
    """The answers of several runs in one engine; a run is the test case of its execution."""

    def __init__(self) -> None:
        self._runs: dict[str, StepAnswers] = {}

    def add(self, answers: StepAnswers) -> str:
        """The test case of a run that is answered so."""
        self._runs[case := f"run {len(self._runs) + 1}"] = answers
        return case

    def has(self, machine: str, case: str) -> bool:
        return case in self._runs

    def answer(self, machine: str, case: str, state: str, attempt: int, call: Call) -> Done | Broken | None:
        """What the engine asks for each call that is to be made."""
        return self._runs[case].answer(machine, state, call)
