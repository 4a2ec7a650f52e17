"""The attributes of queues between SQS's words and ours.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from coworks.local.aws.wire import AwsError
from coworks.local.queues.envelopes import arn_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.local.queues import Counts, QueueSettings

_NUMBERS: Final = {
    "VisibilityTimeout": "visibility",
    "DelaySeconds": "delay",
    "MessageRetentionPeriod": "retention",
    "ReceiveMessageWaitTimeSeconds": "wait",
    "MaximumMessageSize": "longest_message",
}
_WITHOUT_EFFECT: Final = frozenset(
    {
        "FifoQueue",
        "FifoThroughputLimit",
        "Policy",
        "RedriveAllowPolicy",
        "SqsManagedSseEnabled",
        "KmsMasterKeyId",
        "KmsDataKeyReusePeriodSeconds",
    }
)
"""Rights and encryption are for a queue that others can reach; the name tells a FIFO queue."""

KNOWN: Final = _WITHOUT_EFFECT | {"All", "RedrivePolicy", "ContentBasedDeduplication"}
"""Attributes that a queue may have or not: SQS leaves those out that it has not."""


def settings_with(settings: QueueSettings, told: Mapping[str, str]) -> QueueSettings:
    """The settings with these attributes of SQS. Raises `AwsError` for one that is unknown or wrong."""
    for name, value in told.items():
        if name in _NUMBERS:
            number: dict[str, Any] = {_NUMBERS[name]: _number(name, value)}
            settings = replace(settings, **number)
        elif name == "ContentBasedDeduplication":
            settings = replace(settings, content_deduplication=value == "true")
        elif name == "RedrivePolicy":
            settings = _with_redrive(settings, value)
        elif name not in _WITHOUT_EFFECT:
            raise AwsError("InvalidAttributeName", f"Unknown Attribute {name}.")
    if told.get("FifoQueue") == "true" and not settings.is_fifo:
        raise AwsError("InvalidParameterValue", "The name of a FIFO queue can only end with .fifo.")
    return settings


def _number(name: str, value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise AwsError("InvalidAttributeValue", f"Invalid value for the parameter {name}.") from None


def _with_redrive(settings: QueueSettings, value: str) -> QueueSettings:
    if not value:
        return replace(settings, dead_letters=None)
    try:
        policy = json.loads(value)
        target, receives = policy["deadLetterTargetArn"], policy["maxReceiveCount"]
    except (ValueError, TypeError, KeyError):
        raise AwsError("InvalidAttributeValue", "Value for parameter RedrivePolicy is invalid.") from None
    name = str(target).rpartition(":")[2]
    return replace(settings, dead_letters=name, max_receives=_number("maxReceiveCount", receives))


def attributes_of(settings: QueueSettings, counts: Counts, created: float) -> dict[str, str]:
    """All attributes of a queue, as texts."""
    told = {attribute: str(getattr(settings, ours)) for attribute, ours in _NUMBERS.items()} | {
        "QueueArn": arn_of(settings.name),
        "ApproximateNumberOfMessages": str(counts.waiting),
        "ApproximateNumberOfMessagesNotVisible": str(counts.in_flight),
        "ApproximateNumberOfMessagesDelayed": str(counts.delayed),
        "CreatedTimestamp": str(int(created)),
        "LastModifiedTimestamp": str(int(created)),
    }
    if settings.dead_letters is not None:
        policy = {
            "deadLetterTargetArn": arn_of(settings.dead_letters),
            "maxReceiveCount": settings.max_receives,
        }
        told["RedrivePolicy"] = json.dumps(policy)
    if settings.is_fifo:
        told["FifoQueue"] = "true"
        told["ContentBasedDeduplication"] = str(settings.content_deduplication).lower()
    return told
