"""Durations in words: "1 hour 30 minutes" -> 5400 seconds, and back."""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final = (
    (604_800, "week", ("w", "week", "weeks")),
    (86_400, "day", ("d", "day", "days")),
    (3_600, "hour", ("h", "hr", "hrs", "hour", "hours")),
    (60, "minute", ("min", "mins", "minute", "minutes")),
    (1, "second", ("s", "sec", "secs", "second", "seconds")),
)
_SECONDS_IN = {word: seconds for seconds, _, words in _UNITS for word in words}
_PIECE = re.compile(r"\s*(?:,|and\b)?\s*([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*([^\W\d_]+)", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,12}")

EXAMPLE: Final = 'write for example 30 seconds, 5 minutes, "1 hour 30 minutes" or 3 days'


class DurationError(ValueError):
    """A duration that is not understood; the text says why in plain words."""


def parse_duration(value: object) -> int:
    """The seconds of a number of seconds or of a duration in words."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _whole(value)
    if isinstance(value, float):
        return _whole(value)
    if not isinstance(value, str):
        raise DurationError("a duration is a number of seconds or words")
    text = value.strip()
    return int(text) if _NUMBER.fullmatch(text) else _parse_words(text)


def _parse_words(text: str) -> int:
    total, position = 0.0, 0
    while position < len(text):
        piece = _PIECE.match(text, position)
        if piece is None:
            raise DurationError(f'"{text}" is not a duration')
        total += float(piece[1]) * _unit(piece[2])
        position = piece.end()
    if not position:
        raise DurationError("a duration is empty")
    return _whole(total)


def _unit(word: str) -> int:
    seconds = _SECONDS_IN.get(word.lower())
    if seconds is None:
        raise DurationError(f'"{word}" is not a unit of time (seconds, minutes, hours, days, weeks)')
    return seconds


def _whole(seconds: float) -> int:
    if seconds < 0:
        raise DurationError("a duration cannot be negative")
    if seconds != int(seconds):
        raise DurationError("a duration is a whole number of seconds")
    return int(seconds)


def describe_duration(seconds: int) -> str:
    """A duration in words: 5400 -> "1 hour 30 minutes". Weeks are used for whole weeks only."""
    words = []
    rest = seconds
    for size, name, _ in _UNITS:
        if name == "week" and seconds % size:
            continue
        count, rest = divmod(rest, size)
        if count:
            words.append(f"{count} {name}{'s' if count > 1 else ''}")
    return " ".join(words) or "0 seconds"
