"""Conditions in plain words, and the expressions that they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.asl.jsonata import parse
from coworks.console.forms.conditions import ALONE, OPERATORS, Comparison, read_condition, write_condition


@pytest.mark.parametrize(
    ("comparison", "expression"),
    [
        (Comparison("$check_server.status", "is", "200"), "$check_server.status = 200"),
        (Comparison("$data.name", "is not", "Ann Smith"), '$data.name != "Ann Smith"'),
        (Comparison("$data.total", "is at least", "-1.5"), "$data.total >= -1.5"),
        (Comparison("$data.text", "contains", 'a "b"'), '$contains($data.text, "a \\"b\\"")'),
        (Comparison("$data.id", "exists"), "$exists($data.id)"),
        (Comparison("$ask.approved", "is", "true"), "$ask.approved = true"),
        (Comparison("$data.a", "is", "$data.b"), "$data.a = $data.b"),
    ],
)
def test_a_comparison_is_an_expression_and_back(comparison: Comparison, expression: str) -> None:
    assert write_condition([comparison]) == expression
    assert read_condition(expression) == ([comparison], "and")


def test_comparisons_are_joined_by_and_or_by_or() -> None:
    told = [Comparison("$a", "is", "1"), Comparison("$b", "is less than", "2")]
    assert write_condition(told, "or") == "$a = 1 or $b < 2"
    assert read_condition("$a = 1 or $b < 2") == (told, "or")
    assert read_condition("$a = 1 and $b < 2") == (told, "and")


@pytest.mark.parametrize(
    "expression",
    ["$sum($a) > 3", "$a = 1 and $b = 2 or $c = 3", "($a = 1)", "$a", "$a = 1 $b", "", "$a.b[c=1].d = 2"],
)
def test_what_says_more_stays_an_expression(expression: str) -> None:
    assert read_condition(expression) is None


VALUES = st.one_of(st.sampled_from(["$a", "$data.x.y", "200", "-3.5", "true", "null"]), st.text(max_size=20))
COMPARISONS = st.builds(
    Comparison, VALUES, st.sampled_from([one for one in OPERATORS if one not in ALONE]), VALUES
)


@given(st.lists(COMPARISONS, min_size=1, max_size=4), st.sampled_from(["and", "or"]))
def test_whatever_is_typed_gives_an_expression_that_parses_and_reads_back(
    comparisons: list[Comparison], joint: str
) -> None:
    expression = write_condition(comparisons, joint)  # type: ignore[arg-type]
    parse(expression)
    read = read_condition(expression)
    assert read is not None
    assert write_condition(read[0], joint) == expression  # type: ignore[arg-type]
