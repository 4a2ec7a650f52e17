"""The times of a cron expression in words: `0 8 ? * MON-FRI *` -> "every weekday at 08:00".

The words are made of the times that the expression means, as `cron` reads them, and not of how it is written:
`0/15` and `0,15,30,45` are "every 15 minutes". What has no short words has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coworks.biz.cron import FIRST_YEAR, LAST_YEAR, times_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coworks.biz.cron import Days, Times

_MOST: Final = 6
"""How many times, days or years are told one by one."""

_WEEKDAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_NUMBERS: Final = ("first", "second", "third", "fourth", "fifth")
_WORKING: Final = (2, 3, 4, 5, 6)
_EVERY_DAY: Final = "every day"


def cron_in_words(expression: str) -> str | None:
    """The words; None where there are no short ones. Raises `CronError` for what is no expression."""
    times = times_of(expression)
    days, clock, years = _days(times), _clock(times.minutes, times.hours), _years(times.years)
    if days is None or clock is None or years is None:
        return None
    if clock.startswith("at "):
        return f"{days} {clock}{years}"
    return f"{clock}{years}" if days == _EVERY_DAY else f"{clock}, {days}{years}"


def _clock(minutes: tuple[int, ...], hours: tuple[int, ...]) -> str | None:
    """When in the day."""
    if len(minutes) * len(hours) <= _MOST:
        return f"at {_listed(f'{hour:02}:{minute:02}' for hour in hours for minute in minutes)}"
    step = _step(minutes, 60)
    if step is not None and step < 60:
        return _often("minute", step, hours, last=60 - step)
    return _hourly(minutes[0], hours) if len(minutes) == 1 else None


def _often(unit: str, step: int, hours: tuple[int, ...], last: int) -> str | None:
    """Several times an hour."""
    words = f"every {step} {unit}s" if step > 1 else f"every {unit}"
    if len(hours) == 24:
        return words
    return f"{words} from {hours[0]:02}:00 to {hours[-1]:02}:{last:02}" if _are_together(hours) else None


def _hourly(minute: int, hours: tuple[int, ...]) -> str | None:
    """Once in some hours."""
    step = _step(hours, 24)
    if step is not None:
        words = f"every {step} hours" if step > 1 else "every hour"
        return words if minute == 0 else f"{words}, at {minute} minute{'s' if minute > 1 else ''} past"
    if _are_together(hours):
        return f"every hour from {hours[0]:02}:{minute:02} to {hours[-1]:02}:{minute:02}"
    return None


def _step(numbers: tuple[int, ...], whole: int) -> int | None:
    """The distance between numbers that divide a whole evenly, from 0; None for others."""
    step, rest = divmod(whole, len(numbers))
    return step if rest == 0 and numbers == tuple(range(0, whole, step)) else None


def _are_together(numbers: tuple[int, ...]) -> bool:
    return numbers == tuple(range(numbers[0], numbers[-1] + 1))


def _days(times: Times) -> str | None:
    """On which days."""
    months = _listed(_MONTHS[one - 1] for one in times.months) if len(times.months) < 12 else ""
    if times.weekdays:
        return _weekdays(times.weekdays, months)
    if len(times.days) == 31:
        return f"{_EVERY_DAY} in {months}" if months else _EVERY_DAY
    days = _of_month(times.days)
    return f"on the {days} of {months or 'each month'}" if days else None


def _weekdays(days: Days, months: str) -> str | None:
    if days[0] == "#":
        return (
            f"on the {_NUMBERS[int(days[2]) - 1]} {_WEEKDAYS[int(days[1]) - 1]} of {months or 'each month'}"
        )
    if days[0] == "L":
        return f"on the last {_WEEKDAYS[int(days[1]) - 1]} of {months or 'each month'}"
    numbers = tuple(int(one) for one in days)
    # People's week begins on a Monday.
    names = [_WEEKDAYS[one - 1] for one in (*numbers, *numbers) if one > 1][: len(numbers) - (1 in numbers)]
    names += ["Sunday"] if 1 in numbers else []
    words = "weekday" if numbers == _WORKING else "day" if len(numbers) == 7 else _listed(names)
    return f"every {words} in {months}" if months else f"every {words}"


def _of_month(days: Days) -> str | None:
    if days == ("L", 0):
        return "last day"
    if days[0] == "W":
        return f"weekday nearest to the {_ordinal(int(days[1]))}"
    if isinstance(days[0], str) or len(days) > _MOST:
        return None
    return _listed(_ordinal(int(one)) for one in days)


def _ordinal(day: int) -> str:
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _years(years: tuple[int, ...]) -> str | None:
    if years == tuple(range(FIRST_YEAR, LAST_YEAR + 1)):
        return ""
    return f", in {_listed(map(str, years))}" if len(years) <= _MOST else None


def _listed(words: Iterable[str]) -> str:
    """One, two and three."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
