"""The queue of a service and its dead letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coworks.deploy.template.resources import Resource, Resources, att, ref, resource

if TYPE_CHECKING:
    from coworks.deploy.naming import Names
    from coworks.deploy.options import ServiceOptions

_DAYS = 24 * 60 * 60
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
_VISIBLE_AFTER = 6


def queue_resources(names: Names, service: str, options: ServiceOptions) -> Resources:
    """A message that failed too often goes to the dead letters, which keep it for 14 days."""
    return {
        "DeadLetters": dead_letters(f"{names.of(service)}-dead"),
        "Queue": resource(
            "AWS::SQS::Queue",
            {
                "QueueName": names.of(service),
                "VisibilityTimeout": _VISIBLE_AFTER * options.timeout,
                "SqsManagedSseEnabled": True,
                "RedrivePolicy": {
                    "deadLetterTargetArn": att("DeadLetters", "Arn"),
                    "maxReceiveCount": options.max_receives,
                },
            },
            DeletionPolicy="Delete",
            UpdateReplacePolicy="Delete",
        ),
        "Messages": resource(
            "AWS::Lambda::EventSourceMapping",
            {
                "EventSourceArn": att("Queue", "Arn"),
                "FunctionName": ref("Alias"),
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        ),
    }


def dead_letters(name: str | None = None) -> Resource:
    """A queue for what failed, which keeps it for 14 days; without a name CloudFormation gives one."""
    return resource(
        "AWS::SQS::Queue",
        {"QueueName": name, "MessageRetentionPeriod": 14 * _DAYS, "SqsManagedSseEnabled": True},
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Delete",
    )
