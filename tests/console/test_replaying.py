"""A run again from a step, with what somebody changed of what was known there; a run as a test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from coworks.console.forms.fields import FormError
from coworks.console.rendering import LONGEST, render
from coworks.console.replaying import is_changeable, known_values, start_at, typed_for, with_typed
from coworks.console.runs import run_view
from coworks.console.saving import named, recording_of
from coworks.engine.records import StartPoint
from coworks.errors import CoWorksError, UsageError
from coworks.local import System, serving
from coworks.project import load_project

FILES = {
    "biz/count.yml": """
        states:
          - name: Add
            set: {total: "{% $data.n + 1 %}"}
          - name: Items
            foreach:
              items: [1]
              steps: [{name: Inside, success: {output: 1}}]
          - name: Check
            choices:
              - when: $total < 3
                goto: Add
          - name: Fail
            fail: {error: Oh}
    """,
    "biz/rest.yml": "states: [{name: Rest, wait: 1 hour}]",
}


@pytest.fixture
def system(make_project: Callable[[Mapping[str, str]], Path]) -> Iterator[System]:
    with serving(load_project(make_project(FILES))) as running:
        yield running


@pytest.fixture
def failed(system: System) -> str:
    started = system.engine.start_execution("count", json.dumps({"n": 4}))
    return system.engine.wait("count", started.name, 20).name


def test_a_run_that_is_over_can_begin_again_at_the_steps_of_the_workflow_itself(
    system: System, failed: str
) -> None:
    view = run_view(system, "count", failed)
    assert [(one.name, one.begins) for one in view.steps] == [
        ("Add", True),
        ("Items", True),
        ("Inside", False),
        ("Check", True),
        ("Fail", True),
    ]
    assert 'data-do="again"' in render("run_steps", view=view, may_operate=True)
    assert 'data-do="again"' not in render("run_steps", view=view, may_operate=False)
    resting = system.engine.start_execution("rest").name
    assert not run_view(system, "rest", resting).steps[0].begins
    with pytest.raises(UsageError, match="still running"):
        start_at(system, "rest", resting, "Rest")


def test_what_was_known_is_changed_and_the_new_run_tells_where_it_began(system: System, failed: str) -> None:
    start = start_at(system, "count", failed, "Check")
    values = known_values(start, native=False)
    assert values == {"$data": {"n": 4}, "$total": 5, "$items": [1]}
    typed = {name: typed_for(one) for name, one in values.items()} | {"$total": "9"}
    changed = with_typed(start, values, typed)
    assert changed.variables == {**start.variables, "total": 9}
    again = system.engine.start_execution("count", at=changed)
    system.engine.wait("count", again.name, 20)
    view = run_view(system, "count", again.name)
    assert view.replays == {"of": failed, "from": "Check"}
    assert "It began at “Check”" in render("run_head", view=view)


def test_what_is_typed_is_read_as_what_it_is() -> None:
    start = StartPoint("A", {"in": 1}, {"a": "1", "b": "text", "c": None, "d": [1]}, "Replay", {})
    values = known_values(start, native=True)
    typed = {name: typed_for(one) for name, one in values.items()}
    assert with_typed(start, values, typed) == start
    changed = with_typed(start, values, {"input": "[2]", "$a": "2", "$b": "", "$d": '{"x": true}'})
    assert changed.input == [2]
    assert changed.variables == {"a": 2, "b": "", "c": None, "d": {"x": True}}
    with pytest.raises(FormError, match=r"\$d begins like a list or an object, and is none"):
        with_typed(start, values, {"$d": "[1"})
    assert not is_changeable("x" * (LONGEST + 1))


def test_a_run_is_written_as_a_test_into_a_new_file_only(system: System, failed: str) -> None:
    test = recording_of(system, system.engine.describe_execution("count", failed))
    assert test.file.parent == system.project.root / "tests"
    assert "def test_count_goes_as_on_" in test.text
    chosen = named(test, "test_mine.py")
    chosen.write()
    assert chosen.file.read_text(encoding="utf-8") == test.text
    with pytest.raises(CoWorksError, match="exists"):
        chosen.write()
    with pytest.raises(FormError, match="exists, and is not written over"):
        named(test, "test_mine.py")


@pytest.mark.parametrize(
    "name", ["../test_a.py", "a.py", "test_.txt", "test_/a.py", "test_a.py\n", "TEST_A.py"]
)
def test_a_test_is_written_nowhere_else(system: System, failed: str, name: str) -> None:
    test = recording_of(system, system.engine.describe_execution("count", failed))
    with pytest.raises(FormError):
        named(test, name)
