"""The predefined workflow alert, over weeks of a clock that is turned by hand; every branch is taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.conftest import WATCH

from coworks import ServiceUnavailableError
from coworks.biz.drawing import draw, to_mermaid
from coworks.project import load_project
from coworks.testing import CallMade, WorkflowRun, failure, run
from coworks.testing.coverage import WorkflowCoverage, measuring

MONDAY = datetime(2027, 3, 1, 8, tzinfo=UTC)
FINE: dict[str, Any] = {"Tell one": {}}
FAR = {"Go on in a new run": {"ExecutionArn": "arn:next"}}


def broken_for(looks: int, answer: Any = None) -> Any:
    """What is answered: something bad so many times, then that all is well."""
    asked = 0

    def reply(call: CallMade) -> Any:
        nonlocal asked
        asked += 1
        if asked > looks:
            return {"count": 3}
        if isinstance(answer, Exception):
            raise answer
        return answer or {"count": 11}

    return reply


def news(ran: WorkflowRun) -> list[tuple[float, str, str]]:
    """Who was told what, and after how many hours."""
    begun = datetime.fromisoformat(ran.steps[0]["started"])
    told = [one for one in ran.steps if one["name"] in FINE]
    calls = [call for call in ran.calls if call.step in FINE]
    hours = [(datetime.fromisoformat(one["started"]) - begun) / timedelta(hours=1) for one in told]
    return [(hour, call.body["to"], call.body["subject"]) for hour, call in zip(hours, calls, strict=True)]


def test_when_all_is_well_nobody_is_told(project: Path) -> None:
    ran = run("watch", project=project, answers={"Answer": {"count": 10}})
    assert (ran.status, ran.path) == ("SUCCEEDED", ("Begin", "Answer", "What it says", "Is something wrong?"))
    (call,) = ran.calls_of("Answer")
    assert (call.service, call.method, call.path, call.query) == (
        "shop",
        "GET",
        "/orders",
        {"state": "stuck"},
    )


def test_people_are_told_once_reminded_and_told_when_it_is_fine(project: Path) -> None:
    answers = {"Answer": broken_for(50), **FINE}
    ran = run("watch", project=project, answers=answers, clock=MONDAY)
    assert news(ran) == [
        (0, "ops@example.com", "The shop is broken"),
        (0, "topic:ops", "The shop is broken"),
        (24, "ops@example.com", "The shop is still broken"),
        (24, "topic:ops", "The shop is still broken"),
        (48, "ops@example.com", "The shop is still broken"),
        (48, "topic:ops", "The shop is still broken"),
        (50, "ops@example.com", "The shop is fine again"),
        (50, "topic:ops", "The shop is fine again"),
    ]
    assert ran.calls_of("Tell one")[0].body["text"] == (
        'The shop is broken. It broke at 08:00 on 2027-03-01 UTC.\n\nThe answer is {"count":11}'
    )


def test_others_are_called_after_a_time_and_told_when_it_is_fine(project: Path) -> None:
    ran = run("watch", project=project, answers={"Answer": broken_for(100), **FINE}, clock=MONDAY)
    boss = [(hour, subject) for hour, who, subject in news(ran) if who == "boss@example.com"]
    assert boss == [
        (72, "The shop is still broken and needs you"),
        (96, "The shop is still broken"),
        (100, "The shop is fine again"),
    ]


def test_no_answer_is_wrong_after_some_tries(project: Path) -> None:
    down = ServiceUnavailableError("the shop is closed")
    ran = run("watch", project=project, answers={"Answer": broken_for(4, down), **FINE}, clock=MONDAY)
    assert [one["tries"] for one in ran.steps if one["name"] == "Answer"] == [3, 2]
    assert "ServiceUnavailableError: " in ran.calls_of("Tell one")[0].body["text"]
    assert "the shop is closed" in ran.calls_of("Tell one")[0].body["text"]
    assert ran.visited("No answer") and ran.visited("Fine again")


def test_a_short_failure_is_none(project: Path) -> None:
    down = ServiceUnavailableError("a moment")
    ran = run("watch", project=project, answers={"Answer": broken_for(2, down), **FINE})
    assert ran.path == ("Begin", "Answer", "What it says", "Is something wrong?")


def test_one_who_cannot_be_told_does_not_keep_it_from_the_others(project: Path) -> None:
    def tell(call: CallMade) -> Any:
        if call.body["to"] == "ops@example.com":
            raise failure("MailRefusedError", "no such mail box")
        return {}

    answers = {"Answer": broken_for(1), "Tell one": tell}
    ran = run("watch", project=project, answers=answers)
    assert ran.status == "SUCCEEDED"
    assert ran.path.count("Not told") == 2
    assert [call.body["to"] for call in ran.calls_of("Tell one")] == ["ops@example.com", "topic:ops"] * 2


def test_weeks_go_on_in_new_runs_within_the_limit_of_events(project: Path) -> None:
    """Three weeks broken: 504 looks, an hour apart, in several runs that know what was told before."""
    answer, data, clock = broken_for(504), dict[str, Any](), MONDAY
    told, runs = list[tuple[datetime, str, str]](), 0
    while True:
        ran = run("watch", data, project=project, answers={"Answer": answer, **FINE, **FAR}, clock=clock)
        told += [(clock + timedelta(hours=hour), who, subject) for hour, who, subject in news(ran)]
        runs += 1
        assert len(ran.history) < 25_000
        if not ran.visited("Go on in a new run"):
            break
        (start,) = ran.calls_of("Go on in a new run")
        data = start.arguments["Input"]
        clock = datetime.fromisoformat(ran.steps[-1]["started"])
    assert runs > 1
    assert [subject for _, who, subject in told if who == "topic:ops"] == [
        "The shop is broken",
        "The shop is still broken",
        "The shop is still broken",
        "The shop is still broken and needs you",
        *["The shop is still broken"] * 17,
        "The shop is fine again",
    ]
    days = [(at - MONDAY) / timedelta(days=1) for at, who, _ in told if who == "topic:ops"]
    assert days == [*range(21), 21]


def test_every_branch_is_taken(project: Path) -> None:
    """What the tests above take together, as `--workflow-coverage` tells it."""
    (compiled,) = (one for one in load_project(project).workflows if one.name == "watch")
    with measuring(WorkflowCoverage()) as coverage:
        coverage.add(compiled)
        test_when_all_is_well_nobody_is_told(project)
        test_others_are_called_after_a_time_and_told_when_it_is_fine(project)
        test_no_answer_is_wrong_after_some_tries(project)
        test_one_who_cannot_be_told_does_not_keep_it_from_the_others(project)
        data = {"remind": "1 hour"}
        run("watch", data, project=project, answers={"Answer": broken_for(99), **FINE, **FAR}, clock=MONDAY)
    assert coverage.gaps() == []


@pytest.mark.parametrize(
    ("line", "slip", "code"),
    [
        ("$answer.count > 10", "$anwser.count > 10", "B302"),
        ("$answer.count > 10", "more than ten", "B127"),
        ("get: /orders", "get: /ordres", "B202"),
        ("  name: The shop\n", "", "B213"),
        ("remind: 1 day", "remind: daily", "B215"),
        ("remind: 1 day", "remnd: 1 day", "B214"),
    ],
)
def test_a_slip_is_told_in_the_file_that_uses_it(project: Path, line: str, slip: str, code: str) -> None:
    (project / "biz" / "watch.yml").write_text(WATCH.replace(line, slip))
    (problem,) = load_project(project).problems
    assert (problem.file, problem.code) == ("biz/watch.yml", code)


@pytest.mark.parametrize(("count", "last"), [(10, "Is something wrong?"), (11, "Is it over?")])
def test_the_condition_may_be_in_words(project: Path, count: int, last: str) -> None:
    (project / "biz" / "watch.yml").write_text(WATCH.replace("$answer.count > 10", "count is over 10"))
    ran = run("watch", project=project, answers={"Answer": broken_for(1, {"count": count}), **FINE})
    assert [one for one in ran.path if not one.startswith("Tell")][-1] == last


def test_without_a_condition_no_answer_alone_is_wrong(project: Path) -> None:
    file = project / "biz" / "watch.yml"
    file.write_text(WATCH.replace("  broken_when: $answer.count > 10\n", ""))
    assert run("watch", project=project, answers={"Answer": {"count": 99}}).path[-1] == "Is something wrong?"


def test_its_machine_calls_itself_and_what_it_names(project: Path) -> None:
    (compiled,) = (one for one in load_project(project).workflows if one.name == "watch")
    text = json.dumps(compiled.definition)
    assert "${watch}" in text and "${shop}" in text and "${notify}" in text
    assert str(compiled.source_map["Tell one"]) == "biz/watch.yml:1"


def test_its_picture_and_its_runs_show_what_it_says_and_nothing_of_ours(project: Path) -> None:
    (compiled,) = (one for one in load_project(project).workflows if one.name == "watch")
    assert compiled.definition
    picture = to_mermaid(draw("watch", compiled.definition, compiled.source_map))
    assert all(f'"{name}' in picture for name in ("Begin", "Answer", "Tell them", "Go on in a new run"))
    assert "own__" not in picture and "Workflow input" not in picture
    assert "shop · GET /orders" in picture and "$answer.count #62; 10" in picture
    told = run("watch", project=project, answers={"Answer": broken_for(1), **FINE}).steps
    assert {one["place"] for one in told} == {"biz/watch.yml:1"}
    assert "Workflow input: other runs" not in {one["name"] for one in told}
