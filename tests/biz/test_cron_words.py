"""The words of a cron expression say when it fires: they are read back here, and held against the clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coworks.biz.cron import CronError, next_local
from coworks.biz.cron_words import cron_in_words

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 8 ? * MON-FRI *", "every weekday at 08:00"),
        ("0 8 ? * 2-6 *", "every weekday at 08:00"),
        ("30 23 * * ? *", "every day at 23:30"),
        ("0 8,12 ? * MON,WED,SUN *", "every Monday, Wednesday and Sunday at 08:00 and 12:00"),
        ("0/15 * * * ? *", "every 15 minutes"),
        ("* * * * ? *", "every minute"),
        ("*/10 8-17 ? * MON-FRI *", "every 10 minutes from 08:00 to 17:50, every weekday"),
        ("0 * * * ? *", "every hour"),
        ("5 */2 * * ? *", "every 2 hours, at 5 minutes past"),
        ("30 8-17 * * ? *", "every hour from 08:30 to 17:30"),
        ("0 8 1 * ? *", "on the 1st of each month at 08:00"),
        ("0 8 1,15 JAN,JUL ? *", "on the 1st and 15th of January and July at 08:00"),
        ("0 8 L * ? *", "on the last day of each month at 08:00"),
        ("0 8 15W * ? *", "on the weekday nearest to the 15th of each month at 08:00"),
        ("0 8 ? * MON#1 *", "on the first Monday of each month at 08:00"),
        ("0 8 ? * 6L *", "on the last Friday of each month at 08:00"),
        ("0 8 ? * L *", "every Saturday at 08:00"),
        ("0 8 ? DEC * 2027", "every day in December at 08:00, in 2027"),
        ("0/7 * * * ? *", None),
        ("0 22-3 * * ? *", "at"),
        ("0 8 L-3 * ? *", None),
        ("0 8 */3 * ? *", None),
        ("0 8 * * ? */2", None),
    ],
)
def test_an_expression_has_the_words_of_people_or_none(cron: str, words: str | None) -> None:
    told = cron_in_words(cron)
    assert (
        told == words
        if words != "at"
        else (told or "").endswith("at 00:00, 01:00, 02:00, 03:00, 22:00 and 23:00")
    )


def test_what_is_no_expression_has_no_words() -> None:
    with pytest.raises(CronError, match="six fields"):
        cron_in_words("0 8 * * *")


def listed(words: str) -> list[str]:
    return re.split(r", | and ", words)


def fires(words: str, at: datetime) -> bool:
    """Whether something fires at this minute, as a person reads the words."""
    match = re.fullmatch(r"(?:(every .*?day.*?|on the .+?) )?at ([\d:, and]+)", words)
    if match and match[1] and match[2]:
        return f"{at:%H:%M}" in listed(match[2]) and on_day(match[1], at)
    clock, _, days = words.partition(", every ")
    if days:
        return often(clock, at) and on_day(f"every {days}", at)
    clock, _, days = words.partition(", on ")
    return often(clock, at) and (not days or on_day(f"on {days}", at))


def often(words: str, at: datetime) -> bool:
    match = re.fullmatch(
        r"every (\d+ )?(minute|hour)s?(?: from ([\d:]+) to ([\d:]+))?(?:, at (\d+) minutes? past)?", words
    )
    assert match, words
    step, unit, first, last, past = match.groups()
    if first and not first <= f"{at:%H:%M}" <= last:
        return False
    if unit == "minute":
        return at.minute % int(step or 1) == 0
    minute = int(past or (first or "00:00")[3:])
    return at.minute == minute and at.hour % int(step or 1) == 0


def on_day(words: str, at: datetime) -> bool:
    if match := re.fullmatch(r"on the (.+) of each month", words):
        return at.day in [int(one.rstrip("stndrh")) for one in listed(match[1])]
    days = listed(words.removeprefix("every "))
    return days == ["day"] or f"{at:%A}" in days or (days == ["weekday"] and at.weekday() < 5)


NUMBERS = st.integers(0, 23).map(str)
MINUTES = st.one_of(
    st.sampled_from(["*", "*/5", "0/15", "0/30", "0", "5", "0,30", "0-3"]), st.integers(0, 59).map(str)
)
HOURS = st.one_of(st.sampled_from(["*", "*/2", "0/6", "8-17", "8,12,18"]), NUMBERS)
WHICH = st.one_of(
    st.sets(st.sampled_from(["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]), min_size=1).map(
        lambda days: f"? * {','.join(sorted(days))}"
    ),
    st.sampled_from(["? * MON-FRI", "? * 2-6", "? * FRI-MON", "* * ?", "? * *"]),
    st.sets(st.integers(1, 31), min_size=1, max_size=4).map(lambda days: f"{','.join(map(str, days))} * ?"),
)


@settings(max_examples=30, deadline=None)
@given(MINUTES, HOURS, WHICH, st.integers(0, 500))
def test_a_person_who_reads_the_words_expects_what_the_clock_does(
    minutes: str, hours: str, which: str, day: int
) -> None:
    cron = f"{minutes} {hours} {which} *"
    words = cron_in_words(cron)
    if words is None:
        return
    moment = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day)
    times = [moment]
    for _ in range(8):
        following = next_local(cron, times[-1], ZoneInfo("UTC"))
        assert following is not None
        times.append(following)
    assert all(fires(words, one) for one in times[1:])
    for before, after in pairwise(times):
        quiet = range(1, min(int((after - before).total_seconds()) // 60, 600))
        assert not any(fires(words, before + timedelta(minutes=one)) for one in quiet)
