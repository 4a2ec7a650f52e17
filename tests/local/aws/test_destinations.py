"""Asynchronous calls: how often each is tried, and who is told what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.local.aws.conftest import ACCOUNT, STOCK, ServeAws

from coworks import NotFoundError
from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore
from coworks.local.aws.asynchronous import AsynchronousCalls
from coworks.local.aws.kept import Kept
from coworks.local.bus import Bus
from coworks.project import load_project

QUEUE = f"arn:aws:sqs:{ACCOUNT}:heard"
TO_QUEUE = {"Destination": QUEUE}


class Called:
    """Calls of a service that fails, on a clock turned by hand."""

    def __init__(self, root: Path, path: Path, failures: int) -> None:
        self.sent: list[Any] = []
        self.tries = 0
        self.failures = failures
        clock = ManualClock(1_800_000_000)
        engine = Engine(MemoryStore(), lambda resource, given: None, clock=clock, workers=InlineWorkers())
        self.clock = clock
        self.bus = Bus(
            path / "bus.db", load_project(root), engine, self.call, InlineWorkers(), send=self.send
        )
        self.kept = Kept(path / "aws.db")
        self.calls = AsynchronousCalls(self.kept, self.bus, self.call, clock)

    def call(self, service: str, event: Any) -> Any:
        self.tries += 1
        if self.tries <= self.failures:
            raise NotFoundError("no such item")
        return {"done": event}

    def send(self, queue: str, body: str, **more: Any) -> None:
        self.sent.append(json.loads(body))

    def after(self, seconds: float) -> int:
        """The tries so many seconds later."""
        self.clock.advance(seconds)
        self.bus.deliveries.make_due()
        self.bus.deliveries.make_due()
        return self.tries


Make = Callable[[int], Called]


@pytest.fixture
def make(make_project: Callable[[Mapping[str, str]], Path], tmp_path: Path) -> Iterator[Make]:
    made: list[Called] = []

    def call(failures: int) -> Called:
        made.append(Called(make_project({"tech/stock.py": STOCK}), tmp_path, failures))
        return made[-1]

    yield call
    for one in made:
        one.bus.close()
        one.kept.close()


def test_a_call_that_fails_is_tried_after_one_minute_and_two_more(make: Make) -> None:
    called = make(9)
    called.bus.call("stock", {"a": 1})
    assert [called.after(0), called.after(59), called.after(1), called.after(119), called.after(1)] == [
        *(1, 1, 2, 2, 3)
    ]
    assert len(called.bus.state()["failed"]) == 1


@pytest.mark.parametrize(
    ("configuration", "tries"),
    [
        ({}, 3),
        ({"MaximumRetryAttempts": 0}, 1),
        ({"MaximumRetryAttempts": 1}, 2),
        ({"MaximumEventAgeInSeconds": 60}, 2),
    ],
)
def test_the_configuration_says_how_often(make: Make, configuration: dict[str, int], tries: int) -> None:
    called = make(9)
    called.calls.configure("stock", configuration)
    called.bus.call("stock", {})
    assert [called.after(0), called.after(60), called.after(120), called.after(600)][-1] == tries


def test_the_destination_is_told_what_failed_for_good(make: Make) -> None:
    called = make(9)
    called.calls.configure("stock", {"MaximumRetryAttempts": 0, "DestinationConfig": {"OnFailure": TO_QUEUE}})
    identity = called.bus.call("stock", {"a": 1})
    called.after(0)
    (record,) = called.sent
    context = record["requestContext"]
    assert (context["requestId"], context["condition"], context["approximateInvokeCount"]) == (
        identity,
        "RetriesExhausted",
        1,
    )
    assert record["requestPayload"] == {"a": 1}
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorType"] == "NotFoundError"
    assert called.bus.state() == {"waiting": 0, "failed": []}


def test_the_destination_is_told_what_was_done(make: Make) -> None:
    called = make(1)
    called.calls.configure("stock", {"DestinationConfig": {"OnSuccess": TO_QUEUE}})
    called.bus.call("stock", {"a": 1})
    called.after(0)
    called.after(60)
    (record,) = called.sent
    context = record["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("Success", 2)
    assert record["responsePayload"] == {"done": {"a": 1}}


def test_destinations_are_set_and_taken_away_by_the_api(serve_aws: ServeAws) -> None:
    aws = serve_aws()
    functions, receive = aws.client("lambda"), aws.queue("heard")
    config = {"OnSuccess": TO_QUEUE}
    functions.put_function_event_invoke_config(FunctionName="stock", DestinationConfig=config)
    functions.update_function_event_invoke_config(FunctionName="stock", MaximumRetryAttempts=1)
    told = functions.get_function_event_invoke_config(FunctionName="stock")
    assert (told["MaximumRetryAttempts"], told["DestinationConfig"]) == (1, config)
    order = {"coworks": 1, "method": "POST", "path": "/item/tea"}
    functions.invoke(FunctionName="stock", InvocationType="Event", Payload=json.dumps(order))
    assert json.loads(receive()["Body"])["responsePayload"]["body"] == {"key": "tea", "n": 1}
    functions.delete_function_event_invoke_config(FunctionName="stock")
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.get_function_event_invoke_config(FunctionName="stock")


@pytest.mark.parametrize(
    "wrong",
    [
        {"MaximumRetryAttempts": 3},
        {"MaximumEventAgeInSeconds": 59},
        {"DestinationConfig": {"OnFailure": {"Destination": f"{QUEUE}.fifo"}}},
        {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::bucket"}}},
    ],
)
def test_what_lambda_refuses_is_refused(serve_aws: ServeAws, wrong: dict[str, Any]) -> None:
    path = "/_aws/2019-09-25/functions/stock/event-invoke-config"
    refused = serve_aws().running.ask("PUT", path, json.dumps(wrong))
    assert (refused.status, refused.headers["x-amzn-errortype"]) == (400, "InvalidParameterValueException")
