"""Redrive of distributed Maps: the map run goes on, with the children that were not successful.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.engine.redriving import Json, World, alone, task, then

from coworks.engine import FolderBuckets, Status
from coworks.engine.errors import ExecutionNotRedrivableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from coworks.engine import Execution, Store
    from coworks.engine.records import MapRun

DO = task("do", Arguments="{% $states.input %}")


REST = {"Type": "Wait", "Seconds": 5, "Output": 1, "End": True}
DO_AND_REST: Json = {"StartAt": "D", "States": {"D": {**DO, "End": False, "Next": "W"}, "W": REST}}


@pytest.fixture
def world(open_store: Callable[[], Store]) -> World:
    return World(open_store)


def distributed(inside: Json, kind: str = "STANDARD", **fields: Any) -> Json:
    processor = inside | {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind}}
    return {"M": {"Type": "Map", "ItemProcessor": processor, "Label": "M", "End": True, **fields}}


def map_runs(world: World) -> list[MapRun]:
    return world.engine.map_runs.of(world.engine.describe_execution("m", "one"))


def children(world: World) -> list[Execution]:
    found = world.engine.list_executions("m/M", limit=1000)
    return sorted(found, key=lambda one: one.first_item)


def test_goes_on_with_the_children_that_failed(world: World) -> None:
    world.broken = {"do 2"}
    assert world.run(distributed(alone(DO), ToleratedFailureCount=0), [1, 2, 3]).status is Status.FAILED
    before = world.events()
    world.broken = set()
    over = world.redrive()
    assert (over.status, json.loads(over.output or "")) == ("SUCCEEDED", ["do 1", "do 2", "do 3"])
    assert world.called["do 1"] == 1
    assert world.called["do 2"] == 2
    added = ["ExecutionRedriven", "MapRunRedriven", "MapRunSucceeded", "MapStateSucceeded", "MapStateExited"]
    assert world.events() == [*before, *added, "ExecutionSucceeded"]


def test_a_child_goes_on_from_the_state_that_it_failed_in(world: World) -> None:
    world.broken = {"late"}
    inside = {"StartAt": "A", "States": {"A": then("early", "B"), "B": task("late")}}
    world.run(distributed(inside), [1])
    world.broken = set()
    world.restart()
    assert world.redrive().status is Status.SUCCEEDED
    assert world.called == {"early": 1, "late": 2}
    (child,) = children(world)
    kinds = [event["type"] for event in world.engine.get_execution_history(child.machine, child.name)]
    assert kinds[-6:-3] == ["ExecutionRedriven", "TaskScheduled", "TaskStarted"]
    assert child.redrives == 1


def test_an_express_child_begins_again(world: World) -> None:
    world.broken = {"late"}
    inside = {"StartAt": "A", "States": {"A": then("early", "B"), "B": task("late")}}
    world.run(distributed(inside, "EXPRESS"), [1])
    world.broken = set()
    assert world.redrive().status is Status.SUCCEEDED
    assert world.called == {"early": 2, "late": 2}


def test_an_express_child_forgets_where_its_branches_stood(world: World) -> None:
    world.broken = {"late"}
    branches = [alone(task("early"), "A"), alone(task("late"), "B")]
    world.run(distributed(alone({"Type": "Parallel", "Branches": branches, "End": True}), "EXPRESS"), [1])
    world.broken = set()
    world.restart()
    world.engine.redrive_execution("m", "one")
    world.restart()
    world.engine.run_through()
    over = world.engine.describe_execution("m", "one")
    assert json.loads(over.output or "") == [["early", "late"]]


def test_branches_of_an_express_child_that_begins_again_are_kept(world: World) -> None:
    world.broken = {"late"}
    rest = {"Type": "Wait", "Seconds": 5, "Next": "L"}
    branches = [alone(task("early"), "A"), {"StartAt": "W", "States": {"W": rest, "L": task("late")}}]
    world.run(distributed(alone({"Type": "Parallel", "Branches": branches, "End": True}), "EXPRESS"), [1])
    world.broken = set()
    assert world.redrive().output == '[["early","late"]]'
    assert world.called == {"early": 2, "late": 2}


@pytest.mark.parametrize("at_once", [1, 2, 0])
def test_children_that_were_aborted_or_never_began_run_too(world: World, at_once: int) -> None:
    world.broken = {"do 2"}
    inside = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "Next": "D"}, "D": DO}}
    items = list(range(1, 8))
    assert world.run(distributed(inside, MaxConcurrency=at_once), items).status is Status.FAILED
    world.broken = set()
    over = world.redrive()
    assert json.loads(over.output or "") == [f"do {item}" for item in items]
    assert [world.called[f"do {item}"] for item in (1, 2)] == [1, 2]


def test_no_more_children_are_redriven_at_once_than_may_run(world: World) -> None:
    world.broken = {f"do {item}" for item in range(6)}
    world.run(distributed(DO_AND_REST, ToleratedFailureCount=5, MaxConcurrency=2), list(range(6)))
    world.broken = set()
    world.engine.redrive_execution("m", "one")
    world.engine.work()
    assert [one.status for one in children(world)] == ["RUNNING"] * 2 + ["PENDING_REDRIVE"] * 4


def test_a_restart_in_the_middle_goes_on_with_those_that_are_left(world: World) -> None:
    world.broken = {f"do {item}" for item in range(5)}
    world.run(distributed(alone(DO), ToleratedFailureCount=4, MaxConcurrency=1), list(range(5)))
    world.broken = {"do 3"}
    world.engine.redrive_execution("m", "one")
    world.restart()
    world.engine.run_through()
    assert [world.called[f"do {item}"] for item in range(5)] == [2] * 5
    assert [one.status for one in children(world)].count(Status.FAILED) == 1
    assert world.engine.describe_execution("m", "one").status is Status.SUCCEEDED


def test_failures_are_counted_anew(world: World) -> None:
    world.broken = {"do 1", "do 2"}
    states = distributed(alone(DO), ToleratedFailureCount=1)
    assert world.run(states, [1, 2, 3]).status is Status.FAILED
    world.broken = {"do 1"}
    assert world.redrive().status is Status.SUCCEEDED
    (run,) = map_runs(world)
    assert (run.status, run.redrives, run.redriven) == ("SUCCEEDED", 1, run.stopped)


def test_a_map_run_can_fail_again_and_be_redriven_again(world: World) -> None:
    world.broken = {"do 2"}
    world.run(distributed(alone(DO)), [1, 2])
    assert world.redrive().error == "States.ExceedToleratedFailureThreshold"
    world.broken = set()
    assert world.redrive().status is Status.SUCCEEDED
    assert (world.called["do 2"], map_runs(world)[0].redrives) == (3, 2)


def test_an_execution_that_was_stopped_goes_on_with_its_map_run(world: World) -> None:
    machine = {"QueryLanguage": "JSONata", "StartAt": "M", "States": distributed(DO_AND_REST)}
    world.engine.put_state_machine("m", machine)
    world.engine.start_execution("m", "[1,2]", name="one")
    world.engine.stop_execution("m", "one")
    assert [one.status for one in children(world)] == ["ABORTED"] * 2
    assert world.redrive().output == "[1,1]"
    assert (world.called["do 1"], len(map_runs(world))) == (1, 1)


def test_what_failed_at_an_item_begins_a_new_map_run(world: World) -> None:
    """So does what was too large, as AWS documents it."""
    selector = "{% $states.context.Execution.RedriveCount = 0 ? $error('no') : 7 %}"
    states = distributed(alone(DO), ItemSelector=selector, ToleratedFailureCount=5)
    assert world.run(states, [1]).error == "States.QueryEvaluationError"
    assert world.redrive().output == '["do 7"]'


def test_results_that_could_not_be_written_are_written(
    open_store: Callable[[], Store], tmp_path: Path
) -> None:
    world = World(open_store, FolderBuckets(tmp_path))
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Arguments": {"Bucket": "there"}}
    assert world.run(distributed(alone(DO), ResultWriter=writer), [1]).error == "States.ResultWriterFailed"
    (tmp_path / "there").mkdir()
    assert world.redrive().status is Status.SUCCEEDED
    assert (world.called["do 1"], len(map_runs(world))) == (1, 1)


def test_items_that_could_not_be_read_are_read_for_a_new_map_run(
    open_store: Callable[[], Store], tmp_path: Path
) -> None:
    world = World(open_store, FolderBuckets(tmp_path))
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"},
        "Arguments": {"Bucket": "there", "Key": "items.json"},
    }
    assert world.run(distributed(alone(DO), ItemReader=reader)).error == "States.ItemReaderFailed"
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "items.json").write_text("[1]")
    assert world.redrive().output == '["do 1"]'
    assert sorted(run.status for run in map_runs(world)) == ["FAILED", "SUCCEEDED"]


def test_a_child_is_redriven_by_its_map_run_alone(world: World) -> None:
    world.broken = {"do 1"}
    world.run(distributed(alone(DO)), [1])
    (child,) = children(world)
    with pytest.raises(ExecutionNotRedrivableError, match="by its Map Run"):
        world.engine.redrive_execution(child.machine, child.name)
