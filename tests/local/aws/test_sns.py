"""Topics and what is subscribed to them by the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.local.aws.conftest import ACCOUNT, ServeAws, until

QUEUE = f"arn:aws:sqs:{ACCOUNT}:heard"
SERVICE = f"arn:aws:lambda:{ACCOUNT}:function:stock"
TOPIC = f"arn:aws:sns:{ACCOUNT}:news"
LOW = {"level": {"DataType": "String", "StringValue": "low"}}


def test_a_queue_hears_of_a_topic(serve_aws: ServeAws) -> None:
    aws = serve_aws()
    sns, receive = aws.client("sns"), aws.queue("heard")
    assert sns.create_topic(Name="news")["TopicArn"] == TOPIC
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE)
    sent = sns.publish(TopicArn=TOPIC, Message="hello", Subject="Greeting", MessageAttributes=LOW)
    told = json.loads(receive()["Body"])
    assert (told["Type"], told["MessageId"], told["TopicArn"]) == ("Notification", sent["MessageId"], TOPIC)
    assert (told["Subject"], told["Message"]) == ("Greeting", "hello")
    assert told["MessageAttributes"] == {"level": {"Type": "String", "Value": "low"}}


def test_raw_messages_are_as_they_were_published(serve_aws: ServeAws) -> None:
    aws = serve_aws()
    sns, receive = aws.client("sns"), aws.queue("heard")
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE, Attributes={"RawMessageDelivery": "true"})
    sns.publish(TopicArn=TOPIC, Message="hello", MessageAttributes=LOW)
    message = receive()
    assert (message["Body"], message["MessageAttributes"]) == ("hello", LOW)


def test_filters_choose_by_attributes_or_by_the_message(serve_aws: ServeAws) -> None:
    aws = serve_aws()
    sns, receive = aws.client("sns"), aws.queue("heard")
    policy = {"FilterPolicy": '{"level": ["low"]}', "RawMessageDelivery": "true"}
    one = sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE, Attributes=policy)["SubscriptionArn"]
    sns.publish(TopicArn=TOPIC, Message="not this")
    sns.publish(TopicArn=TOPIC, Message="this", MessageAttributes=LOW)
    assert receive()["Body"] == "this"
    sns.set_subscription_attributes(
        SubscriptionArn=one, AttributeName="FilterPolicyScope", AttributeValue="MessageBody"
    )
    sns.publish(TopicArn=TOPIC, Message="not this", MessageAttributes=LOW)
    sns.publish(TopicArn=TOPIC, Message='{"level": "low"}')
    assert receive()["Body"] == '{"level": "low"}'


def test_a_service_hears_of_a_topic_until_it_is_unsubscribed(serve_aws: ServeAws) -> None:
    aws = serve_aws()
    sns, receive = aws.client("sns"), aws.queue("heard")
    one = sns.subscribe(TopicArn=TOPIC, Protocol="lambda", Endpoint=SERVICE)["SubscriptionArn"]
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE)
    assert len(sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]) == 2
    sns.publish(TopicArn=TOPIC, Message="first")
    until(lambda: [told["Message"] for told in aws.seen()] == ["first"])
    receive()
    sns.unsubscribe(SubscriptionArn=one)
    sns.publish(TopicArn=TOPIC, Message="second")
    assert json.loads(receive()["Body"])["Message"] == "second"
    assert len(aws.seen()) == 1
    sns.delete_topic(TopicArn=TOPIC)
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_each_message_of_a_batch_is_published_or_refused_by_itself(serve_aws: ServeAws) -> None:
    aws = serve_aws()
    sns, receive = aws.client("sns"), aws.queue("heard")
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE, Attributes={"RawMessageDelivery": "true"})
    entries = [{"Id": "a", "Message": "good"}, {"Id": "b", "Message": "bad", "Subject": "two\nlines"}]
    told = sns.publish_batch(TopicArn=TOPIC, PublishBatchRequestEntries=entries)
    assert [one["Id"] for one in told["Successful"]] == ["a"]
    assert [(one["Id"], one["Code"]) for one in told["Failed"]] == [("b", "InvalidParameter")]
    assert receive()["Body"] == "good"


def test_a_topic_tells_its_attributes(serve_aws: ServeAws) -> None:
    sns = serve_aws().client("sns")
    sns.create_topic(Name="news", Attributes={"DisplayName": "The news"})
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE)
    told = sns.get_topic_attributes(TopicArn=TOPIC)["Attributes"]
    assert (told["DisplayName"], told["SubscriptionsConfirmed"]) == ("The news", "1")
    assert sns.list_topics()["Topics"] == [{"TopicArn": TOPIC}]
    with pytest.raises(sns.exceptions.NotFoundException):
        sns.get_topic_attributes(TopicArn=f"{TOPIC}2")


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("create_topic", {"Name": "a b"}),
        ("create_topic", {"Name": "a.fifo"}),
        ("subscribe", {"TopicArn": TOPIC, "Protocol": "email", "Endpoint": "a@b.example"}),
        ("subscribe", {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": SERVICE}),
        ("subscribe", {"TopicArn": "news", "Protocol": "sqs", "Endpoint": QUEUE}),
        ("publish", {"TopicArn": TOPIC, "Message": "{", "MessageStructure": "json"}),
        (
            "subscribe",
            {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": QUEUE, "Attributes": {"FilterPolicy": "[]"}},
        ),
    ],
)
def test_what_sns_refuses_is_refused(serve_aws: ServeAws, operation: str, told: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(serve_aws().client("sns"), operation)(**told)
    assert caught.value.response["Error"]["Code"].startswith("InvalidParameter")
