"""SQS: each message is an order, or goes to `on_message`; those that fail are told, the others are done.

The event source mapping must have `FunctionResponseTypes: [ReportBatchItemFailures]`: SQS then sends again
what is told here, and only that. In a FIFO queue, what follows a failed message of the same group is told
too, untouched, so that the order is kept.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

import logging

from coworks.errors import CoWorksError
from coworks.tech.events import order
from coworks.tech.events.fields import records, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from coworks.tech.dispatch import Dispatcher

log = logging.getLogger("coworks.tech")


def answer(event: dict[str, Any], context: Any, dispatcher: Dispatcher) -> dict[str, Any]:
    """The messages that failed. Raises `BadRequestError`, before any is touched, when one has no id."""
    messages = [(text(record, "messageId"), record) for record in records(event)]
    failures: list[str] = []
    stopped: set[str] = set()
    for identifier, record in messages:
        group = _group_of(record)
        if group in stopped:
            log.info("message %s waits: one before it in the group %s failed", identifier, group)
        elif _is_done(identifier, record, context, dispatcher):
            continue
        failures.append(identifier)
        if group is not None:
            stopped.add(group)
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failures]}


def _is_done(identifier: str, record: dict[str, Any], context: Any, dispatcher: Dispatcher) -> bool:
    try:
        body = text(record, "body")
        given = order.order_in(body)
        if given is None:
            dispatcher.started().on_message(record)
        else:
            order.answer(given, context, dispatcher, record)
    except Exception as error:
        told = error.explain() if isinstance(error, CoWorksError) else error
        log.exception("message %s failed: %s", identifier, told)
        return False
    return True


def _group_of(record: dict[str, Any]) -> str | None:
    """The group of a message whose order counts. Standard queues have groups too, for fairness only."""
    attributes, queue = record.get("attributes"), record.get("eventSourceARN")
    if not isinstance(attributes, dict) or (isinstance(queue, str) and not queue.endswith(".fifo")):
        return None
    group = attributes.get("MessageGroupId")
    return group if isinstance(group, str) else None
