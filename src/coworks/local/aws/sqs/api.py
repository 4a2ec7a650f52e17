"""The operations of SQS, in AWS JSON.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from coworks.local.aws.paging import page_of
from coworks.local.aws.protocols import JsonApi, Told
from coworks.local.aws.sqs.attributes import KNOWN, attributes_of, settings_with
from coworks.local.aws.sqs.batches import Batch, batch_error
from coworks.local.aws.sqs.errors import MEMBERS, translated
from coworks.local.aws.sqs.messages import received, sending_of, sent
from coworks.local.aws.wire import AwsError
from coworks.local.queues import QueueError, QueueSettings
from coworks.local.queues.envelopes import ACCOUNT, arn_of
from coworks.local.queues.limits import LARGEST_MESSAGE, check_sending, message_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.local.queues import Queues, Sending

TARGET: Final = "AmazonSQS"
_MOST: Final = 1000
"""Queues in one answer."""


def sqs_api(queues: Queues) -> JsonApi:
    """The API in front of the queues. It waits for the disk, and for messages: call it in a thread."""
    operations = {**_Addresses(queues).operations(), **_Operations(queues).operations()}
    return JsonApi(operations, translated, namespace="com.amazonaws.sqs#")


class _Addresses:
    """The operations that tell addresses of queues."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues

    def operations(self) -> dict[str, Callable[[Told, str], Told]]:
        return {
            "CreateQueue": self._create,
            "GetQueueUrl": self._get_url,
            "ListQueues": self._list,
            "ListDeadLetterSourceQueues": self._list_sources,
        }

    def _create(self, told: Told, base: str) -> Told:
        name = MEMBERS.text(told, "QueueName")
        settings = settings_with(QueueSettings(name), MEMBERS.table(told, "Attributes"))
        if settings.dead_letters is not None:
            self._queues.settings(settings.dead_letters)
        known = self._queues.names()
        self._queues.create(settings)
        if name not in known and (tags := MEMBERS.table(told, "tags")):
            self._queues.set_tags(name, tags)
        return {"QueueUrl": _url(base, name)}

    def _get_url(self, told: Told, base: str) -> Told:
        return {"QueueUrl": _url(base, self._queues.settings(MEMBERS.text(told, "QueueName")).name)}

    def _list(self, told: Told, base: str) -> Told:
        prefix = MEMBERS.optional_text(told, "QueueNamePrefix") or ""
        names = [name for name in self._queues.names() if name.startswith(prefix)]
        return _page(told, base, names, "QueueUrls")

    def _list_sources(self, told: Told, base: str) -> Told:
        dead = self._queues.settings(_queue(told)).name
        names = [one for one in self._queues.names() if self._queues.settings(one).dead_letters == dead]
        return _page(told, base, names, "queueUrls")


def _page(told: Told, base: str, names: list[str], member: str) -> Told:
    """Without MaxResults there is no next page."""
    size = MEMBERS.number(told, "MaxResults", 1, _MOST, _MOST)
    page, more = page_of(names, MEMBERS.optional_text(told, "NextToken"), size)
    return {member: [_url(base, name) for name in page], **(more if "MaxResults" in told else {})}


class _Operations:
    """The operations on a queue and its messages."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues

    def operations(self) -> dict[str, Callable[[Told, str], Told]]:
        found = {
            "AddPermission": self._permit,
            "ChangeMessageVisibility": self._change_visibility,
            "ChangeMessageVisibilityBatch": lambda told: self._each(told, self._change_visibility),
            "DeleteMessage": self._delete,
            "DeleteMessageBatch": lambda told: self._each(told, self._delete),
            "DeleteQueue": self._remove,
            "GetQueueAttributes": self._get_attributes,
            "ListMessageMoveTasks": self._list_moves,
            "ListQueueTags": lambda told: {"Tags": self._queues.tags(_queue(told))},
            "PurgeQueue": self._purge,
            "ReceiveMessage": self._receive,
            "RemovePermission": self._permit,
            "SendMessage": self._send,
            "SendMessageBatch": self._send_batch,
            "SetQueueAttributes": self._set_attributes,
            "StartMessageMoveTask": self._move,
            "TagQueue": self._tag,
            "UntagQueue": self._untag,
        }
        return {name: _without_base(perform) for name, perform in found.items()}

    def _permit(self, told: Told) -> Told:
        """Rights are for queues that others can reach: the request is checked, and has no effect."""
        self._queues.settings(_queue(told))
        MEMBERS.text(told, "Label")
        return {}

    def _remove(self, told: Told) -> Told:
        self._queues.remove(_queue(told))
        return {}

    def _get_attributes(self, told: Told) -> Told:
        name, wanted = _queue(told), MEMBERS.texts(told, "AttributeNames")
        settings, created = self._queues.settings(name), self._queues.created(name)
        found = attributes_of(settings, self._queues.counts()[name], created)
        if unknown := [one for one in wanted if one not in found and one not in KNOWN]:
            raise AwsError("InvalidAttributeName", f"Unknown Attribute {unknown[0]}.")
        return {"Attributes": {key: text for key, text in found.items() if "All" in wanted or key in wanted}}

    def _set_attributes(self, told: Told) -> Told:
        settings = settings_with(self._queues.settings(_queue(told)), MEMBERS.table(told, "Attributes"))
        if settings.dead_letters is not None:
            self._queues.settings(settings.dead_letters)
        self._queues.declare(settings)
        return {}

    def _tag(self, told: Told) -> Told:
        name = _queue(told)
        self._queues.set_tags(name, self._queues.tags(name) | MEMBERS.table(told, "Tags"))
        return {}

    def _untag(self, told: Told) -> Told:
        name, gone = _queue(told), MEMBERS.texts(told, "TagKeys")
        kept = {key: value for key, value in self._queues.tags(name).items() if key not in gone}
        self._queues.set_tags(name, kept)
        return {}

    def _send(self, told: Told) -> Told:
        sending, queue = sending_of(told), self._queues.settings(_queue(told))
        (one,) = self._queues.send_all(queue.name, [sending])
        return sent(queue, sending, one)

    def _send_batch(self, told: Told) -> Told:
        queue, batch = self._queues.settings(_queue(told)), Batch(told)
        good: list[tuple[Told, Sending]] = []
        for entry in batch.entries:
            try:
                sending = sending_of(entry)
                check_sending(queue, sending)
                good.append((entry, sending))
            except (QueueError, AwsError) as error:
                batch.fail(entry, error)
        if sum(message_size(sending) for _, sending in good) > LARGEST_MESSAGE:
            raise batch_error("BatchRequestTooLong", "The batch is longer than the longest message may be.")
        on_disk = self._queues.send_all(queue.name, [sending for _, sending in good]) if good else []
        for (entry, sending), one in zip(good, on_disk, strict=True):
            batch.done(entry, sent(queue, sending, one))
        return batch.told()

    def _receive(self, told: Told) -> Told:
        found = self._queues.receive(
            _queue(told),
            limit=MEMBERS.number(told, "MaxNumberOfMessages", 1, 10, 1),
            wait=MEMBERS.optional_number(told, "WaitTimeSeconds"),
            visibility=MEMBERS.optional_number(told, "VisibilityTimeout"),
        )
        system = {
            *MEMBERS.texts(told, "AttributeNames"),
            *MEMBERS.texts(told, "MessageSystemAttributeNames"),
        }
        wanted = MEMBERS.texts(told, "MessageAttributeNames")
        return {"Messages": [received(one, system, wanted) for one in found]} if found else {}

    def _delete(self, told: Told) -> Told:
        self._queues.delete(_queue(told), MEMBERS.text(told, "ReceiptHandle"))
        return {}

    def _change_visibility(self, told: Told) -> Told:
        seconds = MEMBERS.optional_number(told, "VisibilityTimeout")
        if seconds is None:
            raise AwsError("MissingParameter", "The request must contain the parameter VisibilityTimeout.")
        self._queues.change_visibility(_queue(told), MEMBERS.text(told, "ReceiptHandle"), seconds)
        return {}

    def _each(self, told: Told, perform: Callable[[Told], Told]) -> Told:
        self._queues.settings(_queue(told))
        batch = Batch(told)
        for entry in batch.entries:
            asked = {"QueueUrl": told["QueueUrl"], **entry}
            batch.attempt(entry, partial(perform, asked))
        return batch.told()

    def _purge(self, told: Told) -> Told:
        self._queues.purge(_queue(told))
        return {}

    def _move(self, told: Told) -> Told:
        source, destination = _named(told, "SourceArn"), MEMBERS.optional_text(told, "DestinationArn")
        self._queues.redrive(source, destination.rpartition(":")[2] if destination else None)
        return {"TaskHandle": arn_of(source)}

    def _list_moves(self, told: Told) -> Told:
        """A move is done when it is answered, so none is under way."""
        self._queues.settings(_named(told, "SourceArn"))
        return {"Results": []}


def _without_base(perform: Callable[[Told], Told]) -> Callable[[Told, str], Told]:
    return lambda told, base: perform(told)


def _url(base: str, name: str) -> str:
    return f"{base}/{ACCOUNT}/{name}"


def _queue(told: dict[str, Any]) -> str:
    """The name at the end of the address of a queue; a name alone is one too."""
    return MEMBERS.text(told, "QueueUrl").rstrip("/").rpartition("/")[2]


def _named(told: Told, member: str) -> str:
    return MEMBERS.text(told, member).rpartition(":")[2]
