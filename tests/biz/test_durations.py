"""Durations in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.biz import DurationError, describe_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (20, 20), ("20", 20), (20.0, 20), ("30 seconds", 30), ("1 second", 1), ("5 minutes", 300),
        ("5 min", 300),
        ("1 hour 30 minutes", 5400), ("1 hour and 30 minutes", 5400), ("1 hour, 30 minutes", 5400),
        ("1h30min", 5400), ("3 days", 259_200), ("2 weeks", 1_209_600), ("1.5 hours", 5400), ("10 S", 10),
        ("2 d", 172_800), ("45 secs", 45), (" 1  day ", 86_400),
    ],
)  # fmt: skip
def test_words_are_seconds(text: object, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"), ("soon", "not a duration"), ("5 moons", "not a unit of time"),
        ("minutes 5", "not a duration"), (-5, "negative"), ("0.5 seconds", "whole number"),
        (0.25, "whole number"), (True, "a number of seconds"), (None, "a number of seconds or words"),
        ("5 minutes later", "not a duration"),
        ("5 m", "not a unit"), ("1 month", "not a unit"),
    ],
)  # fmt: skip
def test_what_is_not_a_duration_is_said_in_words(text: object, words: str) -> None:
    with pytest.raises(DurationError, match=words):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (5400, "1 hour 30 minutes"),
        (1_209_600, "2 weeks"),
        (691_200, "8 days"),
    ],
)
def test_seconds_are_words(seconds: int, words: str) -> None:
    assert describe_duration(seconds) == words


@given(st.integers(0, 10_000_000_000))
def test_words_lead_back_to_the_same_seconds(seconds: int) -> None:
    assert parse_duration(describe_duration(seconds)) == seconds
