"""Which function performs an operation of SNS.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Operations.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coworks.local.aws.protocols import QueryApi
from coworks.local.aws.sns.forms import refused
from coworks.local.aws.sns.publishing import Publishing
from coworks.local.aws.sns.topics import Topics

if TYPE_CHECKING:
    from coworks.local.aws.sns.subscriptions import Subscriptions
    from coworks.local.bus import Bus

VERSION: Final = "2010-03-31"
_NAMESPACE: Final = f"http://sns.amazonaws.com/doc/{VERSION}/"


def sns_api(bus: Bus, subscriptions: Subscriptions) -> QueryApi:
    publishing, topics = Publishing(bus), Topics(subscriptions)
    operations = {
        "CreateTopic": topics.create,
        "DeleteTopic": topics.delete,
        "GetSubscriptionAttributes": topics.subscription_attributes,
        "GetTopicAttributes": topics.attributes,
        "ListSubscriptions": topics.list_subscriptions,
        "ListSubscriptionsByTopic": topics.list_subscriptions_of_topic,
        "ListTopics": topics.list_topics,
        "Publish": publishing.publish,
        "PublishBatch": publishing.publish_batch,
        "SetSubscriptionAttributes": topics.set_subscription_attribute,
        "SetTopicAttributes": topics.set_attribute,
        "Subscribe": topics.subscribe,
        "Unsubscribe": topics.unsubscribe,
    }
    return QueryApi(operations, refused, _NAMESPACE)
