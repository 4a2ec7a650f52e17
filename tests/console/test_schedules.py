"""Durations, moments and what starts a workflow: what is picked, what is written, and the words for it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.biz import Cron, Every, describe_duration, parse_duration
from coworks.biz.editing import data_of
from coworks.console import texts
from coworks.console.forms.durations import UNITS, duration_told, joined_duration, split_duration
from coworks.console.forms.fields import Field, FormError, people_in
from coworks.console.forms.moments import joined_moment, split_moment
from coworks.console.forms.schedules import checked_trigger, schedule_told, trigger_in_words
from coworks.console.forms.settings import load_settings, settings_fields, with_settings
from coworks.console.forms.steps.form import Scene
from coworks.console.forms.steps.step import build_step, load_step
from coworks.console.forms.triggers import DAYS, TRIGGER_FORMS, build_trigger, load_trigger, trigger_kind
from coworks.console.people import known_people
from coworks.project import load_project

NOW = datetime(2026, 11, 24, 16, 30, tzinfo=UTC).timestamp()


@given(st.integers(0, 999_999), st.sampled_from(UNITS))
def test_a_number_and_a_unit_are_a_duration_and_back(number: int, unit: str) -> None:
    text = joined_duration(str(number), unit)
    assert split_duration(text) == (str(number), unit)
    assert duration_told(text) == describe_duration(parse_duration(text))


@pytest.mark.parametrize(
    ("text", "parts", "told"),
    [
        ("5 min", ("5", "minutes"), "5 minutes"),
        ("90", ("90", "seconds"), "1 minute 30 seconds"),
        ("1 hour 30 minutes", ("1 hour 30 minutes", ""), "1 hour 30 minutes"),
        ("{% $data.n %}", ("{% $data.n %}", ""), ""),
        ("soon", ("soon", ""), '"soon" is not a duration'),
        ("5 moons", ("5 moons", ""), '"moons" is not a unit of time (seconds, minutes, hours, days, weeks)'),
        ("", ("", ""), ""),
    ],
)
def test_what_is_more_than_a_number_and_a_unit_stays_text(
    text: str, parts: tuple[str, str], told: str
) -> None:
    assert (split_duration(text), duration_told(text)) == (parts, told)
    assert joined_duration(text, "days") == text or parts[1]


@given(st.datetimes(datetime(1970, 1, 1), datetime(2199, 1, 1)).map(lambda one: one.replace(microsecond=0)))
def test_a_date_and_a_time_are_a_moment_and_back(moment: datetime) -> None:
    text = moment.isoformat()
    parts = split_moment(text)
    assert parts is not None
    assert joined_moment(*parts) == text


DAILY = {"days": tuple(DAYS.values())[:5], "time": "08:05", "timezone": "Europe/Paris"}


@pytest.mark.parametrize(
    ("kind", "values", "written", "told"),
    [
        (
            "every",
            {"every": "5 minutes"},
            {"every": "5 minutes"},
            "every 5 minutes; next: Tue 24 Nov 2026 17:35",
        ),
        (
            "daily",
            DAILY,
            {"cron": "5 8 ? * MON-FRI *", "timezone": "Europe/Paris"},
            "every weekday at 08:05 (Europe/Paris); next: Wed 25 Nov 2026 08:05",
        ),
        (
            "daily",
            {"days": tuple(DAYS.values()), "time": "23:00", "timezone": "UTC"},
            {"cron": "0 23 * * ? *"},
            "every day at 23:00 (UTC); next: Tue 24 Nov 2026 23:00",
        ),
        (
            "daily",
            {"days": ("MON", "TUE", "SUN"), "time": "9:00"},
            {"cron": "0 9 ? * MON,TUE,SUN *"},
            "every Monday, Tuesday and Sunday at 09:00 (UTC); next: Sun 29 Nov 2026 09:00",
        ),
        (
            "at",
            {"at": "2100-01-31T08:00:00", "timezone": "Europe/Paris", "data": [("why", "tax")]},
            {"at": "2100-01-31T08:00:00", "timezone": "Europe/Paris", "data": {"why": "tax"}},
            "once, on 2100-01-31 at 08:00 (Europe/Paris); next: Sun 31 Jan 2100 08:00",
        ),
        (
            "cron",
            {"cron": "0/7 * * * ? *"},
            {"cron": "0/7 * * * ? *"},
            "at the times of cron(0/7 * * * ? *) (UTC); next: Tue 24 Nov 2026 16:35, Tue 24 Nov 2026 16:42, "
            "Tue 24 Nov 2026 16:49",
        ),
        ("http", {"http": "POST /orders"}, {"http": "POST /orders"}, "POST /orders"),
        ("queue", {"queue": "orders"}, {"queue": "orders"}, "when a message comes into the queue orders"),
        (
            "event",
            {"event": "source: [shop]\ndetail-type: [Order placed]"},
            {"event": {"source": ["shop"], "detail-type": ["Order placed"]}},
            "when the event Order placed comes",
        ),
        (
            "bucket",
            {"bucket": "invoices", "suffix": ".pdf"},
            {"bucket": "invoices", "suffix": ".pdf"},
            "when a file comes into the bucket invoices",
        ),
        (
            "topic",
            {"topic": "stock", "filter": "level: [low]"},
            {"topic": "stock", "filter": {"level": ["low"]}},
            "when the topic stock tells something",
        ),
    ],
)
def test_a_trigger_is_picked_and_told_in_words_with_its_next_time(
    kind: str, values: dict[str, Any], written: dict[str, Any], told: str
) -> None:
    assert build_trigger(kind, values) == written
    assert trigger_kind(written) == kind
    again = load_trigger(kind, written)
    assert build_trigger(kind, again, written) == written
    trigger = checked_trigger(written)
    assert schedule_told(trigger, NOW, ZoneInfo("Europe/Paris")) == told


@given(
    st.sets(st.sampled_from(list(DAYS.values())), min_size=1),
    st.times(),
    st.sampled_from(["UTC", "Asia/Tokyo"]),
)
def test_days_and_a_time_are_a_cron_expression_and_back(days: set[str], time: Any, zone: str) -> None:
    values = {
        "days": tuple(one for one in DAYS.values() if one in days),
        "time": f"{time:%H:%M}",
        "timezone": zone,
        "data": [],
    }
    written = build_trigger("daily", values)
    assert trigger_kind(written) == "daily"
    assert load_trigger("daily", {"timezone": "UTC", **written}) == values


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("every", {}, "Every is missing"),
        ("daily", {"days": (), "time": "08:00"}, "Days is missing"),
        ("daily", {**DAILY, "time": "25:00"}, "25:00 is not a time of the day"),
        ("daily", {**DAILY, "timezone": "Europe/Pariss"}, "no time zone is named Europe/Pariss"),
        ("cron", {"cron": "0 8 * * *"}, "six fields"),
        ("at", {"at": "2100-01-31"}, "is not a date and time"),
        ("http", {"http": "orders"}, "is not a method and a path"),
        ("event", {"event": "source: ["}, "Pattern of the event: line 2"),
        ("queue", {"queue": "no queue"}, "is not the name of a queue"),
    ],
)
def test_a_trigger_that_cannot_be_is_refused_in_the_words_of_the_check(
    kind: str, values: dict[str, Any], said: str
) -> None:
    with pytest.raises(FormError, match=said):
        build_trigger(kind, values)


@pytest.mark.parametrize(
    "written",
    [
        {"cron": "0 8 ? * 2-6 *"},
        {"cron": "0  8 ? * MON-FRI *", "timezone": "UTC"},
        {"every": 300, "data": {"n": None}},
        {"topic": "t", "filter": {"level": ["low"]}},
    ],
)
def test_a_trigger_that_is_opened_and_left_is_the_same(written: dict[str, Any]) -> None:
    kind = trigger_kind(written)
    assert kind in TRIGGER_FORMS
    assert build_trigger(kind, load_trigger(kind, written), written) == written


def test_a_trigger_with_a_mistake_is_told_as_one() -> None:
    assert trigger_in_words({"every": "soon"}) == trigger_in_words("x") == texts.TRIGGER_UNKNOWN
    assert trigger_in_words({"every": "5 minutes"}) == Every(300).describe()
    assert Cron("0 8 ? * MON-FRI *").describe() == "every weekday at 08:00 (UTC)"


WAITS = [
    ({"how": texts.WAIT_TIME, "for": "3 days"}, "3 days"),
    ({"how": texts.WAIT_TIME, "for": "20"}, 20),
    ({"how": texts.WAIT_CLOCK, "clock": "8:00", "zone": "Europe/Paris"}, "until 08:00 Europe/Paris"),
    (
        {"how": texts.WAIT_DATE, "moment": "2027-01-31T08:00:00", "zone": "Europe/Paris"},
        "2027-01-31T08:00:00+01:00",
    ),
    ({"how": texts.WAIT_DATE, "moment": "2027-07-01T08:00:00", "zone": "UTC"}, "2027-07-01T08:00:00Z"),
    ({"how": texts.WAIT_SECONDS, "seconds": "{% $n * 60 %}"}, "{% $n * 60 %}"),
    ({"how": texts.WAIT_MOMENT, "computed": "{% $data.at %}"}, {"until": "{% $data.at %}"}),
]


@pytest.mark.parametrize(("values", "written"), WAITS)
def test_a_wait_is_picked_in_each_way_and_read_back(values: dict[str, Any], written: Any) -> None:
    step = build_step("wait", {**values, "name": "A"}, {}, Scene())
    assert step["wait"] == written
    loaded = load_step("wait", step, Scene())
    assert loaded["how"] == values["how"]
    assert build_step("wait", {**loaded, "comment": "x"}, {}, Scene())["wait"] == written


def test_a_time_that_no_clock_shows_is_refused() -> None:
    values = {"name": "A", "how": texts.WAIT_DATE, "moment": "2027-03-28T02:30:00", "zone": "Europe/Paris"}
    with pytest.raises(FormError, match="no clock shows 02:30"):
        build_step("wait", values, {}, Scene())
    with pytest.raises(FormError, match=r"\$n is no expression"):
        build_step("wait", {"name": "A", "how": texts.WAIT_SECONDS, "seconds": "$n"}, {}, Scene())


PEOPLE = st.lists(
    st.sampled_from(["ann@example.com", "b.o'b@x.org", "{% $data.boss %}", "{% $join(['a', 'b'], ',') %}"]),
    min_size=1,
)


@given(PEOPLE, st.sampled_from(["\n", ", ", ",\n\n"]))
def test_people_stand_on_lines_or_with_commas_between_them(people: list[str], between: str) -> None:
    assert people_in(between.join(people)) == people
    field = Field("who", "Who", "people")
    value = field.read(between.join(people))
    assert field.read(field.shown(value)) == value


TAXES = "comment: Old\n\non:\n  - every: 1 day\n\ninput: {late: false}\n\nstates:\n  - name: A\n    pass:\n"


def test_what_holds_for_the_whole_is_written_where_it_belongs_and_what_is_left_stays() -> None:
    data, scene = data_of(TAXES), Scene(steps=("A",))
    values = load_settings(data, scene)
    assert with_settings(TAXES, data, values, scene) == TAXES
    typed = {
        "comment": "New",
        "timeout": "2 hours",
        "overlap": texts.YES,
        "catch": [{"goto": "A", "on": ""}],
        "takes": [{"name": "late", "kind": "flag"}],
    }
    changed = with_settings(TAXES, data, typed, scene)
    assert changed == (
        "comment: New\n\non:\n  - every: 1 day\n\ntakes: {late: flag}\n\ninput: {late: false}\n\n"
        "overlap: skip\n\ncatch: A\n\ntimeout: 2 hours\n\nstates:\n  - name: A\n    pass:\n"
    )
    assert load_settings(data_of(changed), scene) == typed
    nothing = dict.fromkeys(typed, "") | {"comment": "Old", "catch": [], "takes": []}
    assert with_settings(changed, data_of(changed), nothing, scene) == TAXES


def test_a_workflow_that_uses_another_has_the_settings_that_it_may_have() -> None:
    text = "use: reminder\ninput: {subject: Tax}\n"
    fields = [one.key for one in settings_fields(data_of(text), Scene())]
    assert fields == ["comment", "timeout"]
    typed = {"comment": "Why", "timeout": "3 days"}
    changed = with_settings(text, data_of(text), typed, Scene())
    assert data_of(changed) == {"use": "reminder", "input": {"subject": "Tax"}, **typed}


def test_the_people_of_a_project_are_those_in_its_workflows() -> None:
    shop = load_project(Path(__file__).parents[2] / "samples" / "shop")
    assert known_people(shop) == ("boss@example.com", "team@example.com")
