"""Leaving an order in the queue of another service: it is done later, and again when it fails.

    connect("mail").queue.post_send(to_addrs=["ops@example.com"])
    connect("mail").queue(delay=60).post_send(...)
    connect("bank").queue(group="account 7", deduplication_id="transfer 12").post_transfer(...)

The message's body is the order, as `events/sqs.py` reads it on the other side. On AWS it goes by SQS; whoever
keeps queues of his own, as `cws run` does, hands in a `QueueCarrier` with `send_by`.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Protocol

from coworks.errors import CoWorksError, UsageError
from coworks.tech.outgoing import aws_client, deployed_name, order_json, order_maker
from coworks.tech.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LONGEST_DELAY = 900
_LONGEST_NAME = 128
_FIFO = ".fifo"


class Delivery(Record):
    """How a message is delivered.

    `delay` is in seconds, None leaves it to the queue. Within a `group` the order is kept (FIFO queues); two
    messages of one `deduplication_id` within five minutes are one.
    """

    __slots__ = ("deduplication_id", "delay", "group")

    delay: int | None
    group: str | None
    deduplication_id: str | None

    def __init__(
        self, delay: int | None = None, group: str | None = None, deduplication_id: str | None = None
    ) -> None:
        if delay is not None and (type(delay) is not int or not 0 <= delay <= _LONGEST_DELAY):
            raise UsageError(
                f"a message cannot be delayed by {delay!r}",
                hint=f"give whole seconds up to {_LONGEST_DELAY}; a workflow waits longer",
            )
        for name, value in {"group": group, "deduplication_id": deduplication_id}.items():
            if value is not None and not _is_name(value):
                raise UsageError(
                    f"{value!r} is no {name} of a message",
                    hint=f"give 1 to {_LONGEST_NAME} letters, digits and punctuation marks, without spaces",
                )
        if deduplication_id is not None and group is None:
            raise UsageError("a deduplication_id needs a group", hint="FIFO queues have both: group=...")
        self._hold(delay=delay, group=group, deduplication_id=deduplication_id)


def _is_name(value: object) -> bool:
    return (
        isinstance(value, str)
        and 0 < len(value) <= _LONGEST_NAME
        and value.isascii()
        and value.isprintable()
        and " " not in value
    )


class QueueCarrier(Protocol):
    """Puts an order into the queue of a service; gives the id of the message."""

    def __call__(self, service: str, order: dict[str, Any], delivery: Delivery) -> str: ...


class Queue:
    """The queue of a service: its methods send, and give the message's id. Called, it sends otherwise."""

    def __init__(
        self, service: str, headers: Mapping[str, str] | None = None, delivery: Delivery | None = None
    ) -> None:
        self._service = service
        self._headers = dict(headers or {})
        self._delivery = Delivery() if delivery is None else delivery

    def __call__(
        self, *, delay: int | None = None, group: str | None = None, deduplication_id: str | None = None
    ) -> Queue:
        """The same queue with a `Delivery` of this kind. Raises `UsageError` for one that SQS refuses."""
        return Queue(self._service, self._headers, Delivery(delay, group, deduplication_id))

    def __getattr__(self, name: str) -> Callable[..., str]:
        order_of = order_maker(name, self._headers)

        def send(*segments: Any, **arguments: Any) -> str:
            return _CARRIERS[-1](self._service, order_of(segments, arguments), self._delivery)

        return send

    def __repr__(self) -> str:
        return f"<Queue of {self._service}>"


class SqsCarrier:
    """Sends orders by SQS. `client` makes the boto3 client, once, when the first one is sent.

    The queue is what `CWS_QUEUE_{SERVICE}` names, by its URL or its name, else
    `{CWS_PROJECT}-{CWS_STAGE}-{service}`, with `.fifo` for a message of a group.
    """

    def __init__(self, client: Callable[[], Any], environment: Mapping[str, str] = os.environ) -> None:
        self._make_client = client
        self._client: Any = None
        self._environment = environment
        self._urls: dict[str, str] = {}

    def __call__(self, service: str, order: dict[str, Any], delivery: Delivery) -> str:
        queue = deployed_name("QUEUE", service, self._environment)
        if delivery.group is not None and not queue.startswith("https:") and not queue.endswith(_FIFO):
            queue += _FIFO
        if delivery.delay is not None and queue.endswith(_FIFO):
            raise UsageError(
                f"the queue {queue} delays no single message",
                hint="FIFO queues have one delay for all: take it out",
            )
        sent = {
            "DelaySeconds": delivery.delay,
            "MessageGroupId": delivery.group,
            "MessageDeduplicationId": delivery.deduplication_id,
        }
        told = {name: value for name, value in sent.items() if value is not None}
        self._client = self._client or self._make_client()
        answer = self._client.send_message(QueueUrl=self._url(queue), MessageBody=order_json(order), **told)
        return str(answer["MessageId"])

    def _url(self, queue: str) -> str:
        if queue.startswith(("https:", "http:")):
            return queue
        if queue not in self._urls:
            try:
                self._urls[queue] = self._client.get_queue_url(QueueName=queue)["QueueUrl"]
            except self._client.exceptions.QueueDoesNotExist:
                raise CoWorksError(
                    f"there is no queue {queue}",
                    hint="deploy its service, or name the queue's URL in CWS_QUEUE_ and the service's name",
                ) from None
        return self._urls[queue]


_CARRIERS: list[QueueCarrier] = [SqsCarrier(lambda: aws_client("sqs"))]


def send_by(carrier: QueueCarrier) -> Callable[[], None]:
    """Let orders be sent by `carrier`, until the function that this returns is called."""
    _CARRIERS.append(carrier)
    return lambda: _CARRIERS.remove(carrier)
