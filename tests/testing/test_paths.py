"""A path that differs from what a test expects is told line by line."""

from __future__ import annotations

import pytest

from coworks.testing.paths import PathTaken, explained

TAKEN = PathTaken(("Ask", "Give up"), "FAILED with NotFoundError: no tea")
TOLD = [
    "the run took another path (- expected, + taken)",
    "  Ask",
    "- Order",
    "+ Give up",
    "it FAILED with NotFoundError: no tea",
]


def test_it_is_a_tuple() -> None:
    assert TAKEN == ("Ask", "Give up")
    assert TAKEN[:1] == ("Ask",)


@pytest.mark.parametrize("expected", [("Ask", "Order"), ["Ask", "Order"]])
def test_what_is_missing_and_what_came_instead(expected: object) -> None:
    assert explained("==", TAKEN, expected) == TOLD
    assert explained("==", expected, TAKEN) == TOLD


def test_other_comparisons_are_left_alone() -> None:
    assert explained("==", ("a",), ("b",)) is None
    assert explained("!=", TAKEN, ("b",)) is None
