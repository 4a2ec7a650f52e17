"""When workflows start: pure functions of a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coworks.biz import Cron, Every, compile_workflow

if TYPE_CHECKING:
    from collections.abc import Callable

PARIS = ZoneInfo("Europe/Paris")
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def triggers(lines: str) -> tuple[object, ...]:
    compiled = compile_workflow("w", f"on:\n{lines}states:\n  - name: Rest\n    wait: 5\n", file="w.yml")
    assert compiled.errors == ()
    return compiled.triggers


def test_triggers_are_read_with_their_data() -> None:
    lines = (
        "  - every: 5 minutes\n    data: {a: [1, x]}\n"
        "  - cron: 0  8 ? * MON-FRI *\n    timezone: Europe/Paris\n"
    )
    assert triggers(lines) == (Every(300, {"a": [1, "x"]}), Cron("0 8 ? * MON-FRI *", "Europe/Paris", {}))


def test_every_ticks_at_multiples_of_its_period() -> None:
    every = Every(300)
    assert every.next_after(at("2026-11-02T08:02:10")) == at("2026-11-02T08:05:00")
    assert every.next_after(at("2026-11-02T08:05:00")) == at("2026-11-02T08:10:00")
    assert every.next_after(at("2026-11-02T09:02:10", "Europe/Paris")) == at("2026-11-02T08:05:00")


@given(MOMENTS, st.integers(1, 10_000_000))
def test_every_goes_on_by_its_period(moment: datetime, seconds: int) -> None:
    first = Every(seconds).next_after(moment)
    assert moment < first <= moment + timedelta(seconds=seconds)
    assert Every(seconds).next_after(first) == first + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("trigger", "words", "expression"),
    [
        (Every(300), "every 5 minutes", "rate(5 minutes)"),
        (Every(60), "every minute", "rate(1 minute)"),
        (Every(3600), "every hour", "rate(60 minutes)"),
        (Every(5400), "every 1 hour 30 minutes", "rate(90 minutes)"),
        (Every(5), "every 5 seconds", "rate(1 minute)"),
        (Cron("0 8 ? * MON-FRI *"), "every weekday at 08:00 (UTC)", "cron(0 8 ? * MON-FRI *)"),
        (Cron("5 8 * * ? *", "Europe/Paris"), "every day at 08:05 (Europe/Paris)", "cron(5 8 * * ? *)"),
        (Cron("0/5 * 1 * ? *"), "every 5 minutes, on the 1st of each month (UTC)", "cron(0/5 * 1 * ? *)"),
    ],
)
def test_a_trigger_says_when(trigger: Every | Cron, words: str, expression: str) -> None:
    assert (trigger.describe(), trigger.expression()) == (words, expression)


@pytest.mark.parametrize(
    ("fields", "after", "expected"),
    [
        ("0 8 ? * MON-FRI *", "2026-11-06T08:00:00", "2026-11-09T08:00:00"),
        ("0 8 ? * mon-fri *", "2026-11-06T08:00:00", "2026-11-09T08:00:00"),
        ("0 8 * * ? *", "2026-11-06T07:59:59", "2026-11-06T08:00:00"),
        ("15 10 L * ? *", "2026-02-01T00:00:00", "2026-02-28T10:15:00"),
        ("0 0 ? * L *", "2026-11-01T00:00:00", "2026-11-07T00:00:00"),
        ("0 9 ? * 2#1 *", "2026-11-03T00:00:00", "2026-12-07T09:00:00"),
        ("0 0 15W * ? *", "2026-11-01T00:00:00", "2026-11-16T00:00:00"),
        ("0 0 29 2 ? *", "2026-11-01T00:00:00", "2028-02-29T00:00:00"),
        ("0 0 29 2 ? *", "2096-03-01T00:00:00", "2104-02-29T00:00:00"),
        ("0 0 ? 2 2#5 *", "2026-11-01T00:00:00", "2044-02-29T00:00:00"),
        ("0 0 1 1 ? 2030", "2026-11-01T00:00:00", "2030-01-01T00:00:00"),
    ],
)
def test_a_cron_fires_when_aws_would(fields: str, after: str, expected: str) -> None:
    assert Cron(fields).next_after(at(after)) == at(expected)


@pytest.mark.parametrize("fields", ["0 0 30 2 ? *", "0 0 1 1 ? 1999", "0 9 L-30 2 ? *", "0 0 1 1 ? 2026"])
def test_a_cron_that_is_over_has_no_next_time(fields: str) -> None:
    assert Cron(fields).next_after(at("2026-11-01T00:00:00")) is None


def test_a_time_that_the_clocks_jump_over_is_skipped() -> None:
    nightly = Cron("30 2 * * ? *", "Europe/Paris")
    first = nightly.next_after(datetime(2027, 3, 27, 12, tzinfo=PARIS))
    assert first == datetime(2027, 3, 29, 2, 30, tzinfo=PARIS)


def test_a_time_that_comes_twice_runs_once() -> None:
    nightly = Cron("30 2 * * ? *", "Europe/Paris")
    first = nightly.next_after(datetime(2027, 10, 30, 12, tzinfo=PARIS))
    assert first == at("2027-10-31T00:30:00")
    assert first is not None
    assert nightly.next_after(first) == datetime(2027, 11, 1, 2, 30, tzinfo=PARIS)


def test_every_minute_goes_on_after_the_hour_that_comes_twice() -> None:
    each = Cron("* * * * ? *", "Europe/Paris")
    assert each.next_after(at("2027-10-31T00:59:30")) == at("2027-10-31T02:00:00")


CRONS = [
    "0 8 ? * MON-FRI *",
    "*/7 * * * ? *",
    "30 2 * * ? *",
    "0 0 L * ? *",
    "0 0 29 2 ? *",
    "15 1-3 ? * SUN *",
]


@settings(deadline=None)
@given(
    MOMENTS,
    st.sampled_from(CRONS),
    st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Asia/Tokyo"]),
)
def test_a_cron_goes_forward(moment: datetime, fields: str, zone: str) -> None:
    cron = Cron(fields, zone)
    times = [moment]
    for _ in range(4):
        following = cron.next_after(times[-1])
        assert following is not None
        times.append(following)
    assert times == sorted(set(times))
    between = moment + (times[1] - moment) / 2
    assert cron.next_after(between) == times[1]


def test_a_dead_cron_is_told_quickly(problems: Callable[[str], list[str]]) -> None:
    text = "on:\n  - cron: 0 8 31 2,4,6,9,11 ? *\nstates:\n  - name: Rest\n    wait: 5\n"
    assert [problem.split()[1] for problem in problems(text)] == ["B404"]
