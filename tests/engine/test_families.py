"""Executions that start executions, and wait for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore, Status, Store

CHILD = "arn:aws:states:us-east-1:000000000000:stateMachine:child"
REST: dict[str, Any] = {"Type": "Wait", "Seconds": 60, "Next": "Give"}
CHILD_STATES: dict[str, Any] = {"Rest": REST, "Give": {"Type": "Pass", "Output": {"n": 1}, "End": True}}


def machine(states: dict[str, Any]) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}


def call(pattern: str = "", **more: Any) -> dict[str, Any]:
    given = {"StateMachineArn": CHILD, "Name": "one", "Input": {"from": "parent"}}
    resource = f"arn:aws:states:::states:startExecution{pattern}"
    return {"Type": "Task", "Resource": resource, "Arguments": given, "End": True, **more}


def engine_on(store: Store, state: dict[str, Any], clock: ManualClock | None = None) -> Engine:
    engine = Engine(store, lambda *_: None, clock=clock or ManualClock(), workers=InlineWorkers())
    engine.put_state_machine("child", machine(CHILD_STATES))
    engine.put_state_machine("parent", machine({"Call": state}))
    return engine


def begin(engine: Engine) -> None:
    engine.start_execution("parent", name="p")
    engine.work()


def status(engine: Engine, machine: str, name: str) -> Status:
    return engine.describe_execution(machine, name).status


def kinds(engine: Engine) -> list[str]:
    return [event["type"] for event in engine.get_execution_history("parent", "p")]


def test_a_call_without_a_pattern_does_not_wait(store: Store) -> None:
    engine = engine_on(store, call())
    begin(engine)
    found = engine.describe_execution("parent", "p")
    told = json.loads(found.output or "")
    assert told["ExecutionArn"] == "arn:aws:states:us-east-1:000000000000:execution:child:one"
    assert told["SdkHttpMetadata"]["HttpStatusCode"] == 200
    assert engine.describe_execution("child", "one").input == '{"from":"parent"}'
    assert "TaskSubmitted" not in kinds(engine)


@pytest.mark.parametrize(
    ("pattern", "given", "output"),
    [(".sync", '{"from":"parent"}', '{"n":1}'), (".sync:2", {"from": "parent"}, {"n": 1})],
)
def test_a_parent_waits_for_its_child(store: Store, pattern: str, given: Any, output: Any) -> None:
    engine = engine_on(store, call(pattern))
    begin(engine)
    assert status(engine, "parent", "p") is Status.RUNNING
    engine.run_through()
    told = json.loads(engine.describe_execution("parent", "p").output or "")
    assert (told["Input"], told["Output"], told["Status"]) == (given, output, "SUCCEEDED")
    assert told["StopDate"] - told["StartDate"] == 60_000
    assert kinds(engine)[2:] == [
        *("TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"),
        *("TaskStateExited", "ExecutionSucceeded"),
    ]


def test_the_failure_of_a_child_is_that_of_the_task() -> None:
    caught = {"Type": "Pass", "Output": "{% $parse($states.input.Cause).Error %}", "End": True}
    engine = engine_on(MemoryStore(), call())
    engine.put_state_machine("child", machine({"No": {"Type": "Fail", "Error": "No", "Cause": "never"}}))
    state = call(".sync:2", Catch=[{"ErrorEquals": ["States.TaskFailed"], "Next": "Caught"}])
    engine.put_state_machine("parent", machine({"Call": state, "Caught": caught}))
    begin(engine)
    assert engine.describe_execution("parent", "p").output == '"No"'


def test_a_parent_and_its_child_go_on_after_a_restart(open_store: Callable[[], Store]) -> None:
    clock = ManualClock()
    begin(engine_on(open_store(), call(".sync:2"), clock))
    clock.advance(60)
    engine = engine_on(open_store(), call(".sync:2"), clock)
    engine.work()
    assert status(engine, "parent", "p") is Status.SUCCEEDED
    assert kinds(engine).count("TaskSubmitted") == 1


@pytest.mark.parametrize("restart", [False, True])
def test_who_stops_the_parent_stops_the_child(open_store: Callable[[], Store], restart: bool) -> None:
    clock = ManualClock()
    engine = engine_on(open_store(), call(".sync"), clock)
    begin(engine)
    if restart:
        engine = engine_on(open_store(), call(".sync"), clock)
    engine.stop_execution("parent", "p")
    assert status(engine, "child", "one") is Status.ABORTED


def test_a_child_without_a_pattern_outlives_its_parent() -> None:
    engine = engine_on(MemoryStore(), call())
    state = {name: value for name, value in call(Next="Rest").items() if name != "End"}
    engine.put_state_machine("parent", machine({"Call": state, **CHILD_STATES}))
    begin(engine)
    engine.stop_execution("parent", "p")
    assert status(engine, "child", "one") is Status.RUNNING


def test_a_timeout_of_the_task_stops_the_child() -> None:
    clock = ManualClock()
    engine = engine_on(MemoryStore(), call(".sync", TimeoutSeconds=10), clock)
    begin(engine)
    clock.advance(10)
    engine.work()
    assert engine.describe_execution("parent", "p").error == "States.Timeout"
    assert status(engine, "child", "one") is Status.ABORTED


def test_a_stopped_child_fails_the_task() -> None:
    engine = engine_on(MemoryStore(), call(".sync"))
    begin(engine)
    engine.stop_execution("child", "one", error="Stop", cause="by hand")
    found = engine.describe_execution("parent", "p")
    told = json.loads(found.cause or "")
    assert (found.error, told["Status"], told["Error"]) == ("States.TaskFailed", "ABORTED", "Stop")


def test_a_chain_of_parents_ends_with_the_last_child() -> None:
    engine = engine_on(MemoryStore(), call(".sync:2"))
    top = call(".sync:2", Output="{% $states.result.Output.Output.n %}")
    top["Arguments"] = {"StateMachineArn": CHILD.replace("child", "parent"), "Name": "p"}
    engine.put_state_machine("top", machine({"Call": top}))
    engine.start_execution("top", name="t")
    engine.run_through()
    assert engine.describe_execution("top", "t").output == "1"


def test_a_child_answers_by_the_token_that_it_was_given() -> None:
    state = call(".waitForTaskToken")
    state["Arguments"]["Input"] = {"token": "{% $states.context.Task.Token %}"}
    engine = engine_on(MemoryStore(), state)
    begin(engine)
    token = json.loads(engine.describe_execution("child", "one").input)["token"]
    engine.run_through()
    assert status(engine, "parent", "p") is Status.RUNNING
    engine.send_task_success(token, "7")
    assert engine.describe_execution("parent", "p").output == "7"


@pytest.mark.parametrize(
    ("arguments", "error", "cause"),
    [
        (
            {"StateMachineArn": CHILD + "s"},
            "StepFunctions.StateMachineDoesNotExistException",
            f"State Machine Does Not Exist: '{CHILD}s' (Service: AWSStepFunctions; Status Code: 400;",
        ),
        (
            {"StateMachineArn": CHILD, "Input": "{"},
            "StepFunctions.InvalidExecutionInputException",
            "Invalid State Machine Execution Input: '",
        ),
        (
            {"StateMachineArn": CHILD, "Name": "taken"},
            "StepFunctions.ExecutionAlreadyExistsException",
            f"Execution Already Exists: '{CHILD.replace('stateMachine', 'execution')}:taken'",
        ),
    ],
)
def test_a_child_that_cannot_start_fails_the_task(arguments: dict[str, Any], error: str, cause: str) -> None:
    engine = engine_on(MemoryStore(), {**call(".sync"), "Arguments": arguments})
    engine.start_execution("child", '{"other": 1}', name="taken")
    begin(engine)
    found = engine.describe_execution("parent", "p")
    assert (found.error, (found.cause or "").startswith(cause)) == (error, True)


def test_two_parents_wait_for_one_child() -> None:
    engine = engine_on(MemoryStore(), call(".sync"))
    begin(engine)
    engine.start_execution("parent", name="q")
    engine.run_through()
    assert [status(engine, "parent", name) for name in "pq"] == [Status.SUCCEEDED] * 2


def express_child(store: Store) -> None:
    store.add_revision("child", json.dumps(machine(CHILD_STATES)), '{"type": "EXPRESS"}', 1.0)


def test_an_express_machine_is_started_and_leaves_no_record(store: Store) -> None:
    engine = engine_on(store, call())
    express_child(store)
    begin(engine)
    told = json.loads(engine.describe_execution("parent", "p").output or "")
    assert told["ExecutionArn"].startswith("arn:aws:states:us-east-1:000000000000:express:child:one:")
    engine.run_through()
    assert engine.list_executions("child") == []


@pytest.mark.parametrize("pattern", [".sync", ".sync:2"])
def test_the_end_of_an_express_machine_cannot_be_waited_for(store: Store, pattern: str) -> None:
    """Nobody can describe its executions; aws-sdk:sfn:startSyncExecution is there for that."""
    engine = engine_on(store, call(pattern))
    express_child(store)
    begin(engine)
    found = engine.describe_execution("parent", "p")
    assert found.error == "StepFunctions.StateMachineTypeNotSupportedException"
    assert (found.cause or "").startswith("This operation is not supported by this type of state machine (")


def test_an_express_machine_may_send_back_the_token(store: Store) -> None:
    given = {"StateMachineArn": CHILD, "Input": {"token": "{% $states.context.Task.Token %}"}}
    engine = engine_on(store, {**call(".waitForTaskToken"), "Arguments": given})
    express_child(store)
    begin(engine)
    (event,) = [
        event for event in engine.get_execution_history("parent", "p") if event["type"] == "TaskScheduled"
    ]
    parameters = json.loads(event["taskScheduledEventDetails"]["parameters"])
    engine.send_task_success(parameters["Input"]["token"], "7")
    assert engine.describe_execution("parent", "p").output == "7"
