"""A duration as a number and a unit: what is chosen, the text that this is, and what it says in words."""

from __future__ import annotations

import re
from typing import Final

from coworks.biz import DurationError, describe_duration, parse_duration

UNITS: Final = ("seconds", "minutes", "hours", "days", "weeks")
_SIMPLE: Final = re.compile(r"\s*(\d{1,12}(?:\.\d{1,6})?)\s*([^\W\d_]*)\s*")
_SECONDS: Final = {parse_duration(f"1 {unit}"): unit for unit in UNITS}


def split_duration(text: str) -> tuple[str, str]:
    """The number and the unit of a text; a text that is more than that is all number, without a unit."""
    match = _SIMPLE.fullmatch(text)
    unit = _unit(match[2] or "seconds") if match else None
    return (match[1], unit) if match and unit else (text, "")


def joined_duration(number: str, unit: str) -> str:
    """The text of a number and a unit; where there is more than a number, it stands as it is."""
    stripped = number.strip()
    if not re.fullmatch(r"\d+(\.\d+)?", stripped):
        return stripped
    return f"{stripped} {unit.removesuffix('s') if stripped == '1' else unit}"


def duration_told(text: str) -> str:
    """What a typed duration says, or why it says nothing; empty for nothing, and for an expression."""
    if not text.strip() or "{%" in text:
        return ""
    try:
        return describe_duration(parse_duration(text))
    except DurationError as error:
        return str(error)


def _unit(word: str) -> str | None:
    try:
        return _SECONDS.get(parse_duration(f"1 {word}"))
    except DurationError:
        return None
