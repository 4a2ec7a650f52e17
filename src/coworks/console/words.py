"""Moments, durations and states in the words of people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from coworks.biz import describe_duration
from coworks.console import texts

_MINUTE: Final = 60


def moment_in_words(moment: float) -> str:
    """A moment where this server is: `Tuesday 24 November 2026, 12:45:03`."""
    at = datetime.fromtimestamp(moment).astimezone()
    return f"{at:%A} {at.day} {at:%B %Y, %H:%M:%S}"


def iso(moment: float) -> str:
    """A moment for programs, in UTC (ISO 8601)."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def duration_in_words(seconds: float) -> str:
    """How long something took: `12 ms`, `3.4 s`, `5 minutes 2 seconds`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < _MINUTE else describe_duration(int(seconds))


def status_in_words(status: str) -> str:
    """How an execution or a step stands."""
    return texts.STATUS.get(status, status)
