"""Notifications, events, schedules and objects: orders in them are performed, the rest is received."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from coworks.errors import DefinitionError
from coworks.tech import (
    BadRequestError,
    NoReceiverError,
    NotFoundError,
    Request,
    TechMicroService,
    UnknownEventError,
    entry,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ORDER = {"coworks": 1, "method": "POST", "path": "/send", "body": {"to": "ann"}}


class Mail(TechMicroService):
    def __init__(self) -> None:
        self.seen: list[Any] = []

    def before_request(self, request: Request) -> None:
        self.seen.append("before")

    def post_send(self, *, to: str) -> str:
        self.seen.append(to)
        return to


class Listening(Mail):
    def on_notification(self, notification: dict[str, Any]) -> None:
        self.seen.append((notification["Subject"], notification["Message"]))

    def on_event(self, event: dict[str, Any]) -> None:
        self.seen.append((event["source"], event["detail-type"], event["detail"]))

    def on_object(self, stored: dict[str, Any]) -> None:
        if stored["key"] == "bad":
            raise ValueError("bad")
        self.seen.append({name: stored[name] for name in stored if name != "record"})


def notification(message: object) -> dict[str, Any]:
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": "arn:aws:sns:eu-west-1:123456789012:news:1",
                "Sns": {
                    "Type": "Notification",
                    "MessageId": "1",
                    "TopicArn": "arn:aws:sns:eu-west-1:123456789012:news",
                    "Subject": "news",
                    "Message": message,
                    "MessageAttributes": {},
                },
            }
        ]
    }


def event_of(detail: object, source: str = "shop", kind: str = "Sold") -> dict[str, Any]:
    return {
        "version": "0", "id": "1", "detail-type": kind, "source": source, "account": "123456789012",
        "time": "2030-01-01T00:00:00Z", "region": "eu-west-1", "resources": [], "detail": detail,
    }  # fmt: skip


def stored(*keys: str) -> dict[str, Any]:
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "eventName": "ObjectCreated:Put",
                "s3": {"bucket": {"name": "photos"}, "object": {"key": key, "size": 3}},
            }
            for key in keys
        ]
    }


@pytest.mark.parametrize("event", [notification(json.dumps(ORDER)), event_of(ORDER)])
def test_an_order_is_performed_wherever_it_comes_in(event: dict[str, Any]) -> None:
    app = Listening()
    assert app(event) is None
    assert app.seen == ["before", "ann"]


@pytest.mark.parametrize(
    "event",
    [notification(json.dumps({**ORDER, "path": "/nowhere"})), event_of({**ORDER, "path": "/nowhere"})],
)
def test_an_order_that_fails_is_raised(event: dict[str, Any]) -> None:
    with pytest.raises(NotFoundError):
        Mail()(event)


RECEIVED: list[tuple[dict[str, Any], Any]] = [
    (notification("down"), ("news", "down")),
    (notification('{"AlarmName": "x"}'), ("news", '{"AlarmName": "x"}')),
    (event_of({"n": 1}), ("shop", "Sold", {"n": 1})),
    (event_of({}, "aws.events", "Scheduled Event"), ("aws.events", "Scheduled Event", {})),
    (event_of("{}", "aws.scheduler", "Scheduled Event"), ("aws.scheduler", "Scheduled Event", "{}")),
    (
        stored("a+b/%C3%A9%2B.png"),
        {"key": "a b/é+.png", "size": 3, "bucket": "photos", "eventName": "ObjectCreated:Put"},
    ),
]


@pytest.mark.parametrize(("event", "seen"), RECEIVED)
def test_the_rest_is_received_by_the_method_for_it(event: dict[str, Any], seen: Any) -> None:
    app = Listening()
    assert app(event) is None
    assert app.seen == [seen]


def test_each_object_is_received_and_an_error_is_raised() -> None:
    app = Listening()
    with pytest.raises(ValueError, match="bad"):
        app(stored("a", "b", "bad", "c"))
    assert [each["key"] for each in app.seen] == ["a", "b"]


def created(bucket: str, reason: str | None = "PutObject") -> dict[str, Any]:
    detail = {"bucket": {"name": bucket}, "object": {"key": "a b+c.pdf", "size": 3}, "reason": reason}
    return {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}


@pytest.mark.parametrize(
    ("reason", "name"),
    [("PutObject", "Put"), ("CompleteMultipartUpload", "CompleteMultipartUpload"), (None, "Put")],
)
def test_a_new_file_of_a_bucket_of_the_class_is_an_object(reason: str | None, name: str) -> None:
    class Filing(Listening):
        buckets: ClassVar[dict[str, dict[str, str]]] = {"invoices": {}}

    app = Filing()
    app(created("invoices", reason))
    file = {"key": "a b+c.pdf", "size": 3, "bucket": "invoices", "eventName": f"ObjectCreated:{name}"}
    assert app.seen == [file]
    app(created("photos"))
    assert app.seen[1][:2] == ("aws.s3", "Object Created")


@pytest.mark.parametrize(
    ("event", "method"),
    [
        (notification("down"), "on_notification"),
        (event_of({}), "on_event"),
        (event_of({}, "aws.events", "Scheduled Event"), "on_event"),
        (stored("a"), "on_object"),
    ],
)
def test_what_nobody_receives_says_what_to_write(event: dict[str, Any], method: str) -> None:
    with pytest.raises(NoReceiverError, match=f"Mail got an? .*, and has no {method}") as refusal:
        Mail()(event)
    assert refusal.value.hint
    assert f"def {method}(self, " in refusal.value.hint
    assert ("coworks" in refusal.value.hint) is (method != "on_object")


@pytest.mark.parametrize(
    "event",
    [
        notification(None),
        {"Records": [{"EventSource": "aws:sns", "Sns": []}]},
        {"Records": [{"EventSource": "aws:sns"}, 3]},
        stored("%FF"),
        {"Records": [{"eventSource": "aws:s3", "s3": {"object": {"key": "a"}}}]},
    ],
)
def test_a_broken_event_is_a_bad_request(event: dict[str, Any]) -> None:
    with pytest.raises(BadRequestError):
        Listening()(event)


@pytest.mark.parametrize(
    ("event", "what"),
    [
        ({"awslogs": {"data": "H4sI"}}, "lines of a CloudWatch log"),
        ({"source": "aws.cloudwatch", "alarmArn": "arn", "alarmData": {}}, "a CloudWatch alarm called"),
    ],
)
def test_cloudwatch_is_refused_with_the_way_to_go(event: dict[str, Any], what: str) -> None:
    with pytest.raises(UnknownEventError, match=what) as refusal:
        Listening()(event)
    assert refusal.value.hint
    assert "SNS (on_notification) or EventBridge (on_event)" in refusal.value.hint


def plain(self: object, message: object) -> None: ...


async def awaited(self: object, message: object) -> None: ...


@pytest.mark.parametrize("name", ["on_message", "on_notification", "on_event", "on_object"])
@pytest.mark.parametrize(
    "make", [lambda: 3, lambda: awaited, lambda: entry(path="/x")(lambda self, message: None)]
)
def test_a_receiver_is_a_plain_method(name: str, make: Callable[[], Any]) -> None:
    assert type("T", (TechMicroService,), {name: plain}).entries == ()  # type: ignore[attr-defined]
    with pytest.raises(DefinitionError, match=f"T.{name} is"):
        type("T", (TechMicroService,), {name: make()})
