"""A timetable does things at their times, each once, and makes up for nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from coworks.engine import ManualClock
from coworks.local.timetable import Timed, Timetable

START = datetime(2027, 1, 1, tzinfo=UTC)


class Every:
    def __init__(self, seconds: int) -> None:
        self.period = timedelta(seconds=seconds)

    def next_after(self, moment: datetime) -> datetime:
        return START + ((moment - START) // self.period + 1) * self.period


def test_what_is_due_when_others_come_is_done_first() -> None:
    clock, done = ManualClock(START.timestamp()), list[str]()
    table = Timetable([Timed(Every(10), lambda moment: done.append(f"a {moment:%S}"))], clock)
    clock.advance(10)
    table.use([Timed(Every(4), lambda moment: done.append(f"b {moment:%S}"))])
    clock.advance(3)
    assert table.perform_due() == 3
    assert done == ["a 10", "b 12"]


def test_a_late_time_is_kept_and_a_missed_one_is_not() -> None:
    clock, done = ManualClock(START.timestamp()), list[datetime]()
    table = Timetable([Timed(Every(100), done.append)], clock)
    clock.advance(159)
    table.perform_due()
    clock.advance(201)
    table.perform_due()
    assert done == [START + timedelta(seconds=100)]
