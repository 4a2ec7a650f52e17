"""`until 08:00 Europe/Paris`: the next time that the clocks of a place show it, daylight saving included.

JSONata knows no time zones, so the changes of the zone's offset until 2050 are written into the expression.
They begin at a fixed year, not today, so that the same text gives the same machine.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

CLOCK_TIME: Final = re.compile(r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?:\s+(?P<zone>\S+))?")
_FIRST: Final = datetime(2025, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2050, 1, 1, tzinfo=UTC)
_DAY: Final = 86_400_000


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """The time zones that there are, looked for once: they are files in folders."""
    return frozenset(available_timezones())


def next_time(hour: int, minute: int, zone: str) -> str:
    """A JSONata expression of the next moment, after now, at which clocks in the zone show this time.

    A time that the clocks jump over in spring is taken an hour later.
    """
    changes = ", ".join(f"[{at}, {offset}]" for at, offset in _changes(zone))
    wall = (hour * 60 + minute) * 60_000
    return (
        f"/* the next {hour:02}:{minute:02} in {zone} */ ($changes := [{changes}]; "
        "$offset := function($at) { $changes[$[0] <= $at][-1][1] * 60000 }; "
        "$moment := function($wall) { $wall - $offset($wall - $offset($wall)) }; "
        f"$today := $floor(($millis() + $offset($millis())) / {_DAY}) * {_DAY} + {wall}; "
        f"$fromMillis($moment($today) > $millis() ? $moment($today) : $moment($today + {_DAY})))"
    )


@lru_cache(maxsize=64)
def _changes(zone: str) -> tuple[tuple[int, int], ...]:
    """When the offset of a zone changes: milliseconds since 1970, and minutes before UTC from then on."""
    place = ZoneInfo(zone)
    found = [(0, _offset(_FIRST, place))]
    day = _FIRST
    while day < _LAST:
        following = day + timedelta(days=1)
        if _offset(following, place) != found[-1][1]:
            found.append((_change_between(day, following, place), _offset(following, place)))
        day = following
    if len(found) == 1:  # JSONata takes a list of one pair for the pair
        found.append((int(_LAST.timestamp()) * 1000, found[0][1]))
    return tuple(found)


def _change_between(before: datetime, after: datetime, place: ZoneInfo) -> int:
    """The minute at which the offset changes, by halving."""
    old = _offset(before, place)
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) // 2
        before, after = (middle, after) if _offset(middle, place) == old else (before, middle)
    return round(after.timestamp() / 60) * 60_000


def _offset(moment: datetime, place: ZoneInfo) -> int:
    offset = moment.astimezone(place).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0
