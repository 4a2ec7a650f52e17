"""Conditions in words: what they stand for, and what is told when they are not understood."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.asl.jsonata import parse
from coworks.biz.plain_words import are_words, expression_of

ANSWER = {"count": 30, "state": "to do", "paid": False, "order": {"total": 12.5}, "message": "an Error: 7"}


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("count is over 20", True),
        ("count is over 30", False),
        ("count is above 20 and count is below 30", False),
        ("count is at least 30", True),
        ("count is at most 29 or paid is false", True),
        ("count is under 31 and state is to do", True),
        ("state is not to do", False),
        ("state is 'to do'", True),
        ("Order.total is less than 13", True),
        ("order.total is 12.5", True),
        ("order.total is -12.5", False),
        ("message contains Error", True),
        ("message does not contain Error", False),
        ("message contains 7", True),
        ('message is "and or"', False),
        ("receipt is missing", True),
        ("order is there", True),
        ("receipt is over 3", True),
        ("receipt is 3", False),
        ("the answer contains to do", True),
        ("count is over 99 or count is over 20 and paid is false", True),
    ],
)
def test_words_stand_for_an_expression(words: str, holds: bool) -> None:
    expression = expression_of(words.replace("Order", "order"))
    assert expression is not None
    assert parse(expression).evaluate({"answer": ANSWER}) is holds


@pytest.mark.parametrize(
    "words",
    ["", "broken", "count over 20", "count is", "20 is over 3", "count is over", "receipt is missing now",
     "count is over 20 and", "count > 20", "count is over 3 and and paid is true", "count is over many",
     "state is and", "state is to do or"],
)  # fmt: skip
def test_other_words_are_not_understood(words: str) -> None:
    assert expression_of(words) is None


@pytest.mark.parametrize(("text", "words"), [("$answer > 1", False), ("true", False), ("count is 1", True)])
def test_an_expression_is_no_words(text: str, words: bool) -> None:
    assert are_words(text) is words


@given(st.text(max_size=40).filter(lambda text: "'" not in text and '"' not in text), st.text(max_size=20))
def test_a_value_in_quotes_is_itself(value: str, other: Any) -> None:
    if "\n" in value:
        return
    expression = expression_of(f'state is "{value}"')
    assert expression is not None
    assert parse(expression).evaluate({"answer": {"state": value}}) is True
    assert parse(expression).evaluate({"answer": {"state": other}}) is (value == other)
