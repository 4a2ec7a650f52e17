"""Two runs side by side: the way of each, and what differs at each step."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from coworks.console import texts
from coworks.console.comparing import Comparison, compare
from coworks.console.rendering import LONGEST, render
from coworks.console.runs import run_view
from coworks.local import System, serving
from coworks.project import load_project

EVIL = "<img src=x>"
FILES = {
    "tech/stock.py": """
        from coworks import NotFoundError, TechMicroService
        class Stock(TechMicroService):
            public = True
            def get_left(self, *, item):
                if item == "tea":
                    raise NotFoundError("no tea")
                return {"item": item, "left": len(item)}
    """,
    "biz/refill.yml": """
        states:
          - name: How many?
            tech: {service: stock, get: /left, query: {item: "{% $data.item %}"}}
            catch: [{on: NotFoundError, goto: Say so}]
          - name: Done
            success: {output: "{% $how_many %}"}
          - name: Say so
            success: {output: "nothing"}
    """,
}


@pytest.fixture
def system(make_project: Callable[[Mapping[str, str]], Path]) -> Iterator[System]:
    with serving(load_project(make_project(FILES))) as running:
        yield running


def compared(system: System, *items: str) -> Comparison:
    views = []
    for item in items:
        started = system.engine.start_execution("refill", json.dumps({"item": item}))
        system.engine.wait("refill", started.name, 20)
        views.append(run_view(system, "refill", started.name))
    return compare(*views)


def test_what_differs_is_told_line_by_line(system: System) -> None:
    told = compared(system, "pen", "paper")
    assert [(pair.step.name, pair.differs) for pair in told.pairs] == [("How many?", True), ("Done", True)]
    given, result = told.pairs[0].changes
    assert [(one.whose, one.text.strip()) for one in given.lines if one.whose in ("mine", "theirs")] == [
        ("theirs", '"item": "pen"'),
        ("mine", '"item": "paper"'),
    ]
    assert result.title == "Result"
    assert [one.title for one in told.changes] == ["What it worked on", "What came out"]


def test_runs_of_one_way_with_one_result_do_not_differ_however_long_they_took(system: System) -> None:
    told = compared(system, "pen", "pen")
    assert not told.differs
    assert "Both took the same way, with the same data." in render("compare", told=told)


def test_where_the_ways_part_a_step_stands_alone(system: System) -> None:
    told = compared(system, "pen", "tea")
    names = [(one.first and one.first.name, one.second and one.second.name) for one in told.pairs]
    assert names == [("How many?", "How many?"), ("Done", None), (None, "Say so")]
    failure = told.pairs[0].changes[-1]
    assert (failure.title, [(one.whose, one.text) for one in failure.lines]) == (
        "Failure",
        [("mine", "NotFoundError: no tea")],
    )
    assert "not reached" in render("compare", told=told)


def test_hostile_data_is_text(system: System) -> None:
    shown = render("compare", told=compared(system, EVIL, "pen"))
    assert EVIL not in shown
    assert "&lt;img src=x&gt;" in shown


def test_a_difference_beyond_what_is_shown_is_told_as_one(system: System) -> None:
    started = system.engine.start_execution("refill", json.dumps({"item": "pen"}))
    system.engine.wait("refill", started.name, 20)
    view = run_view(system, "refill", started.name)
    long = "x" * LONGEST
    told = compare(replace(view, output=[long, 1]), replace(view, output=[long, 2]))
    assert [(one.title, one.lines[0].text) for one in told.changes] == [("What came out", texts.CUT)]
