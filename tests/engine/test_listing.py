"""Executions that ask what else runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore
from coworks.engine.tasks import TaskError

LIST = "arn:aws:states:::aws-sdk:sfn:listExecutions"


def refuse(resource: str, arguments: Any) -> Any:
    raise TaskError("Unexpected", resource)


def listed(**arguments: Any) -> dict[str, Any]:
    """What an execution of the machine `asks` is told; of `rests`, two run and one is over."""
    clock = ManualClock(1_800_000_000)
    engine = Engine(MemoryStore(), refuse, clock=clock, workers=InlineWorkers())
    asks = {"Type": "Task", "Resource": LIST, "Arguments": arguments, "End": True}
    rests = {"Type": "Wait", "SecondsPath": "$.seconds", "End": True}
    engine.put_state_machine("asks", {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": asks}})
    engine.put_state_machine("rests", {"StartAt": "R", "States": {"R": rests}})
    for name, seconds in (("over", 1), ("first", 100), ("second", 100)):
        engine.start_execution("rests", json.dumps({"seconds": seconds}), name=name)
        clock.advance(2)
        engine.work()
    ended = engine.describe_execution("asks", engine.start_execution("asks", name="me").name)
    told: dict[str, Any] = json.loads(ended.output) if ended.output else {"error": ended.error}
    return told


def test_those_that_run_are_told_the_newest_first() -> None:
    told = listed(StateMachineArn="${rests}", StatusFilter="RUNNING")
    assert [one["Name"] for one in told["Executions"]] == ["second", "first"]
    assert told["Executions"][1] == {
        "ExecutionArn": "arn:aws:states:us-east-1:000000000000:execution:rests:first",
        "Name": "first",
        "RedriveCount": 0,
        "StartDate": "2027-01-15T08:00:02.000Z",
        "StateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:rests",
        "Status": "RUNNING",
    }


def test_all_are_told_by_the_arn_of_the_machine() -> None:
    arn = "arn:aws:states:us-east-1:000000000000:stateMachine:rests"
    told = listed(StateMachineArn=arn)
    assert [one["Name"] for one in told["Executions"]] == ["second", "first", "over"]
    assert told["Executions"][2]["StopDate"] == "2027-01-15T08:00:02.000Z"
    assert len(listed(StateMachineArn=arn, MaxResults=1)["Executions"]) == 1


def test_the_one_that_asks_is_among_them() -> None:
    told = listed(StateMachineArn="${asks}", StatusFilter="RUNNING")
    assert [one["Name"] for one in told["Executions"]] == ["me"]


def test_they_are_told_in_pages_until_the_last_one() -> None:
    told, pages = listed(StateMachineArn="${rests}", MaxResults=2), []
    while "NextToken" in told:
        pages.append([one["Name"] for one in told["Executions"]])
        told = listed(StateMachineArn="${rests}", MaxResults=2, NextToken=told["NextToken"])
    assert [*pages, [one["Name"] for one in told["Executions"]]] == [["second", "first"], ["over"]]


def test_a_page_of_another_question_is_refused() -> None:
    told = listed(StateMachineArn="${rests}", MaxResults=1)
    refused = listed(StateMachineArn="${rests}", StatusFilter="RUNNING", NextToken=told["NextToken"])
    assert refused == {"error": "Sfn.InvalidTokenException"}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"StateMachineArn": "${nobody}"}, "Sfn.StateMachineDoesNotExistException"),
        ({"StateMachineArn": "${rests}", "NextToken": "x"}, "Sfn.InvalidTokenException"),
        ({"StateMachineArn": "${rests}", "Newest": True}, "States.Runtime"),
        ({"StateMachineArn": "${rests}", "StatusFilter": "LAZY"}, "Sfn.ValidationException"),
        ({"StateMachineArn": "${rests}", "MaxResults": 2000}, "Sfn.ValidationException"),
    ],
)
def test_what_cannot_be_told(arguments: dict[str, Any], error: str) -> None:
    assert listed(**arguments) == {"error": error}
