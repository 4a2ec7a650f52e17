"""The times of a schedule: rate(5 minutes), cron(0 8 * * ? *), at(2027-01-31T08:00:00), in a zone.

A rate fires at the multiples of its period since 1970, as `every` does: its times do not depend on when the
schedule was made.
Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import available_timezones

from coworks.biz.cron import CronError, check_cron
from coworks.biz.triggers import At, Cron, Every
from coworks.local.aws.wire import AwsError

if TYPE_CHECKING:
    from coworks.biz.triggers import ByClock

_FORM: Final = re.compile(r"(rate|cron|at)\((.+)\)")
_RATE: Final = re.compile(r"([1-9]\d{0,8}) (minute|hour|day)s?")
_SECONDS: Final = {"minute": 60, "hour": 3600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Times:
    """The times of an expression between two moments, in seconds since the epoch."""

    clock: ByClock
    start: float | None = None
    end: float | None = None

    def next_after(self, moment: datetime) -> datetime | None:
        begin = None if self.start is None else datetime.fromtimestamp(self.start, UTC)
        after = moment if begin is None else max(moment, begin - timedelta(seconds=1))
        found = self.clock.next_after(after)
        if found is None or (self.end is not None and found.timestamp() > self.end):
            return None
        return found


def times_of(expression: str, timezone: str, start: float | None, end: float | None) -> Times:
    """Raises `AwsError` for what is no expression, and no zone."""
    if timezone not in available_timezones():
        raise AwsError("ValidationException", f"Invalid ScheduleExpressionTimezone {timezone}.")
    found = _FORM.fullmatch(expression.strip())
    clock = _clock(found[1], found[2].strip(), timezone) if found else None
    if clock is None:
        raise AwsError("ValidationException", f"Invalid Schedule Expression {expression}.")
    return Times(clock, start, end)


def _clock(form: str, text: str, timezone: str) -> ByClock | None:
    if form == "rate":
        rate = _RATE.fullmatch(text)
        return Every(int(rate[1]) * _SECONDS[rate[2]]) if rate else None
    if form == "cron":
        try:
            check_cron(text)
        except CronError as error:
            raise AwsError(
                "ValidationException", f"Invalid Schedule Expression cron({text}): {error}"
            ) from None
        return Cron(text, timezone)
    try:
        return At(datetime.strptime(text, "%Y-%m-%dT%H:%M:%S"), timezone)
    except ValueError:
        return None
