"""The time, handed in: the system's, or one that a test turns by hand."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time in seconds since the epoch."""

    def now(self) -> float: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        return time.time()


class ManualClock:
    """A clock that stands still until it is told to advance: a month passes in no time."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def advance_to(self, moment: float) -> None:
        """Set the time; a moment that has passed changes nothing."""
        self._now = max(self._now, moment)

    def advance(self, seconds: float) -> None:
        self.advance_to(self._now + seconds)
