"""Messages of SQS: orders and others, what failed and what is left alone after it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coworks.tech import BadRequestError, TechMicroService


class Mail(TechMicroService):
    def __init__(self) -> None:
        self.done: list[Any] = []

    def before_first_request(self) -> None:
        self.done.append("started")

    def post_send(self, *, to: str) -> None:
        event = self.current_request.event
        assert event
        if to == "nobody":
            raise ConnectionError("the inside")
        self.done.append((to, event["messageId"]))


class Listening(Mail):
    def on_message(self, message: dict[str, Any]) -> None:
        self.done.append(message["body"])
        if message["body"] == "bad":
            raise ValueError("bad")


def order(to: str) -> str:
    return json.dumps({"coworks": 1, "method": "POST", "path": "/send", "body": {"to": to}})


def batch(*bodies: Any, queue: str = "mail", groups: str = "") -> dict[str, Any]:
    """An event with messages m0, m1, ... and, for each, a letter of `groups` as its group."""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": "handle",
                "body": body,
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    **({"MessageGroupId": groups[number]} if groups else {}),
                },
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:eu-west-1:123456789012:{queue}",
                "awsRegion": "eu-west-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


def failed(answer: dict[str, Any]) -> list[str]:
    assert answer.keys() == {"batchItemFailures"}
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_each_message_is_an_order() -> None:
    app = Mail()
    assert app(batch(order("ann"), order("bob"))) == {"batchItemFailures": []}
    assert app.done == ["started", ("ann", "m0"), ("bob", "m1")]


def test_what_fails_is_told_and_the_rest_is_done(caplog: pytest.LogCaptureFixture) -> None:
    app = Mail()
    wrong = json.dumps({"coworks": 1, "method": "POST", "path": "/nowhere"})
    bodies = [order("nobody"), order("ann"), "{", "[]", wrong, json.dumps({"coworks": 9}), None]
    answer = app(batch(*bodies))
    assert failed(answer) == ["m0", "m2", "m3", "m4", "m5", "m6"]
    assert "inside" not in json.dumps(answer)
    assert app.done == ["started", ("ann", "m1")]
    assert "message m0 failed: the inside" in caplog.text
    assert "message m4 failed: nothing answers at this address" in caplog.text


def test_a_message_without_receiver_says_what_to_write(caplog: pytest.LogCaptureFixture) -> None:
    assert failed(Mail()(batch("hello"))) == ["m0"]
    assert "Mail got a message that is no order, and has no on_message to receive it" in caplog.text
    assert "def on_message(self, message)" in caplog.text


def test_on_message_receives_what_is_no_order() -> None:
    app = Listening()
    assert failed(app(batch("hello", order("ann"), '{"a": 1}', "bad"))) == ["m3"]
    assert app.done == ["started", "hello", ("ann", "m1"), '{"a": 1}', "bad"]


def test_a_fifo_queue_keeps_the_order_of_a_group_after_a_failure() -> None:
    app = Mail()
    bodies = [order("a"), order("nobody"), order("b"), order("c"), order("d"), order("nobody")]
    assert failed(app(batch(*bodies, queue="mail.fifo", groups="xxyxyy"))) == ["m1", "m3", "m5"]
    assert app.done == ["started", ("a", "m0"), ("b", "m2"), ("d", "m4")]


def test_the_groups_of_a_standard_queue_keep_no_order() -> None:
    app = Mail()
    assert failed(app(batch(order("nobody"), order("a"), groups="xx"))) == ["m0"]


@pytest.mark.parametrize("identifier", [None, 3])
def test_a_message_that_cannot_be_told_fails_the_batch_before_it_begins(identifier: object) -> None:
    app, event = Mail(), batch(order("a"), order("b"))
    event["Records"][1]["messageId"] = identifier
    with pytest.raises(BadRequestError, match="messageId"):
        app(event)
    assert app.done == []
