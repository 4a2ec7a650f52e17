"""The predefined workflow reminder, over weeks of a clock that is turned by hand; every branch is taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from coworks import BadRequestError
from coworks.project import load_project
from coworks.testing import CallMade, WorkflowRun, run
from coworks.testing.coverage import WorkflowCoverage, measuring

MONDAY = datetime(2027, 3, 1, 8, tzinfo=UTC)
TAX = {"who": ["ann@example.com", "bob@example.com"], "subject": "The tax return"}
SAID = {
    "approved": True,
    "answer": "Done",
    "by": "bob@example.com",
    "comment": "sent",
    "at": "2027-03-03T08:00:00Z",
}


def asked(ran: WorkflowRun, begun: datetime = MONDAY) -> list[float]:
    """When people were asked: how many days after the beginning."""
    moments = [datetime.fromisoformat(one["started"]) for one in ran.steps if one["name"] == "Ask"]
    return [(moment - begun) / timedelta(days=1) for moment in moments]


def test_who_says_that_it_is_done_ends_it(project: Path) -> None:
    ran = run("remind", TAX, project=project, answers={"Ask": SAID}, clock=MONDAY)
    assert ran.output == {
        "done": True,
        "by": "bob@example.com",
        "comment": "sent",
        "at": "2027-03-03T08:00:00Z",
        "reminders": 1,
    }


def test_people_are_reminded_until_the_limit_then_somebody_is_told(project: Path) -> None:
    data = {
        **TAX,
        "message": "It is due in April.",
        "every": "2 days",
        "times": 3,
        "tell": "boss@example.com",
    }
    ran = run("remind", data, project=project, clock=MONDAY)
    assert asked(ran) == [0, 2, 4]
    mails = list(reversed(ran.mails))
    assert [mail["to"] for mail in mails] == [
        *[["ann@example.com"], ["bob@example.com"]] * 3,
        ["boss@example.com"],
    ]
    assert mails[-1]["subject"] == "Not done - The tax return"
    assert "after 3 reminders" in mails[-1]["text"]
    assert "ann@example.com, bob@example.com" in mails[-1]["text"]
    assert ran.output == {
        "done": False,
        "why": "nobody said that it is done after 3 reminders",
        "reminders": 3,
    }


def test_each_mail_has_a_link_of_its_own(project: Path) -> None:
    ran = run("remind", {**TAX, "times": 2}, project=project)
    texts = [mail["text"] for mail in ran.mails]
    assert all("Done here:" in text and "/approval/answer?link=" in text for text in texts)
    assert len(set(texts)) == 4


def test_it_begins_at_a_date(project: Path) -> None:
    data = {**TAX, "at": "2027-03-15T08:00:00Z", "times": 2, "every": "1 week"}
    assert asked(run("remind", data, project=project, clock=MONDAY)) == [14, 21]


def test_it_begins_after_a_while(project: Path) -> None:
    data = {**TAX, "after": "3 weeks", "times": 1}
    assert asked(run("remind", data, project=project, clock=MONDAY)) == [21]


def test_a_mail_that_cannot_be_sent_is_told_to_somebody(project: Path) -> None:
    answers: dict[str, Any] = {"Ask": BadRequestError("no such mail box"), "Tell one": {}}
    ran = run("remind", {**TAX, "tell": ["topic:ops"]}, project=project, answers=answers)
    (call,) = ran.calls_of("Tell one")
    assert "BadRequestError" in call.body["text"]
    assert ran.output["done"] is False


def test_months_go_on_in_new_runs(project: Path) -> None:
    """Asked each day for more than a year, by two runs that count together."""
    data: dict[str, Any] = {"who": ["ann@example.com"], "subject": "Tax", "times": 600}
    far = {"Go on in a new run": {"ExecutionArn": "arn:next"}}
    count = 0

    def ask(call: CallMade) -> Any:
        nonlocal count
        count += 1
        return {**SAID, "approved": True}

    first = run("remind", {**data, "asked": 499}, project=project, answers=far, clock=MONDAY)
    (start,) = first.calls_of("Go on in a new run")
    assert start.arguments["Input"]["asked"] == 500
    second = run("remind", start.arguments["Input"], project=project, answers={"Ask": ask})
    assert (count, second.output["reminders"]) == (1, 501)
    assert not second.visited("After a while")


def test_every_branch_is_taken(project: Path) -> None:
    """What the tests above take together, as `--workflow-coverage` tells it."""
    (compiled,) = (one for one in load_project(project).workflows if one.name == "remind")
    with measuring(WorkflowCoverage()) as coverage:
        coverage.add(compiled)
        test_who_says_that_it_is_done_ends_it(project)
        test_people_are_reminded_until_the_limit_then_somebody_is_told(project)
        test_it_begins_at_a_date(project)
        test_a_mail_that_cannot_be_sent_is_told_to_somebody(project)
        test_months_go_on_in_new_runs(project)
    assert coverage.gaps() == []


@pytest.mark.parametrize("trigger", ["every: 1 week", "cron: 0 8 ? * MON *"])
def test_on_a_rhythm_it_is_started_by_a_trigger_of_the_file(project: Path, trigger: str) -> None:
    file = project / "biz" / "weekly.yml"
    file.write_text(
        f"use: reminder\non:\n  - {trigger}\ninput: {{who: ann@example.com, subject: Backups, times: 3}}\n"
    )
    assert load_project(project).problems == ()
    assert asked(run("weekly", project=project, clock=MONDAY)) == [0, 1, 2]
