"""Redrive: an execution goes on from the states that it failed in, and nothing that succeeded runs again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.engine.redriving import DAY, World, alone, task, then

from coworks.engine import Quotas, Status
from coworks.engine.errors import ExecutionNotRedrivableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.engine import Store


@pytest.fixture
def world(open_store: Callable[[], Store]) -> World:
    return World(open_store)


def test_goes_on_from_the_failed_state_without_entering_it_again(world: World) -> None:
    world.broken = {"b"}
    assert world.run({"A": then("a", "B"), "B": task("b")}).status == "FAILED"
    before = world.events()
    world.broken = set()
    over = world.redrive()
    assert (over.status, over.output, over.error, over.redrives) == ("SUCCEEDED", '"b"', None, 1)
    assert world.called == {"a": 1, "b": 2}
    added = ["ExecutionRedriven", "TaskScheduled", "TaskStarted", "TaskSucceeded"]
    assert world.events() == [*before, *added, "TaskStateExited", "ExecutionSucceeded"]


def test_a_restart_in_between_changes_nothing(world: World) -> None:
    world.broken = {"b"}
    world.run({"A": then("a", "B", Assign={"x": 7}), "B": task("b", Output="{% $x %}")})
    world.restart()
    world.broken = set()
    assert (world.redrive().output, world.called["a"]) == ("7", 1)


def test_only_the_branches_of_a_parallel_that_failed_or_were_aborted_run_again(world: World) -> None:
    world.broken = {"bad"}
    rest = {"Type": "Wait", "Seconds": 60, "End": True}
    branches = [alone(task("good"), "1"), alone(rest, "2"), alone(task("bad"), "3")]
    assert world.run({"P": {"Type": "Parallel", "Branches": branches, "End": True}}).status == "FAILED"
    world.broken = set()
    world.restart()
    over = world.redrive()
    assert json.loads(over.output or "") == ["good", None, "bad"]
    assert world.called == {"good": 1, "bad": 2}


@pytest.mark.parametrize("at_once", [1, 2, 0])
def test_a_map_keeps_the_results_of_its_turns(world: World, at_once: int) -> None:
    world.broken = {"do 3"}
    inner = alone(task("do", Arguments="{% $states.input %}"))
    it = {"Type": "Map", "ItemProcessor": inner, "MaxConcurrency": at_once, "End": True}
    assert world.run({"M": it}, [1, 2, 3, 4]).status == "FAILED"
    assert world.redrive().status == "FAILED"
    world.broken = set()
    world.restart()
    over = world.redrive()
    assert json.loads(over.output or "") == ["do 1", "do 2", "do 3", "do 4"]
    assert (over.redrives, world.called["do 1"], world.called["do 2"], world.called["do 3"]) == (2, 1, 1, 3)


def test_a_failure_inside_nested_forks_keeps_all_that_was_done(world: World) -> None:
    world.broken = {"bad"}
    inner = {"Type": "Parallel", "Branches": [alone(task("x"), "1"), alone(task("bad"), "2")], "End": True}
    outer = {"Type": "Parallel", "Branches": [alone(task("y"), "3"), alone(inner, "4")], "End": True}
    world.run({"P": outer})
    world.broken = set()
    assert json.loads(world.redrive().output or "") == ["y", ["x", "bad"]]
    assert world.called == {"x": 1, "y": 1, "bad": 2}


def test_a_caught_failure_is_not_redriven(world: World) -> None:
    world.broken = {"bad", "last"}
    fork = {"Type": "Parallel", "Branches": [alone(task("bad"))], "Next": "Last"}
    fork["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "Last"}]
    world.run({"P": fork, "Last": task("last")})
    world.broken = set()
    assert world.redrive().status == "SUCCEEDED"
    assert world.called == {"bad": 1, "last": 2}


def test_retries_and_the_time_limit_begin_anew(world: World) -> None:
    world.broken = {"b"}
    again = [{"ErrorEquals": ["Broken"], "IntervalSeconds": 40, "MaxAttempts": 1}]
    assert world.run({"B": task("b", Retry=again)}, TimeoutSeconds=60).error == "Broken"
    world.clock.advance_to(world.clock.now() + DAY)
    assert world.redrive().error == "Broken"
    assert world.called["b"] == 4


def test_a_stopped_or_overdue_execution_waits_again(world: World) -> None:
    over = world.run({"W": {"Type": "Wait", "Seconds": 90, "End": True}}, TimeoutSeconds=60)
    assert over.status is Status.TIMED_OUT
    world.engine.redrive_execution("m", "one")
    assert world.engine.describe_execution("m", "one").status is Status.RUNNING
    world.engine.stop_execution("m", "one")
    world.restart()
    assert world.redrive().status is Status.TIMED_OUT
    assert world.events().count("ExecutionRedriven") == 2


def test_a_turn_that_could_not_begin_is_begun_again(world: World) -> None:
    it = {
        "Type": "Map",
        "ItemSelector": "{% $states.context.Execution.RedriveCount = 0 and $states.context.Map.Item.Value = 2"
        " ? $error('no') : $states.context.Map.Item.Value %}",
        "ItemProcessor": alone(task("do", Arguments="{% $states.input %}")),
        "MaxConcurrency": 1,
        "End": True,
    }
    assert world.run({"M": it}, [1, 2]).status == "FAILED"
    world.restart()
    assert json.loads(world.redrive().output or "") == ["do 1", "do 2"]
    assert world.called == {"do 1": 1, "do 2": 1}


def test_the_same_token_redrives_once(world: World) -> None:
    world.broken = {"b"}
    world.run({"B": task("b")})
    assert [world.redrive("t").redrives for _ in range(2)] == [1, 1]
    world.clock.advance_to(world.clock.now() + 16 * 60)
    assert world.redrive("t").redrives == 2


def test_what_cannot_be_redriven_tells_why(world: World) -> None:
    world.run({"A": task("a")})
    with pytest.raises(ExecutionNotRedrivableError, match="SUCCEEDED and cannot be redriven"):
        world.redrive()


def test_after_two_weeks_or_with_a_full_history_it_is_too_late(world: World) -> None:
    world.broken = {"b"}
    world.run({"B": task("b")})
    world.restart(Quotas(history_events=6))
    with pytest.raises(ExecutionNotRedrivableError, match="history event limit exceeded"):
        world.redrive()
    world.restart()
    world.clock.advance_to(world.clock.now() + 15 * DAY)
    with pytest.raises(ExecutionNotRedrivableError, match="period exceeded"):
        world.redrive()


def test_a_choice_is_made_again(world: World) -> None:
    """Its rules see the count of redrives, as the context object has it."""
    rule = {"Condition": "{% $states.context.Execution.RedriveCount = 1 %}", "Next": "Yes"}
    world.run({"C": {"Type": "Choice", "Choices": [rule]}, "Yes": {"Type": "Pass", "End": True}})
    assert world.redrive().status == "SUCCEEDED"
    assert world.events()[-5:-2] == ["ExecutionRedriven", "ChoiceStateExited", "PassStateEntered"]
