"""Cron expressions fire when AWS says: as counted by hand, and in the nights in which clocks change."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyawscron import AWSCron

from coworks.biz.cron import CronError, check_cron, next_local

ZONES = ["UTC", "Europe/Paris", "America/New_York"]
YEARS = (2026, 2027)


@dataclass(frozen=True)
class Field:
    """A field as text, and the numbers that it stands for."""

    text: str
    numbers: frozenset[int]


def fields(lowest: int, highest: int) -> st.SearchStrategy[Field]:
    """Any field of numbers: all, one, a list, a range, steps from somewhere."""
    number = st.integers(lowest, highest)
    lists = st.lists(number, min_size=1, max_size=3, unique=True)
    ranges = st.tuples(number, number).map(sorted)
    steps = st.tuples(number, st.integers(1, highest - lowest))
    return st.one_of(
        st.just(Field("*", frozenset(range(lowest, highest + 1)))),
        lists.map(lambda one: Field(",".join(map(str, one)), frozenset(one))),
        ranges.map(lambda one: Field(f"{one[0]}-{one[1]}", frozenset(range(one[0], one[1] + 1)))),
        steps.map(lambda one: Field(f"{one[0]}/{one[1]}", frozenset(range(one[0], highest + 1, one[1])))),
    )


@dataclass(frozen=True)
class Days:
    """The two fields of days as text; `holds` says which dates they are."""

    of_month: str
    of_week: str

    def holds(self, day: date) -> bool:
        return self._holds_month(day) if self.of_week == "?" else self._holds_week(day)

    def _holds_month(self, day: date) -> bool:
        last = calendar.monthrange(day.year, day.month)[1]
        if self.of_month == "*":
            return True
        if self.of_month.endswith("W"):
            return day == nearest_weekday(day.replace(day=min(int(self.of_month[:-1]), last)))
        return day.day == (last if self.of_month == "L" else int(self.of_month))

    def _holds_week(self, day: date) -> bool:
        """Days of a week are counted from Sunday, which is 1."""
        number = day.isoweekday() % 7 + 1
        if "#" in self.of_week:
            wanted, place = map(int, self.of_week.split("#"))
            return number == wanted and (day.day - 1) // 7 + 1 == place
        if self.of_week.endswith("L"):
            wanted = int(self.of_week.removesuffix("L"))
            return number == wanted and (day + timedelta(7)).month != day.month
        return number == int(self.of_week)


def nearest_weekday(day: date) -> date:
    """The day itself, or the nearest from Monday to Friday in its month."""
    near = (day + timedelta(by) for by in (0, -1, 1, -2, 2))
    return next(one for one in near if one.month == day.month and one.isoweekday() <= 5)


OF_MONTH = st.one_of(
    st.just("*"), st.just("L"), st.integers(1, 31).map(str), st.integers(1, 28).map("{}W".format)
).map(lambda text: Days(text, "?"))
OF_WEEK = st.one_of(
    st.integers(1, 7).map(str),
    st.integers(1, 7).map("{}L".format),
    st.tuples(st.integers(1, 7), st.integers(1, 5)).map(lambda one: f"{one[0]}#{one[1]}"),
).map(lambda text: Days("?", text))


def instants(
    minutes: Field, hours: Field, days: Days, months: Field, zone: ZoneInfo, first: date
) -> Iterator[datetime]:
    """Every instant from a day on that the fields stand for, found by looking at each day and minute."""
    for by in range(800):
        day = first + timedelta(by)
        if day.month in months.numbers and days.holds(day):
            for hour in sorted(hours.numbers):
                for minute in sorted(minutes.numbers):
                    wall = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
                    instant = wall.astimezone(UTC)
                    if instant.astimezone(zone) == wall and instant.astimezone(zone).hour == hour:
                        yield instant


@settings(deadline=None, max_examples=150)
@given(
    fields(0, 59),
    fields(0, 23),
    st.one_of(OF_MONTH, OF_WEEK),
    fields(1, 12),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
def test_a_cron_fires_at_the_times_counted_by_hand(
    minutes: Field, hours: Field, days: Days, months: Field, zone: str, moment: datetime
) -> None:
    place = ZoneInfo(zone)
    expression = f"{minutes.text} {hours.text} {days.of_month} {months.text} {days.of_week} *"
    counted = instants(minutes, hours, days, months, place, moment.date() - timedelta(2))
    expected = next((one for one in counted if one > moment), None)
    found = next_local(expression, moment, place)
    if expected is not None:
        assert found == expected
    else:
        assert found is None or found > moment + timedelta(790)


IN_EVERY_MONTH = st.one_of(OF_MONTH, OF_WEEK).filter(
    lambda days: days.of_month not in ("29", "30", "31") and not days.of_week.endswith("#5")
)


@settings(deadline=None, max_examples=100)
@given(
    fields(0, 59),
    fields(0, 23),
    IN_EVERY_MONTH,
    fields(1, 12),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
def test_another_implementation_fires_at_the_same_times(
    minutes: Field, hours: Field, days: Days, months: Field, moment: datetime
) -> None:
    """pyawscron, which has no zones, counts from whole minutes, and fails at days that a month has not."""
    expression = f"{minutes.text} {hours.text} {days.of_month} {months.text} {days.of_week} *"
    moment = moment.replace(second=0, microsecond=0)
    theirs = AWSCron(expression).occurrence(moment).next()
    assert next_local(expression, moment, ZoneInfo("UTC")) == theirs


def fired(expression: str, zone: str) -> list[datetime]:
    """Every instant of two years at which it fires, in UTC."""
    place = ZoneInfo(zone)
    moment = datetime(YEARS[0], 1, 1, tzinfo=place).astimezone(UTC) - timedelta(seconds=1)
    end = datetime(YEARS[1] + 1, 1, 1, tzinfo=place)
    found = []
    while (following := next_local(expression, moment, place)) and following < end:
        found.append(following)
        moment = following
    return found


SUMMERS = {
    "Europe/Paris": [
        ("2026-03-29T01:00", "2026-10-25T01:00"),
        ("2027-03-28T01:00", "2027-10-31T01:00"),
    ],
    "America/New_York": [
        ("2026-03-08T07:00", "2026-11-01T06:00"),
        ("2027-03-14T07:00", "2027-11-07T06:00"),
    ],
}
WINTER_HOUR = {"Europe/Paris": 7, "America/New_York": 13}


@pytest.mark.parametrize("zone", SUMMERS)
def test_eight_o_clock_is_eight_o_clock_all_year(zone: str) -> None:
    found = fired("0 8 * * ? *", zone)
    summers = [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in SUMMERS[zone]]
    expected = []
    for by in range(730):
        winter = datetime(YEARS[0], 1, 1, WINTER_HOUR[zone]) + timedelta(by)
        is_summer = any(start < winter < end for start, end in summers)
        expected.append((winter - timedelta(hours=is_summer)).replace(tzinfo=UTC))
    assert found == expected


# The instants around each night in which the clocks change, in UTC. What they jump over is skipped, what
# comes twice runs once, the first time.
NIGHTS = [
    ("Europe/Paris", "30 2 * * ? *", "2026-03-28", ["28T01:30", "30T00:30", "31T00:30"]),
    ("Europe/Paris", "30 2 * * ? *", "2026-10-24", ["24T00:30", "25T00:30", "26T01:30"]),
    ("Europe/Paris", "30 2 * * ? *", "2027-03-27", ["27T01:30", "29T00:30", "30T00:30"]),
    ("Europe/Paris", "30 2 * * ? *", "2027-10-30", ["30T00:30", "31T00:30"]),
    ("Europe/Paris", "0 1-4 29 3 ? 2026", "2026-03-29", ["29T00:00", "29T01:00", "29T02:00"]),
    ("Europe/Paris", "0 1-4 25 10 ? 2026", "2026-10-24", ["24T23:00", "25T00:00", "25T02:00", "25T03:00"]),
    ("America/New_York", "30 2 * * ? *", "2026-03-07", ["07T07:30", "09T06:30", "10T06:30"]),
    ("America/New_York", "30 1 * * ? *", "2026-10-31", ["31T05:30"]),
    ("America/New_York", "30 1 * * ? *", "2026-11-01", ["01T05:30", "02T06:30", "03T06:30"]),
    ("America/New_York", "30 2 * * ? *", "2027-03-13", ["13T07:30", "15T06:30", "16T06:30"]),
    ("America/New_York", "30 1 * * ? *", "2027-11-07", ["07T05:30", "08T06:30", "09T06:30"]),
    ("America/New_York", "0 0-3 7 11 ? 2027", "2027-11-07", ["07T04:00", "07T05:00", "07T07:00", "07T08:00"]),
]


@pytest.mark.parametrize(("zone", "expression", "first", "expected"), NIGHTS)
def test_the_nights_in_which_the_clocks_change(
    zone: str, expression: str, first: str, expected: list[str]
) -> None:
    found = [one for one in fired(expression, zone) if f"{one:%Y-%m-%d}" >= first]
    assert [f"{one:%dT%H:%M}" for one in found[: len(expected)]] == expected


@pytest.mark.parametrize("zone", SUMMERS)
def test_in_two_years_two_half_hours_are_skipped_and_none_is_doubled(zone: str) -> None:
    assert len(fired("30 2 * * ? *", zone)) == 730 - 2
    assert len(fired("30 1 * * ? *", zone)) == 730


@pytest.mark.parametrize(
    ("years", "following"),
    [
        ("2028/2", [2028, 2030]),
        ("*/4", [2026, 2030]),
        ("2027-2030/3", [2027, 2030]),
        ("2026,2031/2", [2026, 2031]),
    ],
)
def test_years_have_steps(years: str, following: list[int]) -> None:
    zone, moment, found = ZoneInfo("UTC"), datetime(2025, 12, 31, tzinfo=UTC), []
    for _ in following:
        instant = next_local(f"0 8 1 1 ? {years}", moment, zone)
        assert instant is not None
        found.append(instant.year)
        moment = instant
    assert found == following


def test_the_last_day_of_the_week_is_saturday() -> None:
    """ "The L wildcard [...] specifies the last day of the month or week", whose days are SUN-SAT."""
    following = next_local("0 8 ? * L *", datetime(2026, 11, 24, tzinfo=UTC), ZoneInfo("UTC"))
    assert following == datetime(2026, 11, 28, 8, tzinfo=UTC)


@pytest.mark.parametrize("years", ["2028/0", "/2", "2028/x", "1969/2", "2030-2028/2"])
def test_years_that_are_none_are_refused(years: str) -> None:
    with pytest.raises(CronError):
        check_cron(f"0 8 1 1 ? {years}")
