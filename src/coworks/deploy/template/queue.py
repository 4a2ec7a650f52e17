"""The queues of a service, with their dead letters: one, and by `fifo` one that keeps the order of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coworks.deploy.naming import FIFO
from coworks.deploy.template.resources import Resource, Resources, att, ref, resource

if TYPE_CHECKING:
    from coworks.deploy.naming import Names
    from coworks.deploy.options import ServiceOptions

_DAYS = 24 * 60 * 60
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
_VISIBLE_AFTER = 6
_PLAIN: Final = "Queue"
_ORDERED: Final = "FifoQueue"


def queue_names(options: ServiceOptions) -> list[str]:
    """The resources that are queues which the service reads."""
    return [name for name, has in ((_PLAIN, options.queue), (_ORDERED, options.fifo)) if has]


def dead_letters_of(queue: str) -> str:
    """The resource that keeps what a queue gave up."""
    return "DeadLetters" if queue == _PLAIN else "FifoDeadLetters"


def queue_resources(names: Names, service: str, options: ServiceOptions) -> Resources:
    """A message that failed too often goes to the dead letters, which keep it for 14 days."""
    resources: Resources = {}
    for queue in queue_names(options):
        resources |= _queue(queue, names.of(service), options)
    return resources


def _queue(queue: str, name: str, options: ServiceOptions) -> Resources:
    is_ordered = queue == _ORDERED
    ending = FIFO if is_ordered else ""
    dead = dead_letters_of(queue)
    return {
        dead: dead_letters(f"{name}-dead{ending}", ordered=is_ordered),
        queue: resource(
            "AWS::SQS::Queue",
            {
                "QueueName": f"{name}{ending}",
                "FifoQueue": is_ordered or None,
                "ContentBasedDeduplication": is_ordered or None,
                "VisibilityTimeout": _VISIBLE_AFTER * options.timeout,
                "SqsManagedSseEnabled": True,
                "RedrivePolicy": {
                    "deadLetterTargetArn": att(dead, "Arn"),
                    "maxReceiveCount": options.max_receives,
                },
            },
            DeletionPolicy="Delete",
            UpdateReplacePolicy="Delete",
        ),
        "FifoMessages" if is_ordered else "Messages": resource(
            "AWS::Lambda::EventSourceMapping",
            {
                "EventSourceArn": att(queue, "Arn"),
                "FunctionName": ref("Alias"),
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        ),
    }


def dead_letters(name: str | None = None, *, ordered: bool = False) -> Resource:
    """A queue for what failed, which keeps it for 14 days; without a name CloudFormation gives one.

    That of an `ordered` queue must be one, too.
    """
    return resource(
        "AWS::SQS::Queue",
        {
            "QueueName": name,
            "FifoQueue": ordered or None,
            "MessageRetentionPeriod": 14 * _DAYS,
            "SqsManagedSseEnabled": True,
        },
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Delete",
    )
