"""Alarms: what somebody should hear of, seen in CloudWatch and sent to `alarms_topic` when it is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.deploy.template.queue import dead_letters_of, queue_names
from coworks.deploy.template.resources import Resource, Resources, att, ref, resource

if TYPE_CHECKING:
    from coworks.deploy.options import ServiceOptions, WorkflowOptions

_OLD = 15 * 60


def service_alarms(options: ServiceOptions) -> Resources:
    """Errors and throttles of the function; of the queue, dead letters and the age of the oldest message."""
    function = ("AWS/Lambda", "FunctionName", ref("Function"))
    alarms = {
        "ErrorsAlarm": _alarm(options, *function, "Errors", "Sum", 1),
        "ThrottlesAlarm": _alarm(options, *function, "Throttles", "Sum", 1),
    }
    for name in queue_names(options):
        kind = name.removesuffix("Queue")
        dead = ("AWS/SQS", "QueueName", att(dead_letters_of(name), "QueueName"))
        queue = ("AWS/SQS", "QueueName", att(name, "QueueName"))
        alarms |= {
            f"{kind}DeadLettersAlarm": _alarm(
                options, *dead, "ApproximateNumberOfMessagesVisible", "Maximum", 1
            ),
            f"{kind}OldMessagesAlarm": _alarm(
                options, *queue, "ApproximateAgeOfOldestMessage", "Maximum", _OLD
            ),
        }
    return alarms


def workflow_alarms(options: WorkflowOptions, dead_letters: str | None) -> Resources:
    """Executions that failed, timed out, or were throttled; what came and started nothing."""
    machine = ("AWS/States", "StateMachineArn", ref("StateMachine"))
    alarms = {
        "FailedAlarm": _alarm(options, *machine, "ExecutionsFailed", "Sum", 1),
        "TimedOutAlarm": _alarm(options, *machine, "ExecutionsTimedOut", "Sum", 1),
        "ThrottledAlarm": _alarm(options, *machine, "ExecutionThrottled", "Sum", 1),
    }
    if dead_letters:
        dead = ("AWS/SQS", "QueueName", att(dead_letters, "QueueName"))
        alarms["DeadLettersAlarm"] = _alarm(
            options, *dead, "ApproximateNumberOfMessagesVisible", "Maximum", 1
        )
    return alarms


def _alarm(
    options: ServiceOptions | WorkflowOptions,
    namespace: str,
    dimension: str,
    value: Any,
    metric: str,
    statistic: str,
    threshold: int,
) -> Resource:
    return resource(
        "AWS::CloudWatch::Alarm",
        {
            "Namespace": namespace,
            "MetricName": metric,
            "Dimensions": [{"Name": dimension, "Value": value}],
            "Statistic": statistic,
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": threshold,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [options.alarms_topic] if options.alarms_topic else None,
        },
    )
