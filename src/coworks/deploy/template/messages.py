"""What starts a workflow when something comes: rules, pipes, subscriptions and addresses, each to a starter.

    event, bucket -> rule ------------------------> starter -> workflow
    topic         -> subscription -> queue -> pipe -> starter -> workflow
    queue         -> pipe ------------------------> starter -> workflow
    http          -> HTTP API, signed with IAM ---> workflow, or by a starter where it has `data`

Topics, queues and buckets are there already, and are others' too: a stack takes none of them away.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.triggers import OnBucket, OnEvent, OnHttp, OnQueue, OnTopic
from coworks.deploy.errors import DeployError
from coworks.deploy.template.addresses import address_resources
from coworks.deploy.template.queue import dead_letters
from coworks.deploy.template.resources import Resource, Resources, arn, att, ref, resource
from coworks.deploy.template.roles import LOG_DELIVERY, SAMPLING, TRACING, allow, role
from coworks.deploy.template.starters import DEAD_LETTERS, WORKFLOW, starter_definition
from coworks.project.settings import MAX_RECEIVES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coworks.biz import CompiledWorkflow
    from coworks.biz.triggers.messages import ByMessage
    from coworks.deploy.options import WorkflowOptions

_HERE: Final = "${AWS::Region}:${AWS::AccountId}"
# Longer than five minutes, what a starter takes at most.
_HIDDEN: Final = 360
_READ: Final = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")


def message_resources(workflow: CompiledWorkflow, options: WorkflowOptions) -> Resources:
    """The resources of the triggers that are not by the clock. Raises `DeployError`."""
    triggers: list[tuple[int, ByMessage]] = [
        (place, one)
        for place, one in enumerate(workflow.triggers)
        if isinstance(one, OnEvent | OnTopic | OnQueue | OnBucket | OnHttp)
    ]
    by_starter = [
        (place, one) for place, one in triggers if not isinstance(one, OnHttp) or one.data is not None
    ]
    resources = address_resources(workflow.name, triggers)
    if not by_starter:
        return resources
    resources[DEAD_LETTERS] = dead_letters()
    resources["StarterRole"] = _starter_role(options)
    for place, trigger in by_starter:
        resources[f"Starter{place + 1}"] = _starter(trigger, place, options)
        if isinstance(trigger, OnEvent | OnBucket):
            resources[f"Rule{place + 1}"] = _rule(trigger, place)
        elif isinstance(trigger, OnQueue | OnTopic):
            resources |= _pipe_resources(trigger, place)
    rules = [place for place, one in by_starter if isinstance(one, OnEvent | OnBucket)]
    return resources | (_rules_may(rules) if rules else {})


def _starter(trigger: ByMessage, place: int, options: WorkflowOptions) -> Resource:
    definition = starter_definition(trigger, place)
    filled = {WORKFLOW: ref("Alias")}
    if not isinstance(trigger, OnQueue | OnTopic):
        filled[DEAD_LETTERS] = ref(DEAD_LETTERS)
    return resource(
        "AWS::StepFunctions::StateMachine",
        {
            "StateMachineType": "EXPRESS",
            "DefinitionString": json.dumps(definition, ensure_ascii=False, separators=(",", ":")),
            "DefinitionSubstitutions": filled,
            "RoleArn": att("StarterRole", "Arn"),
            "TracingConfiguration": {"Enabled": options.tracing},
            "LoggingConfiguration": {
                "Level": "ERROR",
                "IncludeExecutionData": False,
                "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": att("LogGroup", "Arn")}}],
            },
        },
    )


def _starter_role(options: WorkflowOptions) -> Resource:
    statements = [
        allow("states:StartExecution", [ref("StateMachine"), ref("Alias")]),
        allow("sqs:SendMessage", att(DEAD_LETTERS, "Arn")),
        allow(LOG_DELIVERY, "*"),
    ]
    return role("states", [*statements, *([allow((*TRACING, *SAMPLING), "*")] if options.tracing else [])])


def _rule(trigger: OnEvent | OnBucket, place: int) -> Resource:
    pattern = trigger.pattern() if isinstance(trigger, OnBucket) else dict(trigger.pattern)
    target = {
        "Id": "starter",
        "Arn": ref(f"Starter{place + 1}"),
        "RoleArn": att("RulesRole", "Arn"),
        "DeadLetterConfig": {"Arn": att(DEAD_LETTERS, "Arn")},
    }
    return resource(
        "AWS::Events::Rule",
        {"Description": trigger.describe(), "EventPattern": pattern, "Targets": [target]},
    )


def _rules_may(places: Sequence[int]) -> Resources:
    """Start these starters, and leave in the dead letters what does not arrive."""
    starters = [ref(f"Starter{place + 1}") for place in places]
    rules = [att(f"Rule{place + 1}", "Arn") for place in places]
    return {
        "RulesRole": role("events", [allow("states:StartExecution", starters)]),
        "RulesDeadLetters": _may_send(DEAD_LETTERS, "events", rules),
    }


def _pipe_resources(trigger: OnQueue | OnTopic, place: int) -> Resources:
    number = place + 1
    if isinstance(trigger, OnQueue):
        return _pipe(trigger, place, arn(f"sqs:{_HERE}:{trigger.queue}"))
    topic = arn(f"sns:{_HERE}:{trigger.topic}")
    return {
        f"Messages{number}": _queue(),
        f"MessagesPolicy{number}": _may_send(f"Messages{number}", "sns", topic),
        f"Subscription{number}": resource(
            "AWS::SNS::Subscription",
            {
                "TopicArn": topic,
                "Protocol": "sqs",
                "Endpoint": att(f"Messages{number}", "Arn"),
                "FilterPolicy": dict(trigger.filter) if trigger.filter else None,
            },
            DependsOn=f"MessagesPolicy{number}",
        ),
        **_pipe(trigger, place, att(f"Messages{number}", "Arn")),
    }


def _pipe(trigger: OnQueue | OnTopic, place: int, queue: Any) -> Resources:
    """One message a call; the call fails as the starter does, and the message stays in the queue."""
    number = place + 1
    may = [allow(_READ, queue), allow("states:StartSyncExecution", ref(f"Starter{number}"))]
    target = {"StepFunctionStateMachineParameters": {"InvocationType": "REQUEST_RESPONSE"}}
    return {
        f"PipeRole{number}": role("pipes", may),
        f"Pipe{number}": resource(
            "AWS::Pipes::Pipe",
            {
                "Description": trigger.describe(),
                "RoleArn": att(f"PipeRole{number}", "Arn"),
                "Source": queue,
                "SourceParameters": {"SqsQueueParameters": {"BatchSize": 1}},
                "Target": ref(f"Starter{number}"),
                "TargetParameters": target,
            },
        ),
    }


def _queue() -> Resource:
    redrive = {"deadLetterTargetArn": att(DEAD_LETTERS, "Arn"), "maxReceiveCount": MAX_RECEIVES}
    return resource(
        "AWS::SQS::Queue",
        {"VisibilityTimeout": _HIDDEN, "SqsManagedSseEnabled": True, "RedrivePolicy": redrive},
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Delete",
    )


def _may_send(queue: str, service: str, sources: Any | Iterable[Any]) -> Resource:
    """A service of AWS may send to a queue, on behalf of these alone."""
    statement = {
        **allow("sqs:SendMessage", att(queue, "Arn")),
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Condition": {"ArnEquals": {"aws:SourceArn": sources}},
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return resource("AWS::SQS::QueuePolicy", {"Queues": [ref(queue)], "PolicyDocument": document})


def check_queues(workflows: Iterable[CompiledWorkflow]) -> None:
    """A message goes to one reader of its queue. Raises `DeployError` when two would read the same one."""
    readers: dict[str, str] = {}
    for workflow in workflows:
        for trigger in workflow.triggers:
            if isinstance(trigger, OnQueue) and trigger.queue in readers:
                raise DeployError(
                    f'"{readers[trigger.queue]}" and "{workflow.name}" both wait for the queue '
                    f"{trigger.queue}, and each message would start one of them only",
                    hint="publish to a topic, which tells every workflow that waits for it",
                )
            if isinstance(trigger, OnQueue):
                readers[trigger.queue] = workflow.name
