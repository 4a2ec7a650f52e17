"""Publishing to a topic of SNS, by its name or its ARN."""

from __future__ import annotations

import json

import boto3
import pytest
from moto import mock_aws

from coworks.tech.topics import publish


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.mark.parametrize("by_arn", [False, True])
def test_a_message_goes_to_the_topic_of_this_account(by_arn: bool) -> None:
    with mock_aws():
        topic = boto3.client("sns").create_topic(Name="stock")["TopicArn"]
        sqs = boto3.client("sqs")
        queue = sqs.create_queue(QueueName="ear")["QueueUrl"]
        ear = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=ear)
        identity = publish(topic if by_arn else "stock", "nails: 3 left", subject="Stock")
        (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
        told = json.loads(message["Body"])
        assert (told["MessageId"], told["Message"], told["Subject"]) == (identity, "nails: 3 left", "Stock")
