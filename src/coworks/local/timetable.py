"""Does things at their times, each time once: a thread that looks at the clock.

Times that pass while nothing runs are not made up for; the next one counts. What is less than a minute late
is done: the machine was busy, and did not sleep.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from coworks.engine.clock import Clock

LONGEST_REST = 1.0
LATE = 60.0
"""Seconds after which a time is missed rather than late: the machine slept."""


class Times(Protocol):
    """Tells the first time after a moment, in UTC; None when there is none any more."""

    def next_after(self, moment: datetime) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Timed:
    """Something to be done, with its time, at each of these times. It does not raise."""

    times: Times
    perform: Callable[[datetime], None]


@dataclass(order=True, slots=True)
class _Due:
    moment: datetime
    order: int
    timed: Timed = field(compare=False)


class Timetable:
    """Keeps to the times from `start` to `stop`."""

    def __init__(self, timed: Iterable[Timed], clock: Clock) -> None:
        self._clock = clock
        self._order = itertools.count()
        self._lock = threading.Lock()
        self._due: list[_Due] = []
        self._fill(timed)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="timetable", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def use(self, timed: Iterable[Timed]) -> None:
        """Keep to these from now on; what is due of the others is done first."""
        self.perform_due()
        with self._lock:
            self._fill(timed)

    def perform_due(self) -> float | None:
        """Do what is due now; the seconds until the next time, None when there is none any more."""
        now = self._now()
        with self._lock:
            due = []
            while self._due and self._due[0].moment <= now:
                due.append(heapq.heappop(self._due))
                self._put_next(due[-1].timed, now)
        for one in due:
            if (now - one.moment).total_seconds() < LATE:
                one.timed.perform(one.moment)
        with self._lock:
            return (self._due[0].moment - now).total_seconds() if self._due else None

    def _keep(self) -> None:
        while not self._stopping.is_set():
            rest = self.perform_due()
            self._stopping.wait(LONGEST_REST if rest is None else min(rest, LONGEST_REST))

    def _fill(self, timed: Iterable[Timed]) -> None:
        self._due, now = [], self._now()
        for one in timed:
            self._put_next(one, now)

    def _put_next(self, timed: Timed, now: datetime) -> None:
        if moment := timed.times.next_after(now):
            heapq.heappush(self._due, _Due(moment, next(self._order), timed))

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now(), UTC)
