"""The doors of a Lambda: an event, told apart by its shape, becomes a `Request` and is answered in kind.

One door is a pair `recognises(event)` and `answer(event, context, dispatcher)`, and one line in `DOORS`; the
first one that recognises an event answers it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from coworks.tech.events import alb, authorizer, http_api, messages, order, rest_api, sqs
from coworks.tech.events.messages import UnknownEventError

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.tech.dispatch import Dispatcher


class Door(NamedTuple):
    """A kind of event: how it is recognised, and who answers it."""

    name: str
    recognises: Callable[[dict[str, Any]], bool]
    answer: Callable[[dict[str, Any], Any, Dispatcher], Any]


DOORS = (
    Door("HTTP API or Function URL", http_api.recognises, http_api.answer),
    Door("order", order.recognises, order.answer),
    Door("load balancer", alb.recognises, alb.answer),
    Door("REST API", rest_api.recognises, rest_api.answer),
    Door("authorizer of an HTTP API", authorizer.asks_simply, authorizer.answer_simply),
    Door("authorizer of a REST API", authorizer.asks_for_policy, authorizer.answer_policy),
    Door("SQS", sqs.recognises, sqs.answer),
    Door("SNS", messages.is_notification, messages.answer_notification),
    Door("EventBridge", messages.is_event, messages.answer_event),
    Door("S3", messages.is_object, messages.answer_object),
)


# What Lambda can be called by and a service does not take: refused with what to do instead.
REFUSED = (
    Door("CloudWatch Logs", messages.is_log, messages.refuse_log),
    Door("CloudWatch alarm", messages.is_alarm, messages.refuse_alarm),
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
