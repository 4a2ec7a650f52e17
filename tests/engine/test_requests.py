"""What callers ask of the engine: start, stop, describe, list; and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coworks.asl import InvalidDefinitionError
from coworks.engine import (
    Engine,
    ExecutionAlreadyExistsError,
    ExecutionDoesNotExistError,
    InlineWorkers,
    InvalidExecutionInputError,
    InvalidNameError,
    ManualClock,
    StateMachineDoesNotExistError,
    Status,
)

if TYPE_CHECKING:
    from coworks.engine import Store


def machine(*, seconds: int, output: Any = "{% $states.input %}") -> dict[str, Any]:
    rest = {"Type": "Wait", "Seconds": seconds, "Output": output, "End": True}
    return {"QueryLanguage": "JSONata", "StartAt": "Rest", "States": {"Rest": rest}}


@pytest.fixture
def engine(store: Store) -> Engine:
    engine = Engine(store, lambda _, given: given, clock=ManualClock(), workers=InlineWorkers())
    engine.put_state_machine("rest", machine(seconds=60))
    return engine


def test_a_started_execution_is_running_and_has_a_name(engine: Engine) -> None:
    started = engine.start_execution("rest", '{"a": 1}')
    assert (started.status, started.input, started.started) == (
        Status.RUNNING,
        '{"a": 1}',
        engine.clock.now(),
    )
    assert engine.describe_execution("rest", started.name) == started
    assert engine.start_execution("rest").name != started.name


def test_the_same_start_again_is_the_same_execution_while_it_runs(engine: Engine) -> None:
    first = engine.start_execution("rest", "1", name="one")
    assert engine.start_execution("rest", "1", name="one") == first
    engine.run_through()
    assert len(engine.list_executions()) == 1
    with pytest.raises(ExecutionAlreadyExistsError, match="rest:one"):
        engine.start_execution("rest", "1", name="one")


def test_a_name_that_is_taken_with_another_input_is_refused(engine: Engine) -> None:
    engine.start_execution("rest", "1", name="one")
    with pytest.raises(ExecutionAlreadyExistsError):
        engine.start_execution("rest", "2", name="one")


def test_two_machines_may_have_executions_of_one_name(engine: Engine) -> None:
    engine.put_state_machine("other", machine(seconds=1))
    assert engine.start_execution("rest", name="one").id != engine.start_execution("other", name="one").id


def test_a_machine_that_does_not_exist_is_refused_with_the_near_one(engine: Engine) -> None:
    with pytest.raises(StateMachineDoesNotExistError) as caught:
        engine.start_execution("rset")
    assert caught.value.explain() == 'no workflow is named "rset"\nfix: did you mean "rest"?'


@pytest.mark.parametrize(
    "name", ["", "a b", "a/b", "a:b", "é" * 81, "a\n", 'a"', "\x7f", "\ud800"], ids=ascii
)
def test_a_name_that_step_functions_would_refuse_is_refused(engine: Engine, name: str) -> None:
    with pytest.raises(InvalidNameError, match="cannot name an execution"):
        engine.start_execution("rest", name=name)
    with pytest.raises(InvalidNameError, match="cannot name a state machine"):
        engine.put_state_machine(name, machine(seconds=1))


@pytest.mark.parametrize("name", ["a", "é" * 80, "a-b_c.d", "(1)!"])
def test_a_name_that_step_functions_takes_is_taken(engine: Engine, name: str) -> None:
    assert engine.start_execution("rest", name=name).name == name


@pytest.mark.parametrize(
    "text",
    ["", "{", "{'a': 1}", "NaN", "[-Infinity]", "1e400", '"\ud800"', "[" * 9999],
    ids=lambda text: ascii(text[:9]),
)
def test_an_input_that_is_no_json_is_refused(engine: Engine, text: str) -> None:
    with pytest.raises(InvalidExecutionInputError, match="Invalid State Machine Execution Input"):
        engine.start_execution("rest", text)
    assert engine.list_executions() == []


def test_an_input_has_256_kib_at_most_counted_in_bytes(engine: Engine) -> None:
    most = "é" * (128 * 1024 - 1)
    engine.start_execution("rest", f'"{most}"')
    with pytest.raises(InvalidExecutionInputError, match="larger than 256 KiB"):
        engine.start_execution("rest", f'"{most}é"')


def test_a_definition_with_mistakes_changes_nothing(engine: Engine) -> None:
    with pytest.raises(InvalidDefinitionError):
        engine.put_state_machine("rest", {"States": {}})
    assert engine.start_execution("rest").status is Status.RUNNING


def test_an_execution_keeps_the_revision_that_it_began_with(engine: Engine) -> None:
    engine.start_execution("rest", name="old")
    engine.put_state_machine("rest", machine(seconds=60, output="new"))
    engine.start_execution("rest", name="new")
    engine.run_through()
    assert [engine.describe_execution("rest", name).output for name in ("old", "new")] == ["{}", '"new"']


def test_an_execution_that_does_not_exist_is_refused(engine: Engine) -> None:
    for ask in (engine.describe_execution, engine.get_execution_history, engine.stop_execution):
        with pytest.raises(ExecutionDoesNotExistError, match="Execution Does Not Exist: 'rest:nobody'"):
            ask("rest", "nobody")


def test_a_stopped_execution_is_aborted_and_wakes_no_more(engine: Engine) -> None:
    engine.start_execution("rest", name="one")
    stopped = engine.stop_execution("rest", "one", error="Enough", cause="it rains")
    assert (stopped.status, stopped.error, stopped.cause) == (Status.ABORTED, "Enough", "it rains")
    before = engine.clock.now()
    engine.run_through()
    assert engine.clock.now() == before
    last = engine.get_execution_history("rest", "one")[-1]
    assert (last["type"], last["executionAbortedEventDetails"]) == (
        "ExecutionAborted",
        {"error": "Enough", "cause": "it rains"},
    )


def test_an_execution_that_is_over_cannot_be_stopped(engine: Engine) -> None:
    engine.start_execution("rest", name="one")
    engine.run_through()
    over = engine.describe_execution("rest", "one")
    assert engine.stop_execution("rest", "one", error="Late") == over
    assert engine.describe_execution("rest", "one") == over


def test_executions_are_listed_the_newest_first_by_machine_and_status(engine: Engine) -> None:
    engine.put_state_machine("quick", machine(seconds=0))
    engine.start_execution("rest", name="one")
    engine.start_execution("quick", name="two")
    engine.start_execution("rest", name="three")
    assert [one.name for one in engine.list_executions()] == ["three", "two", "one"]
    assert [one.name for one in engine.list_executions("rest", limit=1)] == ["three"]
    assert [one.name for one in engine.list_executions(status=Status.SUCCEEDED)] == ["two"]
