"""SNS's operations on topics and their subscriptions.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
"""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.patterns import PatternError, compile_pattern
from coworks.biz.triggers import is_name
from coworks.local.aws.paging import page_of
from coworks.local.aws.protocols import Entries
from coworks.local.aws.sns.forms import map_of, topic_arn, topic_in, wrong
from coworks.local.aws.sns.subscriptions import Subscription
from coworks.local.aws.targets import target_of
from coworks.local.aws.wire import AwsError
from coworks.local.queues.envelopes import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.local.aws.protocols import Told
    from coworks.local.aws.sns.subscriptions import Subscriptions

_PROTOCOLS: Final = {"sqs": "queue", "lambda": "service"}
_OF_TOPIC: Final = frozenset({"DisplayName", "Policy", "DeliveryPolicy", "KmsMasterKeyId", "TracingConfig"})
_OF_SUBSCRIPTION: Final = frozenset({"FilterPolicy", "FilterPolicyScope", "RawMessageDelivery"})
_PAGE: Final = 100


class Topics:
    """The operations."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions

    def create(self, form: dict[str, str]) -> Told:
        """One that is there already is the same."""
        name, attributes = form.get("Name", ""), map_of(form, "Attributes")
        if name.endswith(".fifo") or attributes.get("FifoTopic") == "true":
            raise wrong("Name", "FIFO topics are not run here: send to the FIFO queue itself")
        if not is_name("topic", name):
            raise wrong("Name", f"{name!r} is no name: write letters, digits, - and _, at most 256")
        attributes.pop("FifoTopic", None)
        _check(attributes, _OF_TOPIC)
        known = self._subscriptions.topics().get(name, {})
        self._subscriptions.put_topic(name, {**known, **attributes})
        return {"TopicArn": topic_arn(name)}

    def delete(self, form: dict[str, str]) -> Told:
        self._subscriptions.remove_topic(topic_in(form))
        return {}

    def list_topics(self, form: dict[str, str]) -> Told:
        page, more = page_of(self._subscriptions.topics(), form.get("NextToken"), _PAGE)
        return {"Topics": [{"TopicArn": topic_arn(name)} for name in page], **more}

    def attributes(self, form: dict[str, str]) -> Told:
        name = topic_in(form)
        known = self._subscriptions.topics().get(name)
        if known is None:
            raise AwsError("NotFound", "Topic does not exist", status=404)
        confirmed = sum(one.topic == name for one in self._subscriptions.all().values())
        told = {"TopicArn": topic_arn(name), "Owner": ACCOUNT, "SubscriptionsConfirmed": str(confirmed)}
        return {"Attributes": Entries({**told, "SubscriptionsPending": "0", **known})}

    def set_attribute(self, form: dict[str, str]) -> Told:
        name, attribute = topic_in(form), _attribute(form)
        _check(attribute, _OF_TOPIC)
        self._subscriptions.put_topic(name, {**self._subscriptions.topics().get(name, {}), **attribute})
        return {}

    def subscribe(self, form: dict[str, str]) -> Told:
        """One of the same endpoint to the same topic is the same."""
        topic, protocol, endpoint = topic_in(form), form.get("Protocol", ""), form.get("Endpoint", "")
        if protocol not in _PROTOCOLS:
            raise wrong("Protocol", f"{protocol!r} is not here: there are {', '.join(_PROTOCOLS)}")
        kind, _ = target_of(endpoint, "InvalidParameter")
        if kind != _PROTOCOLS[protocol]:
            raise wrong("Endpoint", f"{endpoint} is no ARN for the protocol {protocol}")
        attributes = map_of(form, "Attributes")
        _check_subscription(attributes)
        arn = self._known(topic, endpoint) or f"{topic_arn(topic)}:{uuid.uuid4()}"
        self._subscriptions.put(Subscription(arn, topic, protocol, endpoint, attributes))
        return {"SubscriptionArn": arn}

    def unsubscribe(self, form: dict[str, str]) -> Told:
        self._subscriptions.remove(form.get("SubscriptionArn", ""))
        return {}

    def list_subscriptions(self, form: dict[str, str]) -> Told:
        return self._listed(form, list(self._subscriptions.all().values()))

    def list_subscriptions_of_topic(self, form: dict[str, str]) -> Told:
        topic = topic_in(form)
        return self._listed(form, [one for one in self._subscriptions.all().values() if one.topic == topic])

    def subscription_attributes(self, form: dict[str, str]) -> Told:
        one = self._named(form)
        told = {
            **_told(one),
            "ConfirmationWasAuthenticated": "true",
            "PendingConfirmation": "false",
            "RawMessageDelivery": str(one.is_raw).lower(),
        }
        return {"Attributes": Entries({**told, **one.attributes})}

    def set_subscription_attribute(self, form: dict[str, str]) -> Told:
        one = self._named(form)
        attributes = {**one.attributes, **_attribute(form)}
        _check_subscription(attributes)
        self._subscriptions.put(replace(one, attributes=attributes))
        return {}

    def _known(self, topic: str, endpoint: str) -> str | None:
        found = self._subscriptions.all().items()
        return next((arn for arn, one in found if (one.topic, one.endpoint) == (topic, endpoint)), None)

    def _named(self, form: Mapping[str, str]) -> Subscription:
        found = self._subscriptions.all().get(form.get("SubscriptionArn", ""))
        if found is None:
            raise AwsError("NotFound", "Subscription does not exist", status=404)
        return found

    def _listed(self, form: Mapping[str, str], found: list[Subscription]) -> Told:
        by_arn = {one.arn: one for one in found}
        page, more = page_of(by_arn, form.get("NextToken"), _PAGE)
        return {"Subscriptions": [_told(by_arn[arn]) for arn in page], **more}


def _told(one: Subscription) -> dict[str, str]:
    return {
        "SubscriptionArn": one.arn,
        "Owner": ACCOUNT,
        "Protocol": one.protocol,
        "Endpoint": one.endpoint,
        "TopicArn": topic_arn(one.topic),
    }


def _attribute(form: Mapping[str, str]) -> dict[str, str]:
    return {form.get("AttributeName", ""): form.get("AttributeValue", "")}


def _check(attributes: Mapping[str, Any], known: frozenset[str]) -> None:
    for name in attributes:
        if name not in known:
            raise wrong("AttributeName", f"{name!r} is none of {', '.join(sorted(known))}")


def _check_subscription(attributes: Mapping[str, str]) -> None:
    _check(attributes, _OF_SUBSCRIPTION)
    if attributes.get("RawMessageDelivery", "true").lower() not in ("true", "false"):
        raise wrong("RawMessageDelivery", "write true or false")
    if attributes.get("FilterPolicyScope", "MessageBody") not in ("MessageBody", "MessageAttributes"):
        raise wrong("FilterPolicyScope", "write MessageBody or MessageAttributes")
    try:
        if (policy := json.loads(attributes.get("FilterPolicy") or "{}")) != {}:
            compile_pattern(policy)
    except (ValueError, PatternError) as error:
        raise wrong("FilterPolicy", str(error)) from None
