"""Executions that begin at a later state, with variables that earlier ones would have assigned."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.engine.redriving import World, task, then

from coworks.engine import Quotas
from coworks.engine.errors import InvalidExecutionInputError, StateDoesNotExistError
from coworks.engine.records import StartPoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.engine import Execution, Store

STATES = {
    "A": then("a", "B", Assign={"x": 1}),
    "B": task("b", Output="{% [$x, $states.input, $states.context.Execution.Input] %}"),
}


@pytest.fixture
def world(open_store: Callable[[], Store]) -> World:
    world = World(open_store)
    world.engine.put_state_machine("m", {"QueryLanguage": "JSONata", "StartAt": "A", "States": STATES})
    return world


def at(state: str, variables: dict[str, object]) -> StartPoint:
    return StartPoint(state, {"i": 3}, variables, "Replay", {"of": "one"})


def started(world: World, point: StartPoint) -> Execution:
    return world.engine.start_execution("m", '{"given": true}', at=point)


def test_it_begins_there_with_the_input_the_variables_and_the_input_of_the_whole(world: World) -> None:
    begun = started(world, at("B", {"x": 7}))
    world.engine.run_through()
    over = world.engine.describe_execution("m", begun.name)
    assert json.loads(over.output or "") == [7, {"i": 3}, {"given": True}]
    assert world.called == {"b": 1}


def test_its_history_tells_it_as_a_pass_would(world: World) -> None:
    begun = started(world, at("B", {"x": 7}))
    world.engine.run_through()
    told = world.engine.get_execution_history("m", begun.name)[1:4]
    assert [one["type"] for one in told] == ["PassStateEntered", "PassStateExited", "TaskStateEntered"]
    assert told[0]["stateEnteredEventDetails"]["input"] == '{"of":"one"}'
    assert told[1]["stateExitedEventDetails"]["assignedVariables"] == {"x": "7"}
    assert [one["previousEventId"] for one in told] == [0, 2, 3]


def test_it_goes_on_after_a_restart_and_a_redrive(world: World) -> None:
    world.broken = {"b"}
    begun = started(world, at("B", {"x": {"deep": 7}}))
    world.restart()
    world.engine.run_through()
    assert world.engine.describe_execution("m", begun.name).status == "FAILED"
    world.broken = set()
    world.restart()
    world.engine.redrive_execution("m", begun.name)
    world.engine.run_through()
    assert json.loads(world.engine.describe_execution("m", begun.name).output or "")[0] == {"deep": 7}


def test_an_unknown_state_and_too_much_data_are_refused(world: World) -> None:
    with pytest.raises(StateDoesNotExistError, match='no state "C" to begin at'):
        started(world, at("C", {}))
    world.restart(Quotas(payload=1024))
    with pytest.raises(InvalidExecutionInputError, match=r"\$x is larger than 1 KiB"):
        started(world, at("B", {"x": "long" * 300}))
    with pytest.raises(InvalidExecutionInputError, match=r"\$x is no JSON"):
        started(world, at("B", {"x": float("nan")}))
    assert world.engine.list_executions("m") == []


def test_each_variable_may_be_as_large_as_what_a_state_assigns(world: World) -> None:
    world.restart(Quotas(payload=1024))
    begun = started(world, at("B", {"x": 1, **{f"y{number}": "long" * 200 for number in range(8)}}))
    world.engine.run_through()
    assert world.engine.describe_execution("m", begun.name).status == "SUCCEEDED"
