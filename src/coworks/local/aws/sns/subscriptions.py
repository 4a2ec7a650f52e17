"""Subscriptions of queues and services to topics that were made by the AWS API.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.patterns import compile_pattern
from coworks.biz.triggers import OnTopic
from coworks.local.aws.targets import delivery_to
from coworks.local.bus.envelopes import notification_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coworks.local.aws.kept import Kept
    from coworks.local.bus.envelopes import Publication
    from coworks.local.bus.receivers import Delivery
    from coworks.project import Project

TOPIC: Final = "topic"
_SUBSCRIPTION: Final = "subscription"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription: `endpoint` is the ARN of a queue or a function, `attributes` are SNS's."""

    arn: str
    topic: str
    protocol: str
    endpoint: str
    attributes: Mapping[str, str]

    @property
    def is_raw(self) -> bool:
        return self.attributes.get("RawMessageDelivery") == "true"

    def wants(self, publication: Publication) -> bool:
        if publication.topic != self.topic:
            return False
        policy = self.attributes.get("FilterPolicy") or "{}"
        if not (wanted := json.loads(policy)):
            return True
        if self.attributes.get("FilterPolicyScope") != "MessageBody":
            return compile_pattern(wanted)(publication.attributes)
        body = _object(publication.message)
        return body is not None and compile_pattern(wanted)(body)


class Subscriptions:
    """The subscriptions and topics that were made; the bus knows those of the project."""

    def __init__(self, kept: Kept, project: Callable[[], Project]) -> None:
        self._kept = kept
        self._project = project

    def topics(self) -> dict[str, dict[str, Any]]:
        """The attributes of all topics that somebody named, by the names."""
        project = self._project()
        triggers = [one for workflow in project.workflows for one in workflow.triggers]
        triggers += [one for service in project.services for one in service.subscriptions]
        named = {one.topic for one in triggers if isinstance(one, OnTopic)}
        named |= {one.topic for one in self.all().values()}
        return {**{name: {} for name in sorted(named)}, **self._kept.all(TOPIC)}

    def put_topic(self, name: str, attributes: Mapping[str, str]) -> None:
        self._kept.put(TOPIC, name, attributes)

    def remove_topic(self, name: str) -> None:
        """The topic, and what is subscribed to it."""
        self._kept.remove(TOPIC, name)
        for arn, one in self.all().items():
            if one.topic == name:
                self.remove(arn)

    def all(self) -> dict[str, Subscription]:
        """By their ARNs."""
        return {arn: Subscription(arn, **told) for arn, told in self._kept.all(_SUBSCRIPTION).items()}

    def put(self, one: Subscription) -> None:
        told = {
            "topic": one.topic,
            "protocol": one.protocol,
            "endpoint": one.endpoint,
            "attributes": dict(one.attributes),
        }
        self._kept.put(_SUBSCRIPTION, one.arn, told)

    def remove(self, arn: str) -> None:
        self._kept.remove(_SUBSCRIPTION, arn)

    def of_event(self, event: Mapping[str, Any]) -> list[Delivery]:
        return []

    def of_publication(self, publication: Publication, identity: str, moment: float) -> list[Delivery]:
        return [
            _delivery(one, publication, identity, moment)
            for one in self.all().values()
            if one.wants(publication)
        ]


def _delivery(one: Subscription, publication: Publication, identity: str, moment: float) -> Delivery:
    event = notification_of(publication, identity, moment)
    (record,) = event["Records"]
    record["EventSubscriptionArn"] = one.arn
    if one.protocol == "lambda":
        return delivery_to(one.endpoint, identity, one.arn, json.dumps(event, ensure_ascii=False))
    told: dict[str, Any] = record["Sns"]
    group = publication.topic if one.endpoint.endswith(".fifo") else None
    if one.is_raw:
        attributes = {
            name: {"DataType": value["Type"], "StringValue": value["Value"]}
            for name, value in told["MessageAttributes"].items()
        }
        return delivery_to(one.endpoint, identity, one.arn, publication.message, group, attributes)
    return delivery_to(
        one.endpoint, identity, one.arn, json.dumps(_envelope(told), ensure_ascii=False), group
    )


def _envelope(told: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a message in a queue, where some names are written otherwise than for a function."""
    renamed = {"SigningCertUrl": "SigningCertURL", "UnsubscribeUrl": "UnsubscribeURL"}
    return {renamed.get(name, name): value for name, value in told.items() if value not in (None, {})}


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
