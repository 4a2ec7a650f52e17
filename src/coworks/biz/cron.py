"""AWS's cron expressions, behind one door: six fields, in the time of a zone.

Daylight saving is EventBridge Scheduler's: a time that the clocks jump over is skipped, one that comes twice
runs once. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from aws_croniter import AwsCroniter

_FIELDS: Final = ("minutes", "hours", "day of month", "month", "day of week", "year")
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2199
_LAST_DAY_OF_WEEK: Final = 4
_YEAR: Final = 5
_YEARS_APART: Final = re.compile(r"(?:\*|(\d{4})(?:-(\d{4}))?)/(\d{1,3})")

EXAMPLE: Final = 'write six fields, for example "0 8 ? * MON-FRI *" for 8:00 from Monday to Friday'


Days: TypeAlias = tuple[int | str, ...]
"""Numbers; or `L` or `W` with a number, or `#` with a day of the week and which one of the month it is."""


@dataclass(frozen=True, slots=True)
class Times:
    """What an expression means: the numbers that each field takes. Days of the week are 1 for Sunday to 7; of
    the two kinds of days one is empty.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: Days
    months: tuple[int, ...]
    weekdays: Days
    years: tuple[int, ...]


class CronError(ValueError):
    """A cron expression that is not understood; the text says why in plain words, `hint` how to write it."""

    def __init__(self, message: str, hint: str = EXAMPLE) -> None:
        super().__init__(message)
        self.hint = hint


def check_cron(expression: str) -> None:
    """Raise `CronError` when the expression is not one of AWS's."""
    fields = expression.split()
    if len(fields) != len(_FIELDS):
        message = f"a cron expression has six fields ({', '.join(_FIELDS)}), not {len(fields)}"
        raise CronError(message, _as_aws_writes(fields))
    if (fields[2] == "?") == (fields[4] == "?"):
        raise CronError('one of day of month and day of week must be "?", and not both')
    _parse(expression)


def _as_aws_writes(fields: list[str]) -> str:
    """The hint for the five fields of Unix: AWS begins its weeks with 1 for Sunday, where Unix has 0."""
    if len(fields) != len(_FIELDS) - 1:
        return EXAMPLE
    minutes, hours, day, month, weekday = fields
    shifted = re.sub(r"[0-7]", lambda found: str(int(found[0]) % 7 + 1), weekday.partition("/")[0])
    days = ("?", month, shifted) if day == "*" and weekday != "*" else (day, month, "?")
    if "/" in weekday or (day != "*" and weekday != "*"):
        return EXAMPLE
    return f'AWS writes it "{minutes} {hours} {" ".join(days)} *"'


def times_of(expression: str) -> Times:
    """What an expression means. Raises `CronError`."""
    check_cron(expression)
    cron = _parse(expression)
    return Times(
        tuple(cron.minutes),
        tuple(cron.hours),
        tuple(cron.days_of_month),
        tuple(cron.months),
        tuple(cron.days_of_week),
        tuple(cron.years),
    )


def next_local(expression: str, moment: datetime, zone: ZoneInfo) -> datetime | None:
    """The first time after a moment, in UTC; None when there is none."""
    wall = moment.astimezone(zone).replace(tzinfo=UTC)
    for candidate in _walls_after(expression, wall):
        local = candidate.replace(tzinfo=zone)
        instant = local.astimezone(UTC)
        skipped_by_the_clocks = instant.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None)
        if not skipped_by_the_clocks and instant > moment:
            return instant
    return None


def _walls_after(expression: str, wall: datetime) -> Iterator[datetime]:
    """The times of a wall clock, written as UTC."""
    cron = _parse(expression)
    while wall.year <= LAST_YEAR:
        found: datetime | None = cron.get_next(wall)[0]
        if found is not None:
            yield found
            wall = found
        elif any(year > wall.year for year in cron.years):
            # The parser gives up after ten empty months, as with February 29: go on a year later.
            wall = datetime(wall.year, 12, 31, 23, 59, tzinfo=UTC)
            wall = wall if cron.get_next(wall)[0] else datetime(wall.year + 1, 1, 1, tzinfo=UTC)
        else:
            return


@lru_cache(maxsize=512)
def _parse(expression: str) -> AwsCroniter:
    fields = expression.upper().split()
    if fields[_LAST_DAY_OF_WEEK] == "L":
        # "The last day of the month or week", and a week is SUN-SAT; the parser takes it for no day.
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
        fields[_LAST_DAY_OF_WEEK] = "SAT"
    fields[_YEAR] = _years(fields[_YEAR])
    try:
        # Only who has such a schedule loads it, and dateutil with it.
        return import_module("aws_croniter").AwsCroniter(" ".join(fields))
    except (ValueError, TypeError) as error:
        raise CronError(_in_words(str(error))) from None


def _years(field: str) -> str:
    """The field with its steps (`2028/2`, `*/4`) written out, which the parser does not know."""
    return ",".join(map(_years_of, field.split(",")))


def _years_of(part: str) -> str:
    found = _YEARS_APART.fullmatch(part)
    if found is None or not int(found[3]):
        return part
    first, last = int(found[1] or FIRST_YEAR), int(found[2] or LAST_YEAR)
    return ",".join(map(str, range(first, last + 1, int(found[3])))) or part


def _in_words(error: str) -> str:
    """The parser's sentence, or ours where it stumbles over its own conversion."""
    return (
        error[0].lower() + error[1:].removesuffix(".")
        if error.startswith("Invalid")
        else "a field is not understood"
    )
