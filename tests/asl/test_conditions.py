"""The conditions of a JSONPath Choice: each operator, what it says of other types, and how they are read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.asl import Scope, StateFailure
from coworks.asl.conditions import OPERATORS, read_condition
from coworks.asl.fields import Fields


def holds(rule: dict[str, Any], given: Any, **variables: Any) -> bool:
    found: list[Any] = []
    condition = read_condition(Fields(rule, "/Choices[0]", found))
    assert found == []
    return condition.evaluate(Scope(given, variables, {}, 0.0))


def compare(value: Any, operator: str, other: Any) -> bool:
    """What the operator says, with a constant and with a path, which must agree."""
    constant = holds({"Variable": "$.v", operator: other}, {"v": value})
    by_path = holds({"Variable": "$.v", f"{operator}Path": "$.o"}, {"v": value, "o": other})
    assert constant is by_path
    return constant


def mistakes(rule: dict[str, Any]) -> list[str]:
    found: list[Any] = []
    read_condition(Fields(rule, "", found))
    return [one.location for one in found]


def test_there_are_all_operators() -> None:
    assert len(OPERATORS) == 16 * 2 + 5 + 1 + 1 + 3


@given(st.integers(-3, 3), st.integers(-3, 3) | st.floats(-3, 3))
def test_numbers_compare(one: int, other: float) -> None:
    assert compare(one, "NumericEquals", other) is (one == other)
    assert compare(one, "NumericLessThan", other) is (one < other)
    assert compare(one, "NumericLessThanEquals", other) is (one <= other)
    assert compare(one, "NumericGreaterThan", other) is (one > other)
    assert compare(one, "NumericGreaterThanEquals", other) is (one >= other)


def test_texts_compare_by_their_characters() -> None:
    assert compare("B", "StringLessThan", "a")
    assert compare("a", "StringLessThan", "ab")
    assert compare("a", "StringGreaterThanEquals", "a")
    assert not compare("a ", "StringEquals", "a")


def test_times_compare_whatever_their_offset() -> None:
    assert compare("2026-11-24T07:00:00+01:00", "TimestampEquals", "2026-11-24T06:00:00Z")
    assert compare("2026-11-24T06:00:00.5Z", "TimestampGreaterThan", "2026-11-24T06:00:00Z")
    assert not compare("tomorrow", "TimestampLessThan", "2026-11-24T06:00:00Z")


def test_booleans_are_equal_or_not() -> None:
    assert compare(True, "BooleanEquals", True)
    assert not compare(False, "BooleanEquals", True)


@pytest.mark.parametrize("value", [None, [], {}, "1", True, [1], "true"])
def test_a_value_of_another_type_makes_a_comparison_false(value: object) -> None:
    assert not compare(value, "NumericEquals", 1)
    assert compare(value, "NumericGreaterThanEquals", 0) is False
    if value is not True:
        assert not compare(value, "BooleanEquals", True)


@pytest.mark.parametrize(
    ("text", "pattern", "matches"),
    [
        ("log-2026.txt", "log-*.txt", True),
        ("log-.txt", "log-*.txt", True),
        ("log.txt", "log-*.txt", False),
        ("a\nb", "*", True),
        ("", "*", True),
        ("aba", "ab*ba", False),
        ("abcbc", "a*bc*bc", True),
        ("abc", "a*c*c", False),
        ("a*c", r"a\*c", True),
        ("abc", r"a\*c", False),
        ("a\\bc", r"a\\*", True),
        ("a.c", "a?c", False),
    ],
)
def test_a_pattern_has_stars_for_anything(text: str, pattern: str, matches: bool) -> None:
    assert holds({"Variable": "$", "StringMatches": pattern}, text) is matches


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    assert not holds({"Variable": "$", "StringMatches": "*a" * 50 + "*b"}, "a" * 200_000)


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("IsNull", None),
        ("IsString", ""),
        ("IsNumeric", 0),
        ("IsNumeric", 1.5),
        ("IsBoolean", False),
        ("IsTimestamp", "2026-11-24T06:00:00Z"),
    ],
)
def test_a_type_is_tested_and_its_absence_too(operator: str, value: object) -> None:
    assert holds({"Variable": "$", operator: True}, value)
    assert not holds({"Variable": "$", operator: False}, value)
    assert holds({"Variable": "$", operator: False}, [])


def test_a_path_that_names_nothing_fails_but_for_is_present() -> None:
    assert holds({"Variable": "$.no", "IsPresent": False}, {})
    assert holds({"Variable": "$.yes", "IsPresent": True}, {"yes": None})
    assert holds({"Variable": "$no", "IsPresent": False}, {})
    for rule in ({"Variable": "$.no", "IsNull": True}, {"Variable": "$", "StringEqualsPath": "$.no"}):
        with pytest.raises(StateFailure) as caught:
            holds(rule, {})
        assert (caught.value.error, caught.value.placed) == ("States.Runtime", True)
        assert caught.value.cause == (
            "Invalid path '$.no': The choice state's condition path references an invalid value."
        )


def test_conditions_are_joined_and_read_no_further_than_needed() -> None:
    small = {"Variable": "$.n", "NumericLessThan": 5}
    missing = {"Variable": "$.no", "IsNull": True}
    assert holds({"And": [small, {"Not": {"Or": [{"Variable": "$.n", "NumericEquals": 3}]}}]}, {"n": 4})
    assert holds({"Or": [small, missing]}, {"n": 4})
    assert not holds({"And": [small, missing]}, {"n": 6})


def test_a_variable_may_be_a_variable() -> None:
    assert holds({"Variable": "$v.a", "NumericEqualsPath": "$w"}, None, v={"a": 1}, w=1)


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({"Variable": "$"}, ""),
        ({"Variable": "$", "IsNull": True, "IsString": True}, ""),
        ({"IsNull": True}, ""),
        ({"Variable": "a", "IsNull": True}, "/Variable"),
        ({"Variable": "$", "IsNull": "true"}, "/IsNull"),
        ({"Variable": "$", "NumericEquals": "1"}, "/NumericEquals"),
        ({"Variable": "$", "NumericEquals": True}, "/NumericEquals"),
        ({"Variable": "$", "StringMatches": 1}, "/StringMatches"),
        ({"Variable": "$", "StringEqualsPath": "x"}, "/StringEqualsPath"),
        ({"Variable": "$", "TimestampEquals": "2026-11-24"}, "/TimestampEquals"),
        ({"And": []}, "/And"),
        ({"Not": []}, "/Not"),
        ({"And": [{"Variable": "$", "IsNull": True, "Next": "A"}]}, "/And[0]/Next"),
        ({"Or": [{"Not": {"Variable": "$"}}]}, "/Or[0]/Not"),
    ],
)
def test_a_mistake_in_a_condition_is_told_with_its_place(rule: dict[str, Any], place: str) -> None:
    assert mistakes(rule) == [place]
