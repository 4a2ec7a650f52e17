"""Warnings about workflows that are right: what may take for ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.biz import compile_workflow
from coworks.biz.loops import loops

ASK = "  - name: Ask\n    tech: {service: check, get: /status}\n    timeout: 1 minute\n"
POLL = f"""\
states:
  - name: Begin
    set: {{tries: 0}}
{ASK}  - name: Count
    set: {{tries: "{{% $tries + 1 %}}", last: "{{% $ask.status %}}"}}
  - name: Ready?
    choices:
      - when: WHEN
        goto: End
  - name: Later
    wait: 1 minute
    goto: Ask
"""


def advice(text: str) -> list[str]:
    compiled = compile_workflow("w", text, file="w.yml")
    assert compiled.definition
    return [f"{one.line} {one.code}" for one in compiled.problems]


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("$ask.status = 200", ["15 B124"]),
        ("$last = 200", ["15 B124"]),
        ("$ask.status = 200 or $tries > 9", []),
        ("$millis() > $data.until", []),
        ("$states.context.Execution.StartTime < $data.until", []),
    ],
)
def test_a_loop_is_bounded_by_a_count_or_a_clock_that_leaves_it(when: str, told: list[str]) -> None:
    assert advice(POLL.replace("WHEN", when)) == told


def test_a_choice_that_counts_and_stays_in_the_loop_is_no_bound() -> None:
    leave = "      - when: $ask.status = 200\n        goto: End\n"
    text = POLL.replace("$ask.status = 200", "$tries > 9")
    stay = text.replace("WHEN", "$tries > 9").replace("goto: End", "goto: Ask")
    assert advice(
        stay.replace("  - name: Later\n", f"  - name: Out?\n    choices:\n{leave}  - name: Later\n")
    )


def test_the_timeout_of_the_workflow_bounds_everything() -> None:
    text = POLL.replace("WHEN", "$ask.status = 200").replace("    timeout: 1 minute\n", "")
    assert advice(text) == ["4 B123", "14 B124"]
    assert advice(f"timeout: 1 hour\n{text}") == []


def test_a_failure_that_is_tried_for_ever_is_told() -> None:
    again = f"states:\n{ASK}    catch: Rest\n    goto: End\n  - name: Rest\n    wait: 5\n    goto: Ask\n"
    assert advice(again) == ["9 B124"]


def test_a_loop_that_a_person_goes_round_is_theirs() -> None:
    ask = "  - name: Ask\n    approve: {who: a@example.com, subject: It}\n"
    yes = "      - when: $ask.approved\n        goto: End\n      - default: Ask\n"
    assert advice(f"states:\n{ask}  - name: Well?\n    choices:\n{yes}") == []


def test_a_loop_of_a_branch_is_told_too() -> None:
    inner = POLL.replace("WHEN", "$ask.status = 200").removeprefix("states:\n").replace("\n", "\n      ")
    assert advice(f"states:\n  - name: Both\n    parallel:\n      one:\n      {inner.rstrip()}\n") == [
        "18 B124"
    ]


def test_advice_is_for_workflows_without_mistakes() -> None:
    compiled = compile_workflow("w", POLL.replace("WHEN", "$nothing"), file="w.yml")
    assert [one.code for one in compiled.problems] == ["B302"]


GRAPHS = st.integers(1, 9).flatmap(
    lambda size: st.lists(st.sets(st.integers(0, size - 1), max_size=3), min_size=size, max_size=size)
)


@given(GRAPHS)
def test_loops_are_the_nodes_that_reach_each_other(graph: list[set[int]]) -> None:
    def reached(start: int) -> set[int]:
        found: set[int] = set()
        waiting = [*graph[start]]
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting += graph[node]
        return found

    ways = [reached(node) for node in range(len(graph))]
    parts = {
        frozenset(one for one in ways[node] if node in ways[one])
        for node in range(len(graph))
        if node in ways[node]
    }
    assert set(loops(range(len(graph)), lambda node: graph[node])) == parts
