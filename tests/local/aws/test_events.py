"""EventBridge's operations in AWS JSON: what is accepted, and what is refused how."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.local.conftest import Answer, Running, Serve

EVENT = {
    "id": "1",
    "account": "0",
    "source": "shop",
    "time": "2026-01-01T00:00:00Z",
    "region": "us-east-1",
    "resources": [],
    "detail-type": "Order placed",
    "detail": {"total": 300},
}


@pytest.fixture
def running(serve_project: Serve) -> Iterator[Running]:
    yield serve_project(
        {"tech/ear.py": "from coworks import TechMicroService\nclass Ear(TechMicroService): ..."}
    )


def ask(running: Running, operation: str, **told: Any) -> Answer:
    headers = {"X-Amz-Target": f"AWSEvents.{operation}", "Content-Type": "application/x-amz-json-1.1"}
    return running.ask("POST", "/_aws/", json.dumps(told), headers)


def test_each_event_of_a_request_is_accepted_or_refused_by_itself(running: Running) -> None:
    good = {"Source": "shop", "DetailType": "Order placed", "Detail": "{}"}
    wrong = [
        good | {"Source": "aws.s3"},
        good | {"Detail": "{"},
        good | {"Time": "yesterday"},
        good | {"EventBusName": "other"},
        good | {"Resources": ["arn", 1]},
    ]
    told = ask(running, "PutEvents", Entries=[good, *wrong]).json
    assert told["FailedEntryCount"] == len(wrong)
    codes = [one.get("ErrorCode") for one in told["Entries"]]
    assert codes == [
        None,
        "InvalidArgument",
        "MalformedDetail",
        "InvalidArgument",
        "ResourceNotFoundException",
        "ValidationException",
    ]


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [({"detail": {"total": [{"numeric": [">", 200]}]}}, True), ({"source": ["x"]}, False)],
)
def test_an_event_is_tried_on_a_pattern(running: Running, pattern: Any, fits: bool) -> None:
    told = ask(running, "TestEventPattern", EventPattern=json.dumps(pattern), Event=json.dumps(EVENT))
    assert told.json == {"Result": fits}


@pytest.mark.parametrize(
    ("operation", "told", "code"),
    [
        ("PutEvents", {"Entries": []}, "ValidationException"),
        ("PutEvents", {"Entries": "x"}, "ValidationException"),
        ("TestEventPattern", {"EventPattern": '{"a": "x"}', "Event": "{}"}, "InvalidEventPatternException"),
        ("TestEventPattern", {"EventPattern": '{"a": ["x"]}', "Event": "{}"}, "ValidationException"),
        ("TestEventPattern", {"Event": "{}"}, "ValidationException"),
        ("Fly", {}, "UnknownOperationException"),
    ],
)
def test_a_wrong_request_is_refused(running: Running, operation: str, told: Any, code: str) -> None:
    refused = ask(running, operation, **told)
    assert (refused.status, refused.json["__type"]) == (400, code)
