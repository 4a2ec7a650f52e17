"""Whole executions in JSONPath, and in both query languages, over both stores."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from coworks.engine import Engine, InlineWorkers, ManualClock, Status, TaskError, lambda_invoker

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.engine import Execution, Invoke, Store

FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:f"
INVOKE = "arn:aws:states:::lambda:invoke"


def engine_on(store: Store, invoke: Invoke = lambda _, given: given) -> Engine:
    return Engine(store, invoke, clock=ManualClock(), workers=InlineWorkers())


def run(engine: Engine, states: dict[str, Any], given: Any = None) -> tuple[Execution, list[dict[str, Any]]]:
    engine.put_state_machine("m", {"StartAt": next(iter(states)), "States": states})
    engine.start_execution("m", json.dumps(given), name="one")
    engine.run_through()
    return engine.describe_execution("m", "one"), engine.get_execution_history("m", "one")


def test_a_loop_counts_in_a_variable_that_both_languages_share(store: Store) -> None:
    states = {
        "Begin": {"Type": "Pass", "Assign": {"n": 0}, "Next": "Add"},
        "Add": {"Type": "Pass", "Assign": {"n.$": "States.MathAdd($n, 1)"}, "Next": "Double"},
        "Double": {
            "Type": "Pass",
            "QueryLanguage": "JSONata",
            "Assign": {"m": "{% $n * 2 %}"},
            "Next": "Again",
        },
        "Again": {
            "Type": "Choice",
            "Choices": [{"Variable": "$n", "NumericLessThan": 3, "Next": "Add"}],
            "Default": "End",
        },
        "End": {"Type": "Pass", "Parameters": {"n.$": "$n", "m.$": "$m"}, "End": True},
    }
    assert json.loads(run(engine_on(store), states)[0].output or "") == {"n": 3, "m": 6}


def test_variables_are_there_after_a_restart(open_store: Callable[[], Store]) -> None:
    states = {
        "Begin": {"Type": "Pass", "Assign": {"v.$": "$.a"}, "ResultPath": "$.b", "Next": "Rest"},
        "Rest": {"Type": "Wait", "SecondsPath": "$v[1]", "OutputPath": "$v", "End": True},
    }
    engine = engine_on(open_store())
    engine.put_state_machine("m", {"StartAt": "Begin", "States": states})
    engine.start_execution("m", '{"a": ["é", 60]}', name="one")
    assert engine.describe_execution("m", "one").status is Status.RUNNING
    later = engine_on(open_store())
    later.run_through()
    assert later.describe_execution("m", "one").output == '["é",60]'


def test_a_failing_path_is_told_with_its_state_and_is_no_event_of_its_own(store: Store) -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}]
    task = {"Type": "Task", "Resource": FUNCTION, "Parameters": {"x.$": "$.no"}, "Catch": catch, "End": True}
    done, history = run(engine_on(store), {"Send": task, "Sorry": {"Type": "Succeed"}}, {})
    assert (done.error, done.cause) == (
        "States.Runtime",
        "An error occurred while executing the state 'Send' (entered at the event id #2). The JSONPath '$.no'"
        " specified for the field 'x.$' could not be found in the input '{}'",
    )
    assert [event["type"] for event in history][2:] == ["ExecutionFailed"]


def test_an_intrinsic_failure_can_be_caught(store: Store) -> None:
    catch = [{"ErrorEquals": ["States.IntrinsicFailure"], "ResultPath": "$.why", "Next": "Sorry"}]
    parameters = {"x.$": "States.ArrayGetItem($.a, 5)"}
    task = {"Type": "Task", "Resource": FUNCTION, "Parameters": parameters, "Catch": catch, "End": True}
    done, _ = run(engine_on(store), {"Send": task, "Sorry": {"Type": "Succeed"}}, {"a": [1]})
    told = json.loads(done.output or "")
    assert told["a"] == [1]
    assert "the index 5 is outside of the array" in told["why"]["Cause"]


@pytest.mark.parametrize("resource", [FUNCTION, INVOKE])
def test_an_answer_that_is_too_large_can_be_caught(store: Store, resource: str) -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}]
    parameters = {"FunctionName": "f"}
    task = {"Type": "Task", "Resource": resource, "Parameters": parameters, "Catch": catch, "End": True}
    invoke = lambda_invoker(lambda name, payload: "a" * 256 * 1024)
    done, _ = run(engine_on(store, invoke), {"Send": task, "Sorry": {"Type": "Succeed"}})
    assert json.loads(done.output or "")["Error"] == "States.DataLimitExceeded"


# Functions


def test_a_function_is_called_by_its_arn_in_the_older_form(store: Store) -> None:
    invoke = lambda_invoker(lambda name, payload: [name, payload])
    task = {"Type": "Task", "Resource": FUNCTION, "End": True}
    assert json.loads(run(engine_on(store, invoke), {"Send": task}, "k")[0].output or "") == [FUNCTION, "k"]


@pytest.mark.parametrize(
    ("payload", "got"), [("0.0", 0.0), ("[1]", [1]), ('"t"', "t"), ("plain", "plain"), ({"a": 1}, {"a": 1})]
)
def test_a_text_as_payload_is_the_json_that_the_function_gets(
    store: Store, payload: Any, got: object
) -> None:
    invoke = lambda_invoker(lambda name, payload: payload)
    task = {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": {"FunctionName": "f", "Payload.$": "$"},
        "OutputPath": "$.Payload",
        "End": True,
    }
    assert json.loads(run(engine_on(store, invoke), {"Send": task}, payload)[0].output or "") == got


@pytest.mark.parametrize(
    ("resource", "cause"), [(FUNCTION, '{"errorMessage": "é"}'), (INVOKE, '{"errorMessage":"é"}')]
)
def test_the_cause_is_lambdas_own_text_or_a_compact_one(store: Store, resource: str, cause: str) -> None:
    def call(name: str, payload: Any) -> Any:
        raise TaskError("E", '{"errorMessage": "é"}')

    task = {"Type": "Task", "Resource": resource, "Parameters": {"FunctionName": "f"}, "End": True}
    done, _ = run(engine_on(store, lambda_invoker(call)), {"Send": task})
    assert (done.error, done.cause) == ("E", cause)
