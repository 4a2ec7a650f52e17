"""What a service hears of, to its alias: rules for its `event_patterns` and `buckets`, subscriptions for its
`topics`. A bucket must tell EventBridge.

Lambda tries twice more when the function fails; EventBridge and SNS try for long when Lambda does not answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coworks.biz.triggers import OnBucket, OnEvent, OnTopic
from coworks.deploy.template.resources import Resource, Resources, arn, att, ref, resource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coworks.project.subscriptions import Subscription

_HERE: Final = "${AWS::Region}:${AWS::AccountId}"


def subscription_resources(subscriptions: Iterable[Subscription]) -> Resources:
    """A rule or a subscription for each, and the permission for it alone to call the function."""
    resources: Resources = {}
    for number, one in enumerate(subscriptions, 1):
        if isinstance(one, OnEvent | OnBucket):
            resources[f"Rule{number}"] = _rule(one)
            resources[f"RulePermission{number}"] = _permission("events", att(f"Rule{number}", "Arn"))
        elif isinstance(one, OnTopic):
            topic = arn(f"sns:{_HERE}:{one.topic}")
            resources[f"Subscription{number}"] = _subscription(one, topic)
            resources[f"TopicPermission{number}"] = _permission("sns", topic)
    return resources


def _rule(event: OnEvent | OnBucket) -> Resource:
    return resource(
        "AWS::Events::Rule",
        {
            "Description": event.describe(),
            "EventPattern": event.pattern() if isinstance(event, OnBucket) else dict(event.pattern),
            "Targets": [{"Id": "service", "Arn": ref("Alias")}],
        },
    )


def _subscription(topic: OnTopic, named: Any) -> Resource:
    return resource(
        "AWS::SNS::Subscription",
        {
            "TopicArn": named,
            "Protocol": "lambda",
            "Endpoint": ref("Alias"),
            "FilterPolicy": dict(topic.filter) if topic.filter else None,
        },
    )


def _permission(principal: str, source: Any) -> Resource:
    return resource(
        "AWS::Lambda::Permission",
        {
            "Action": "lambda:InvokeFunction",
            "FunctionName": ref("Alias"),
            "Principal": f"{principal}.amazonaws.com",
            "SourceArn": source,
        },
    )
