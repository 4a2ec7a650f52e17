"""The doors of a Lambda: an event, told apart by its shape, becomes a `Request` and is answered in kind.

One door is a shape, a room, and one line in `DOORS`; the first one whose shape fits answers the event. A
function is reached through one or two doors only, so a room is loaded when something comes through its door:
loading all of them would cost 2 ms at every cold start.
"""

from __future__ import annotations

from importlib import import_module

from coworks.errors import CoWorksError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from coworks.tech.dispatch import Dispatcher

    Event = dict[str, Any]
    Answer = Callable[[Event, Any, Dispatcher], Any]


class UnknownEventError(CoWorksError):
    """An event that came through no door we know, or through one that a service does not have."""


class Door:
    """A kind of event: how it is recognised, and the function, in a room of this folder, that answers it."""

    __slots__ = ("_function", "_room", "answer", "name", "recognises")

    def __init__(self, name: str, recognises: Callable[[Event], bool], room: str, function: str) -> None:
        self.name = name
        self.recognises = recognises
        self._room = room
        self._function = function
        # Answers an event of this kind; from the first one on, the function of the room itself.
        self.answer: Answer = self._load_and_answer

    def _load_and_answer(self, event: Event, context: Any, dispatcher: Dispatcher) -> Any:
        self.answer = getattr(import_module(f"{__name__}.{self._room}"), self._function)
        return self.answer(event, context, dispatcher)


def _is_load_balancer(event: Event) -> bool:
    about = event.get("requestContext")
    return isinstance(about, dict) and "elb" in about


def _is_rest_api(event: Event) -> bool:
    # A load balancer's event looks alike, and has no resource.
    return (
        "httpMethod" in event
        and "type" not in event
        and ("resource" in event or not _is_load_balancer(event))
    )


def _source_of(event: Event) -> object:
    """Where the records of an event come from, such as `aws:sqs`; None when it has none."""
    several = event.get("Records")
    first = several[0] if isinstance(several, list) and several else None
    return (first.get("eventSource") or first.get("EventSource")) if isinstance(first, dict) else None


# An authorizer's event looks like that of its API but for its type.
DOORS = (
    Door("HTTP API or Function URL", lambda e: "rawPath" in e and "type" not in e, "http_api", "answer"),
    Door("REST API", _is_rest_api, "rest_api", "answer"),
    Door("order", lambda e: "coworks" in e, "order", "answer"),
    Door("load balancer", _is_load_balancer, "alb", "answer"),
    Door(
        "authorizer of an HTTP API",
        lambda e: e.get("type") == "REQUEST" and e.get("version") == "2.0",
        "authorizer",
        "answer_simply",
    ),
    Door(
        "authorizer of a REST API",
        lambda e: e.get("type") in ("TOKEN", "REQUEST"),
        "authorizer",
        "answer_policy",
    ),
    Door("SQS", lambda e: _source_of(e) == "aws:sqs", "sqs", "answer"),
    Door("SNS", lambda e: _source_of(e) == "aws:sns", "messages", "answer_notification"),
    Door("EventBridge", lambda e: "detail-type" in e and "source" in e, "messages", "answer_event"),
    Door("S3", lambda e: _source_of(e) == "aws:s3", "messages", "answer_object"),
)

# What Lambda can be called by and a service does not take: refused with what to do instead.
REFUSED = (
    Door("CloudWatch Logs", lambda e: "awslogs" in e, "messages", "refuse_log"),
    Door("CloudWatch alarm", lambda e: "alarmData" in e, "messages", "refuse_alarm"),
)
_ALL = DOORS + REFUSED


def door_of(event: Any) -> Door:
    """The door an event came through; raises `UnknownEventError`."""
    if isinstance(event, dict):
        for door in _ALL:
            if door.recognises(event):
                return door
    raise UnknownEventError(
        f"an event of no known shape: {_shape_of(event)}",
        hint=f"known: {', '.join(door.name for door in DOORS)}; "
        'an order is {"coworks": 1, "method": "GET", "path": "/"}',
    )


def _shape_of(event: Any) -> str:
    if not isinstance(event, dict):
        return f"a {type(event).__name__}"
    return f"an object with {', '.join(sorted(map(str, event))[:10]) or 'nothing in it'}"
