"""A past execution is run again, from its beginning or from a step, with other data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.biz import CompiledWorkflow, compile_machine, compile_workflow
from coworks.biz.drawing import draw
from coworks.biz.drawing.graph import START_BOX
from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore, TaskError, lambda_invoker
from coworks.errors import UsageError
from coworks.local.paths import path_of
from coworks.local.replay import merged, run_again
from coworks.local.runs import description
from coworks.local.visits import read_visits

WORKFLOW = """
input: {number: 1, note: kept}
states:
  - name: Ask
    tech: {service: tool, get: /, query: {number: "{% $data.number %}"}}
  - name: Both
    parallel:
      Left:
        - name: Inner
          set: {inside: 1}
  - name: Add
    tech: {service: tool, post: /add, body: {asked: "{% $ask %}", note: "{% $data.note %}"}}
    catch: [{on: NotFoundError, goto: Never}]
    goto: End
  - name: Never
    set: {never: 1}
"""
MENDED = WORKFLOW.replace("post: /add", "post: /mended")


def compiled_of(text: str) -> CompiledWorkflow:
    compiled = compile_workflow("w", text, file="biz/w.yml")
    assert compiled.definition is not None, compiled.problems
    return compiled


class World:
    """An engine, and a service that refuses `/add` and tells what else it is given."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.engine = Engine(
            MemoryStore(), lambda_invoker(self._call), clock=ManualClock(), workers=InlineWorkers()
        )

    def _call(self, function: str, order: Mapping[str, Any]) -> Any:
        self.asked.append((order["path"], order.get("body") or order.get("query")))
        if order["path"] == "/add":
            raise TaskError("TypeError", "no sum")
        return {"statusCode": 200, "body": {"got": len(self.asked)}}

    def ran(self, compiled: CompiledWorkflow, name: str, **again: Any) -> dict[str, Any]:
        """The description of an execution that runs another one again, after its end."""
        self.engine.put_state_machine("w", compiled.definition or {})
        if name:
            former = self.engine.describe_execution("w", name)
            events = self.engine.get_execution_history("w", name)
            beginning = run_again(compiled, former, events, **again)
            begun = self.engine.start_execution("w", beginning.input, at=beginning.at)
        else:
            begun = self.engine.start_execution("w", '{"number": 5}')
        self.engine.run_through()
        over = self.engine.describe_execution("w", begun.name)
        events = self.engine.get_execution_history("w", begun.name)
        return description(over, events, compiled.source_map)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def failed(world: World) -> str:
    """The id of an execution that failed at the step "Add"."""
    told = world.ran(compiled_of(WORKFLOW), "")
    assert (told["status"], told["step"]) == ("FAILED", "Add")
    world.asked.clear()
    return str(told["id"])


def test_the_mended_workflow_goes_on_from_the_step_that_failed(world: World, failed: str) -> None:
    told = world.ran(compiled_of(MENDED), failed, step="Add")
    assert (told["status"], told["output"], told["input"]) == ("SUCCEEDED", {"got": 1}, {"number": 5})
    assert world.asked == [("/mended", {"asked": {"got": 1}, "note": "kept"})]
    assert [step["name"] for step in told["steps"]] == ["Add"]
    assert told["replay"] == {"of": failed, "from": "Add"}


def test_from_a_step_the_variables_are_changed_as_far_as_they_are_named(world: World, failed: str) -> None:
    changes = {"ask": 8, "$data": {"note": "new"}}
    told = world.ran(compiled_of(MENDED), failed, step="Add", changes=changes)
    assert world.asked == [("/mended", {"asked": 8, "note": "new"})]
    assert told["input"] == {"number": 5}


def test_from_the_beginning_it_is_the_input_that_is_changed(world: World, failed: str) -> None:
    told = world.ran(compiled_of(MENDED), failed, changes={"number": 6, "more": True})
    assert told["input"] == {"number": 6, "more": True}
    assert world.asked[0] == ("/", {"number": 6})
    assert "replay" not in told


def test_what_runs_again_can_be_run_again_with_what_it_was_changed_to(world: World, failed: str) -> None:
    once = world.ran(compiled_of(WORKFLOW), failed, step="Both", changes={"ask": 8})
    assert (once["status"], [step["name"] for step in once["steps"]]) == ("FAILED", ["Both", "Inner", "Add"])
    world.asked.clear()
    world.ran(compiled_of(MENDED), once["id"], step="Add")
    assert world.asked == [("/mended", {"asked": 8, "note": "kept"})]


@pytest.mark.parametrize(
    ("step", "changes", "said", "hint"),
    [
        ("Inner", None, '"Inner" runs inside "Both"', 'begin there: "Both"'),
        ("Ad", None, 'has no step "Ad"', 'did you mean "Add"?'),
        ("Never", None, 'did not come to the step "Never"', 'it can begin at "Ask", "Both", "Add"'),
        ("Workflow input", None, 'has no step "Workflow input"', "known:"),
        ("Add", {"aks": 1}, "has no variable $aks", 'did you mean "ask"?'),
        ("Add", {"inside": 1}, "has no variable $inside", "known:"),
        ("Add", 1, "no object of variables", 'write {"data": {"name": "value"}}'),
    ],
)
def test_what_cannot_be_is_refused_with_the_fix(
    world: World, failed: str, step: str, changes: Any, said: str, hint: str
) -> None:
    with pytest.raises(UsageError) as refused:
        world.ran(compiled_of(WORKFLOW), failed, step=step, changes=changes)
    assert said in refused.value.message
    assert hint in (refused.value.hint or "")


def test_a_run_that_goes_on_is_refused(world: World) -> None:
    compiled = compiled_of("states: [{name: Nap, wait: 1 hour}]")
    world.engine.put_state_machine("w", compiled.definition or {})
    running = world.engine.start_execution("w")
    with pytest.raises(UsageError, match="is still running"):
        run_again(compiled, running, [])


def test_its_picture_begins_at_the_step(world: World, failed: str) -> None:
    compiled = compiled_of(MENDED)
    told = world.ran(compiled, failed, step="Add")
    execution = world.engine.describe_execution("w", told["id"])
    path = path_of(execution, read_visits(execution, world.engine.get_execution_history("w", told["id"])))
    run = draw("w", compiled.definition or {}, compiled.source_map, path).run
    assert run is not None
    assert run.statuses == {"Add": "SUCCEEDED"}
    assert (START_BOX, "Add") in run.ways


def test_in_a_loop_it_is_the_last_time_that_counts(world: World) -> None:
    text = """
        states:
          - name: Zero
            set: {n: 0}
          - name: Count
            set: {n: "{% $n + 1 %}"}
          - name: Enough?
            choices:
              - when: $n < 3
                goto: Count
    """
    told = world.ran(compiled_of(text), "")
    again = world.ran(compiled_of(text), told["id"], step="Count")
    # $n was 2 when the third turn began.
    assert [step["name"] for step in again["steps"]] == ["Count", "Enough?"]


def test_a_machine_of_its_own_begins_with_the_input_of_the_state(world: World) -> None:
    states = {
        "One": {"Type": "Pass", "Assign": {"x": 1}, "Result": {"a": 1, "b": {"c": 2}}, "Next": "Two"},
        "Two": {"Type": "Pass", "Parameters": {"got.$": "$", "x.$": "$x"}, "End": True},
    }
    machine = json.dumps({"StartAt": "One", "States": states})
    compiled = compile_machine("w", machine, file="biz/w.asl.json")
    told = world.ran(compiled, "")
    again = world.ran(compiled, told["id"], step="Two", changes={"b": {"c": 3}, "$x": 9})
    assert again["output"] == {"got": {"a": 1, "b": {"c": 3}}, "x": 9}
    assert world.ran(compiled, told["id"], step="Two", changes=[4])["output"] == {"got": [4], "x": 1}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(json_values, json_values)
def test_a_merge_patch_is_idempotent_and_leaves_no_null_that_it_names(value: Any, patch: Any) -> None:
    once = merged(value, patch)
    assert merged(once, patch) == once
    if isinstance(patch, dict):
        assert not {name for name, one in patch.items() if one is None} & once.keys()


@pytest.mark.parametrize(
    ("value", "patch", "result"),
    [  # of the appendix of RFC 7396
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patches_as_the_rfc_has_them(value: Any, patch: Any, result: Any) -> None:
    assert merged(value, patch) == result
