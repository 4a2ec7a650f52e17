"""Messages in SQS's shapes.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from coworks.local.aws.sqs.errors import MEMBERS
from coworks.local.aws.wire import AwsError
from coworks.local.queues import QueueSettings, Sending
from coworks.local.queues.envelopes import md5_of, sequence_number, system_attributes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coworks.local.queues import Message, Sent


def sending_of(told: Mapping[str, Any]) -> Sending:
    """The message that a request sends. Raises `AwsError`."""
    attributes = MEMBERS.table(told, "MessageAttributes")
    _check_attributes(attributes)
    system = MEMBERS.table(told, "MessageSystemAttributes")
    return Sending(
        MEMBERS.text(told, "MessageBody"),
        MEMBERS.optional_number(told, "DelaySeconds"),
        MEMBERS.optional_text(told, "MessageGroupId"),
        MEMBERS.optional_text(told, "MessageDeduplicationId"),
        attributes,
        {name: str(MEMBERS.table(system, name).get("StringValue", "")) for name in system},
    )


def sent(queue: QueueSettings, sending: Sending, sent: Sent) -> dict[str, Any]:
    """What the sender is told."""
    answer = {"MessageId": sent.id, "MD5OfMessageBody": md5_of(sending.body)}
    if sending.attributes:
        answer["MD5OfMessageAttributes"] = _md5_of_attributes(sending.attributes)
    if queue.is_fifo:
        answer["SequenceNumber"] = sequence_number(sent.sequence)
    return answer


def received(message: Message, system: set[str], wanted: Iterable[str]) -> dict[str, Any]:
    """What the receiver is told, with the attributes that he asked for."""
    told: dict[str, Any] = {
        "MessageId": message.id,
        "ReceiptHandle": message.receipt,
        "MD5OfBody": md5_of(message.body),
        "Body": message.body,
    }
    given = {name: text for name, text in system_attributes(message).items() if system & {name, "All"}}
    chosen = {name: value for name, value in message.attributes.items() if _is_wanted(name, wanted)}
    if given:
        told["Attributes"] = given
    if chosen:
        told["MessageAttributes"] = chosen
        told["MD5OfMessageAttributes"] = _md5_of_attributes(chosen)
    return told


def _is_wanted(name: str, wanted: Iterable[str]) -> bool:
    return any(
        one in ("All", ".*", name) or (one.endswith(".*") and name.startswith(one[:-1])) for one in wanted
    )


def _check_attributes(attributes: Mapping[str, Any]) -> None:
    """Raises `AwsError` for attributes that a message cannot have."""
    if len(attributes) > 10:
        raise AwsError(
            "InvalidParameterValue", "Number of message attributes exceeds the allowed maximum 10."
        )
    for name, value in attributes.items():
        if not isinstance(value, dict) or not _is_attribute(value):
            raise AwsError(
                "InvalidParameterValue",
                f"The message attribute '{name}' needs a DataType of String, Number or Binary and its value.",
            )


def _is_attribute(value: Mapping[str, Any]) -> bool:
    base = str(value.get("DataType")).partition(".")[0]
    content = value.get("BinaryValue" if base == "Binary" else "StringValue")
    if base not in ("String", "Number", "Binary") or not content or not isinstance(content, str):
        return False
    return base != "Binary" or _is_base64(content)


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def _md5_of_attributes(attributes: Mapping[str, Any]) -> str:
    """What clients compare the attributes with: lengths and contents in the order of the names.

    Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
    """
    digest = hashlib.md5(usedforsecurity=False)
    for name in sorted(attributes):
        value = attributes[name]
        is_binary = value["DataType"].startswith("Binary")
        content = base64.b64decode(value["BinaryValue"]) if is_binary else value["StringValue"].encode()
        for part in (name.encode(), value["DataType"].encode()):
            digest.update(len(part).to_bytes(4, "big") + part)
        digest.update((b"\2" if is_binary else b"\1") + len(content).to_bytes(4, "big") + content)
    return digest.hexdigest()
