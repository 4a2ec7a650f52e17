"""Whole executions, with a clock turned by hand and tasks answered at once, over both stores."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from coworks.engine import (
    Engine,
    EngineError,
    Execution,
    InlineWorkers,
    ManualClock,
    MemoryStore,
    Status,
    TaskError,
    ThreadWorkers,
    lambda_invoker,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.engine import Invoke, Store

MONTH = 30 * 24 * 3600


@pytest.fixture
def run(store: Store) -> Callable[..., tuple[Execution, list[dict[str, Any]]]]:
    """Runs these states on an input to the end: the execution and its history."""

    def run(
        states: dict[str, Any], given: Any = None, invoke: Invoke = lambda _, given: given, **fields: Any
    ) -> tuple[Execution, list[dict[str, Any]]]:
        engine = Engine(store, invoke, clock=ManualClock(), workers=InlineWorkers())
        definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **fields}
        engine.put_state_machine("m", definition)
        engine.start_execution("m", json.dumps(given), name="one")
        engine.run_through()
        return engine.describe_execution("m", "one"), engine.get_execution_history("m", "one")

    return run


TASK = {"Type": "Task", "Resource": "arn:aws:states:::mail:send", "End": True}


def kinds(history: list[dict[str, Any]]) -> list[str]:
    return [event["type"] for event in history]


class Failing:
    """Fails with each of these errors in turn, then answers; counts its calls."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self, resource: str, arguments: Any) -> Any:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return {"resource": resource, "arguments": arguments}


def test_a_choice_leads_to_one_of_its_ends(run: Callable[..., Any]) -> None:
    rules = [{"Condition": "{% $states.input.n > 1 %}", "Next": "Many", "Assign": {"many": True}}]
    states = {
        "Which": {"Type": "Choice", "Choices": rules, "Default": "Few"},
        "Many": {"Type": "Succeed", "Output": "{% $many %}"},
        "Few": {"Type": "Fail", "Error": "TooFew"},
    }
    done, history = run(states, {"n": 2})
    assert (done.status, done.output) == (Status.SUCCEEDED, "true")
    assert kinds(history) == [
        "ExecutionStarted",
        "ChoiceStateEntered",
        "ChoiceStateExited",
        "SucceedStateEntered",
        "SucceedStateExited",
        "ExecutionSucceeded",
    ]
    assert [event["id"] for event in history] == [1, 2, 3, 4, 5, 6]
    assert [event["previousEventId"] for event in history] == [0, 0, 2, 3, 4, 5]
    assert history[2]["stateExitedEventDetails"]["assignedVariables"] == {"many": "true"}


def test_a_variable_lives_on_until_it_is_assigned_again(run: Callable[..., Any]) -> None:
    states = {
        "One": {"Type": "Pass", "Assign": {"a": 1, "b": 1}, "Next": "Two"},
        "Two": {"Type": "Pass", "Assign": {"b": "{% $a + $b %}"}, "Next": "Rest"},
        "Rest": {"Type": "Wait", "Seconds": 1, "Output": ["{% $a %}", "{% $b %}"], "End": True},
    }
    assert run(states)[0].output == "[1,2]"


def test_a_fail_ends_the_execution_with_its_error(run: Callable[..., Any]) -> None:
    done, history = run({"No": {"Type": "Fail", "Error": "E", "Cause": "{% $string($states.input) %}"}}, 7)
    assert (done.status, done.error, done.cause, done.output) == (Status.FAILED, "E", "7", None)
    assert history[-1]["executionFailedEventDetails"] == {"error": "E", "cause": "7"}


def test_a_month_of_waiting_takes_no_time(run: Callable[..., Any]) -> None:
    states = {"Rest": {"Type": "Wait", "Seconds": MONTH, "Next": "Then"}, "Then": {"Type": "Succeed"}}
    done, history = run(states, "x")
    assert (done.output, done.stopped - done.started) == ('"x"', MONTH)
    assert [event["timestamp"] - done.started for event in history] == [0, 0, MONTH, MONTH, MONTH, MONTH]


def test_a_wait_until_a_time_that_has_passed_is_over_at_once(run: Callable[..., Any]) -> None:
    done, _ = run({"Rest": {"Type": "Wait", "Timestamp": "2016-03-05T21:29:29Z", "End": True}})
    assert done.stopped == done.started


def test_a_task_is_called_with_its_arguments_and_its_answer_goes_on(run: Callable[..., Any]) -> None:
    invoke = Failing()
    done, history = run({"Send": {**TASK, "Arguments": {"to": "{% $states.input %}"}}}, "you", invoke)
    assert json.loads(done.output) == {"resource": TASK["Resource"], "arguments": {"to": "you"}}
    assert kinds(history)[2:5] == ["TaskScheduled", "TaskStarted", "TaskSucceeded"]
    assert history[2]["taskScheduledEventDetails"] == {
        "resourceType": "mail",
        "resource": "send",
        "region": "us-east-1",
        "parameters": '{"to":"you"}',
    }


def test_a_task_named_by_a_functions_arn_has_events_of_its_own(run: Callable[..., Any]) -> None:
    _, history = run({"Send": {**TASK, "Resource": "arn:aws:lambda:us-east-1:0:function:f"}})
    expected = ["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded"]
    assert kinds(history)[2:5] == expected


def test_a_failing_task_is_retried_with_growing_delays_until_it_answers(run: Callable[..., Any]) -> None:
    invoke = Failing(TaskError("Busy"), TaskError("Busy"))
    retry = [{"ErrorEquals": ["Busy"], "IntervalSeconds": 10, "BackoffRate": 3}]
    context = {"tries": "{% $states.context.State.RetryCount %}"}
    done, history = run({"Send": {**TASK, "Retry": retry, "Arguments": context}}, None, invoke)
    assert (invoke.calls, done.stopped - done.started) == (3, 10 + 30)
    assert json.loads(done.output)["arguments"] == {"tries": 2}
    scheduled = [event["timestamp"] - done.started for event in history if event["type"] == "TaskScheduled"]
    assert scheduled == [0, 10, 40]


def test_a_delay_with_jitter_is_at_most_the_delay(run: Callable[..., Any]) -> None:
    retry = [{"ErrorEquals": ["Busy"], "IntervalSeconds": 100, "JitterStrategy": "FULL"}]
    done, _ = run({"Send": {**TASK, "Retry": retry}}, None, Failing(TaskError("Busy")))
    assert 0 <= done.stopped - done.started <= 100


def test_a_failure_is_caught_with_what_it_was(run: Callable[..., Any]) -> None:
    catch = [{"ErrorEquals": ["ValueError"], "Next": "Sorry", "Assign": {"why": "{% $states.errorOutput %}"}}]
    states = {
        "Send": {**TASK, "Catch": catch},
        "Sorry": {"Type": "Pass", "Output": "{% $why %}", "End": True},
    }
    done, history = run(states, None, Failing(ValueError("no such address")))
    assert json.loads(done.output) == {"Error": "ValueError", "Cause": "no such address"}
    assert kinds(history)[4:7] == ["TaskFailed", "TaskStateExited", "PassStateEntered"]


def test_a_failure_that_nothing_catches_ends_the_execution(run: Callable[..., Any]) -> None:
    done, history = run({"Send": TASK}, None, Failing(TaskError("Bad", "luck")))
    assert (done.status, done.error, done.cause) == (Status.FAILED, "Bad", "luck")
    assert kinds(history)[-2:] == ["TaskFailed", "ExecutionFailed"]


def test_an_expression_that_fails_is_told_with_its_state_and_place(run: Callable[..., Any]) -> None:
    done, history = run({"Say": {"Type": "Pass", "Output": {"a": "{% $nope %}"}, "End": True}})
    assert done.error == "States.QueryEvaluationError"
    assert done.cause == (
        "An error occurred while executing the state 'Say' (entered at the event id #2). The JSONata"
        " expression '$nope' specified for the field 'Output/a' returned nothing (undefined)."
    )
    details = history[2]["evaluationFailedEventDetails"]
    assert (history[2]["type"], details["location"], details["state"]) == (
        "EvaluationFailed",
        "Output/a",
        "Say",
    )


def test_a_tasks_failing_expression_may_be_caught(run: Callable[..., Any]) -> None:
    catch = [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "Sorry"}]
    states = {"Send": {**TASK, "Arguments": "{% $nope %}", "Catch": catch}, "Sorry": {"Type": "Succeed"}}
    assert run(states)[0].status is Status.SUCCEEDED


def test_a_lambda_is_called_by_its_name_and_its_failure_reads_as_lambdas(run: Callable[..., Any]) -> None:
    def call(name: str, payload: Any) -> Any:
        if name == "bad":
            raise KeyError(payload)
        return {"name": name, "payload": payload}

    task = {**TASK, "Resource": "arn:aws:states:::lambda:invoke", "Arguments": "{% $states.input %}"}
    done, _ = run({"Ask": task}, {"FunctionName": "good"}, lambda_invoker(call))
    assert json.loads(done.output)["Payload"] == {"name": "good", "payload": {}}


def test_a_lambda_that_raises_fails_the_task_under_its_class(run: Callable[..., Any]) -> None:
    def call(name: str, payload: Any) -> Any:
        raise KeyError(payload)

    task = {**TASK, "Resource": "arn:aws:states:::lambda:invoke"}
    done, _ = run({"Ask": task}, {"FunctionName": "bad", "Payload": "k"}, lambda_invoker(call))
    cause = json.loads(done.cause)
    assert (done.error, cause["errorMessage"], cause["errorType"]) == ("KeyError", "'k'", "KeyError")
    assert "raise KeyError(payload)" in cause["stackTrace"][0]


def test_another_resource_than_a_lambda_is_not_available_to_it(run: Callable[..., Any]) -> None:
    done, _ = run({"Send": TASK}, None, lambda_invoker(lambda name, payload: None))
    assert (done.error, done.cause) == (
        "States.Runtime",
        f"The resource {TASK['Resource']} is not available here.",
    )


@pytest.mark.parametrize("text", ["naïve 日本 🙂", "\u0000\u2028"], ids=ascii)
def test_any_text_travels_through_everything(run: Callable[..., Any], text: str) -> None:
    states = {
        "Say ü": {"Type": "Pass", "Assign": {"é": "{% $states.input %}"}, "Next": "Send"},
        "Send": {"Type": "Task", "Resource": TASK["Resource"], "Next": "Rest"},
        "Rest": {"Type": "Wait", "Seconds": 1, "End": True},
    }
    done, history = run(states, {text: text})
    assert json.loads(done.output) == {text: text}
    assert json.loads(history[-1]["executionSucceededEventDetails"]["output"]) == {text: text}


def test_half_a_character_becomes_the_replacement_character(run: Callable[..., Any]) -> None:
    states = {"Rest": {"Type": "Wait", "Seconds": 1, "Next": "Send"}, "Send": TASK}
    done, _ = run(states, {"a": "\ud800"}, lambda _, given: [given, "\udc00"])
    assert json.loads(done.output) == [{"a": "\ufffd"}, "\ufffd"]


def test_an_error_of_any_text_is_kept(run: Callable[..., Any]) -> None:
    done, _ = run({"Send": TASK}, None, Failing(FileNotFoundError("\udcff é")))
    assert (done.status, done.error) == (Status.FAILED, "FileNotFoundError")
    assert "é" in done.cause


def test_time_cannot_be_skipped_on_the_systems_clock() -> None:
    with pytest.raises(EngineError, match="ManualClock"):
        Engine(MemoryStore(), lambda _, given: given).run_through()


def test_an_engine_works_by_itself_between_start_and_stop(store: Store) -> None:
    engine = Engine(store, lambda _, given: given * 2, workers=ThreadWorkers(limit=2))
    definition = {"QueryLanguage": "JSONata", "StartAt": "Double", "States": {"Double": TASK}}
    engine.put_state_machine("m", definition)
    engine.start()
    names = [engine.start_execution("m", str(number)).name for number in range(10)]
    done = [engine.wait("m", name, timeout=60).output for name in names]
    engine.stop()
    assert done == [str(number * 2) for number in range(10)]


def test_waiting_for_an_execution_may_be_given_up(store: Store) -> None:
    engine = Engine(store, lambda _, given: given, clock=ManualClock(), workers=InlineWorkers())
    states = {"Rest": {"Type": "Wait", "Seconds": MONTH, "End": True}}
    engine.put_state_machine("m", {"QueryLanguage": "JSONata", "StartAt": "Rest", "States": states})
    name = engine.start_execution("m").name
    with pytest.raises(TimeoutError, match="still running"):
        engine.wait("m", name, timeout=0)
