"""The values that a workflow takes, and runs that overlap."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore
from coworks.engine.tasks import TaskError

if TYPE_CHECKING:
    from tests.biz.conftest import RunText

    Compile = Callable[[str], dict[str, Any]]

TAKES = """\
takes: {customer: text, after: duration}
input: {after: 2 weeks}
states:
  - name: Told
    success: {output: "{% $data %}"}
"""
ALONE = """\
overlap: skip
input: {seconds: 60}
states:
  - name: Work
    wait: "{% $data.seconds %}"
  - name: Again?
    choices:
      - when: $data.seconds < 100
        goto: End
  - name: Go on
    again: {seconds: "{% $data.seconds - 1 %}"}
"""


def nothing(service: str, order: dict[str, Any]) -> Any:
    raise AssertionError(f"nothing is called, and {service} was")


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ({}, 1_209_600),
        ({"after": "1 hour 30 minutes"}, 5_400),
        ({"after": "3 min"}, 180),
        ({"after": "2 Days, 1 h and 5 s"}, 176_405),
        ({"after": 90}, 90),
        ({"after": None}, None),
    ],
)
def test_a_duration_is_seconds(run_text: RunText, given: dict[str, Any], seconds: int | None) -> None:
    ran = run_text(TAKES, {"customer": "Ann", **given}, nothing)
    assert ran.output == {"customer": "Ann", "after": seconds}


def test_what_is_no_duration_is_told(run_text: RunText) -> None:
    ran = run_text(TAKES, {"customer": "Ann", "after": "soon"}, nothing)
    assert ran.status == "FAILED"
    assert "soon is no duration" in (ran.cause or "")


def test_a_value_that_is_missing_is_named(run_text: RunText) -> None:
    ran = run_text(TAKES, {"after": 5}, nothing)
    assert (ran.error, ran.cause) == ("InputError", "the workflow needs customer in its input")


class Runs:
    """A workflow whose runs are started one after the other."""

    def __init__(self, machine: dict[str, Any]) -> None:
        self.clock = ManualClock()
        self.engine = Engine(MemoryStore(), self._refuse, clock=self.clock, workers=InlineWorkers())
        self.engine.put_state_machine("w", machine)

    def _refuse(self, resource: str, arguments: Any) -> Any:
        raise TaskError("Unexpected", resource)

    def start(self, name: str, seconds: int = 60) -> None:
        self.engine.start_execution("w", json.dumps({"seconds": seconds}), name=name)

    def output(self, name: str) -> Any:
        return json.loads(self.engine.describe_execution("w", name).output or "null")

    def skipped(self, name: str) -> bool:
        return "skipped" in (self.output(name) or {})


def test_a_run_ends_at_once_while_an_older_one_is_under_way(machine: Compile) -> None:
    runs = Runs(machine(ALONE))
    runs.start("one")
    runs.clock.advance(1)
    runs.start("two")
    assert (runs.output("one"), runs.skipped("two")) == (None, True)
    runs.engine.run_through()
    runs.start("three")
    assert runs.output("three") is None


BOTH = """\
states:
  - name: Start both
    parallel:
      first:
        - name: Start one
          biz: {workflow: w, data: {seconds: 60}, wait: false}
      second:
        - name: Start another
          biz: {workflow: w, data: {seconds: 60}, wait: false}
"""


def test_of_two_that_begin_in_one_moment_one_stays(machine: Compile) -> None:
    runs = Runs(machine(ALONE))
    runs.engine.put_state_machine("both", machine(BOTH))
    runs.engine.start_execution("both")
    one, other = runs.engine.list_executions("w")
    assert one.started == other.started
    assert runs.skipped(one.name) is not runs.skipped(other.name)


def test_a_run_that_goes_on_with_the_work_of_another_is_not_skipped(machine: Compile) -> None:
    runs = Runs(machine(ALONE))
    runs.start("one", seconds=101)
    runs.clock.advance(101)
    runs.engine.work()
    successor = runs.engine.list_executions("w")[0]
    assert successor.name.startswith("again-") and str(successor.status) == "RUNNING"
    assert json.loads(successor.input) == {"seconds": 100}
    runs.start("two")
    assert runs.skipped("two")


def test_a_successor_is_started_once(machine: Compile) -> None:
    runs = Runs(machine(ALONE))
    runs.start("one", seconds=102)
    runs.engine.run_through()
    names = [one.name for one in runs.engine.list_executions("w")]
    assert len(names) == len(set(names)) == 4
    assert [json.loads(one.input)["seconds"] for one in runs.engine.list_executions("w")] == [
        99,
        100,
        101,
        102,
    ]
