"""The time that what is under way has to end when the project stops: one for all parts together.

After Ctrl-C the calls over HTTP have `listening.GRACE` seconds, then messages and deliveries these: the whole
is over within three. What does not end in time is on disk, and is done again at the next start.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS: Final = 1.0


class Grace:
    """Counts from the first time that somebody asks what is left."""

    def __init__(self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._ends: float | None = None

    def left(self) -> float:
        """Seconds, 0 when they are over."""
        if self._ends is None:
            self._ends = self._clock() + self._seconds
        return max(0.0, self._ends - self._clock())
