"""Schedules that are made by the API deliver to their targets at their times."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.local.aws.conftest import ACCOUNT, ServeAws

from coworks.engine import ManualClock
from coworks.local.aws.kept import Kept
from coworks.local.aws.scheduler.expressions import times_of
from coworks.local.aws.scheduler.schedules import Schedule, Schedules
from coworks.local.bus.receivers import Delivery

START = datetime(2027, 3, 27, 23, tzinfo=UTC)
QUEUE = f"arn:aws:sqs:{ACCOUNT}:heard"
OFF = {"Mode": "OFF"}


class Made:
    """Schedules without threads, on a clock turned by hand, and what they delivered."""

    def __init__(self, path: Path) -> None:
        self.delivered: list[Delivery] = []
        self.clock = ManualClock(START.timestamp())
        self.kept = Kept(path)
        self.schedules = Schedules(self.kept, self.delivered.append, self.clock)

    def put(self, expression: str, **told: Any) -> None:
        target = {"Arn": QUEUE, **told.pop("Target", {})}
        told = {"ScheduleExpression": expression, "Target": target, "FlexibleTimeWindow": OFF, **told}
        self.schedules.put(Schedule("one", {"State": "ENABLED", **told}))

    def after(self, **time: float) -> list[str]:
        self.clock.advance(timedelta(**time).total_seconds())
        self.schedules.timetable.perform_due()
        return [one.name.split("_")[0] for one in self.delivered]


@pytest.fixture
def made(tmp_path: Path) -> Any:
    found = Made(tmp_path / "aws.db")
    yield found
    found.kept.close()


def test_a_rate_delivers_again_and_again(made: Made) -> None:
    made.put("rate(30 minutes)")
    assert made.after(minutes=29) == []
    assert made.after(minutes=1) == ["one-20270327T233000Z"]
    assert made.after(minutes=30)[1:] == ["one-20270328T000000Z"]


def test_a_cron_is_in_the_time_of_its_zone(made: Made) -> None:
    made.put("cron(30 1,3 * * ? *)", ScheduleExpressionTimezone="Europe/Paris")
    assert made.after(hours=1, minutes=30) == ["one-20270328T003000Z"]
    assert made.after(hours=1)[1:] == ["one-20270328T013000Z"], "the clocks went from 2 to 3"


def test_a_schedule_that_is_over_may_go_by_itself(made: Made) -> None:
    made.put(
        "at(2027-03-28T01:00:00)", ScheduleExpressionTimezone="Europe/Paris", ActionAfterCompletion="DELETE"
    )
    assert made.after(hours=1) == ["one-20270328T000000Z"]
    assert made.schedules.all() == {}


def test_one_that_is_off_does_nothing(made: Made) -> None:
    made.put("rate(1 minute)", State="DISABLED")
    assert made.after(minutes=1) == []


def test_what_is_given_names_the_schedule_and_the_time(made: Made) -> None:
    made.put("rate(1 hour)", Target={"Input": '{"at": "<aws.scheduler.scheduled-time>", "id": "<id>"}'})
    made.after(hours=1)
    made.put("rate(1 hour)")
    made.after(hours=1)
    first, second = (json.loads(json.loads(one.payload)["body"]) for one in made.delivered)
    assert first == {"at": "2027-03-28T00:00:00Z", "id": "<id>"}
    assert (second["source"], second["time"]) == ("aws.scheduler", "2027-03-28T01:00:00Z")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(None, None, "23:10"), (30 * 60, None, "23:30"), (None, 9 * 60, None), (25 * 60, 35 * 60, "23:30")],
)
def test_the_times_are_within_start_and_end(start: int | None, end: int | None, expected: str | None) -> None:
    begin, until = (None if one is None else START.timestamp() + one for one in (start, end))
    found = times_of("rate(10 minutes)", "UTC", begin, until).next_after(START)
    assert (found and f"{found:%H:%M}") == expected


def test_schedules_are_made_changed_listed_and_deleted(serve_aws: ServeAws) -> None:
    scheduler = serve_aws().client("scheduler")
    told: dict[str, Any] = {"Name": "nightly", "Target": {"Arn": QUEUE, "RoleArn": "arn:aws:iam::0:role/r"}}
    told |= {"FlexibleTimeWindow": OFF, "ScheduleExpressionTimezone": "Europe/Paris"}
    arn = scheduler.create_schedule(**told, ScheduleExpression="cron(0 3 * * ? *)")["ScheduleArn"]
    with pytest.raises(scheduler.exceptions.ConflictException):
        scheduler.create_schedule(**told, ScheduleExpression="rate(1 day)")
    scheduler.update_schedule(
        **told, ScheduleExpression="rate(1 day)", StartDate=datetime(2099, 1, 1, tzinfo=UTC)
    )
    found = scheduler.get_schedule(Name="nightly")
    assert (found["Arn"], found["ScheduleExpression"], found["State"]) == (arn, "rate(1 day)", "ENABLED")
    assert found["StartDate"] == datetime(2099, 1, 1, tzinfo=UTC)
    assert [one["Name"] for one in scheduler.list_schedules(NamePrefix="night")["Schedules"]] == ["nightly"]
    scheduler.delete_schedule(Name="nightly")
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.get_schedule(Name="nightly")


@pytest.mark.parametrize(
    "wrong",
    [
        {"ScheduleExpression": "rate(0 minutes)"},
        {"ScheduleExpression": "cron(0 3 * * *)"},
        {"ScheduleExpression": "at(tomorrow)"},
        {"ScheduleExpressionTimezone": "Europe/Pariss"},
        {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:s3:putObject", "RoleArn": "arn:aws:iam::0:role/r"}},
        {"FlexibleTimeWindow": {"Mode": "LOOSE"}},
    ],
)
def test_a_schedule_that_cannot_be_is_refused(serve_aws: ServeAws, wrong: dict[str, Any]) -> None:
    told: dict[str, Any] = {"Name": "one", "ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": OFF}
    told["Target"] = {"Arn": QUEUE, "RoleArn": "arn:aws:iam::0:role/r"}
    with pytest.raises(ClientError, match="ValidationException"):
        serve_aws().client("scheduler").create_schedule(**{**told, **wrong})
