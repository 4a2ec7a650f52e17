"""What happened elsewhere: notifications of SNS, events and schedules of EventBridge, objects of S3.

An order in a notification or in the detail of an event is performed as one; all the rest goes to the method
of the service that receives it. What fails is raised, so that Lambda tries again and then gives up to its
dead-letter queue or destination. CloudWatch's direct calls are refused: their news comes by these ways too.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from __future__ import annotations

from coworks.tech.events import UnknownEventError, order
from coworks.tech.events.fields import mapping, records, text
from coworks.tech.percent import percent_decode

_REASONS = {"PutObject": "Put", "POST Object": "Post", "CopyObject": "Copy"}

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from coworks.tech.dispatch import Dispatcher


def answer_notification(event: dict[str, Any], context: Any, dispatcher: Dispatcher) -> None:
    for record in records(event):
        notification = mapping(record, "Sns")
        given = order.order_in(text(notification, "Message"))
        if given is None:
            dispatcher.started().on_notification(notification)
        else:
            order.answer(given, context, dispatcher, record)


def answer_event(event: dict[str, Any], context: Any, dispatcher: Dispatcher) -> None:
    given = order.order_in(event.get("detail"))
    if given is not None:
        order.answer(given, context, dispatcher, event)
    elif _is_new_file(event, dispatcher.started().buckets):
        dispatcher.started().on_object(_created(event))
    else:
        dispatcher.started().on_event(event)


def answer_object(event: dict[str, Any], context: Any, dispatcher: Dispatcher) -> None:
    for record in records(event):
        dispatcher.started().on_object(_stored(record))


def _is_new_file(event: dict[str, Any], buckets: Mapping[str, Any]) -> bool:
    """True for the event of S3 that a service hears for one of its `buckets`."""
    if event.get("source") != "aws.s3" or event.get("detail-type") != "Object Created":
        return False
    return mapping(mapping(event, "detail"), "bucket").get("name") in buckets


def _created(event: dict[str, Any]) -> dict[str, Any]:
    """As S3 itself tells it. EventBridge does not encode the key.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """
    detail = mapping(event, "detail")
    stored = mapping(detail, "object")
    reason = text(detail, "reason", "PutObject")
    return {
        **stored,
        "key": text(stored, "key"),
        "bucket": text(mapping(detail, "bucket"), "name"),
        "eventName": f"ObjectCreated:{_REASONS.get(reason, reason)}",
        "record": event,
    }


def _stored(record: dict[str, Any]) -> dict[str, Any]:
    about = mapping(record, "s3")
    stored = mapping(about, "object")
    return {
        **stored,
        "key": percent_decode(text(stored, "key").replace("+", " ")),
        "bucket": text(mapping(about, "bucket"), "name"),
        "eventName": text(record, "eventName", ""),
        "record": record,
    }


def refuse_log(event: dict[str, Any], context: Any, dispatcher: Dispatcher) -> None:
    raise UnknownEventError(
        "lines of a CloudWatch log came, and a service does not read logs",
        hint="take the subscription filter away; to be told of lines, make a metric filter with an alarm, "
        "and send the alarm through SNS (on_notification) or EventBridge (on_event)",
    )


def refuse_alarm(event: dict[str, Any], context: Any, dispatcher: Dispatcher) -> None:
    raise UnknownEventError(
        "a CloudWatch alarm called the service directly, and a service does not take that",
        hint="send the alarm through SNS (on_notification) or EventBridge (on_event)",
    )
