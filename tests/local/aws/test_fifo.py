"""FIFO queues by the API: the order of groups, and one message of two that are the same."""

from __future__ import annotations

from typing import Any

import pytest
from tests.local.aws.conftest import ACCOUNT, ServeAws

FIFO = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}


def bodies(sqs: Any, url: str, **more: Any) -> list[str]:
    told = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **more)
    return [one["Body"] for one in told.get("Messages", [])]


def test_a_group_waits_for_its_first_and_others_go_on(serve_aws: ServeAws) -> None:
    sqs = serve_aws().client("sqs")
    url = sqs.create_queue(QueueName="line.fifo", Attributes=FIFO)["QueueUrl"]
    sent = [
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=body[0])
        for body in ("a1", "a2", "b1", "a1")
    ]
    assert sent[0]["MessageId"] == sent[3]["MessageId"], "the same content within five minutes"
    assert [int(one["SequenceNumber"]) for one in sent[:3]] == sorted(
        int(one["SequenceNumber"]) for one in sent[:3]
    )
    (first,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert first["Body"] == "a1"
    assert bodies(sqs, url) == ["b1"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    assert bodies(sqs, url) == ["a2"]


def test_a_message_needs_a_group(serve_aws: ServeAws) -> None:
    sqs = serve_aws().client("sqs")
    url = sqs.create_queue(QueueName="line.fifo", Attributes=FIFO)["QueueUrl"]
    with pytest.raises(sqs.exceptions.ClientError, match="needs a group"):
        sqs.send_message(QueueUrl=url, MessageBody="a")


def test_a_topic_fills_a_fifo_queue_in_the_order_of_its_messages(serve_aws: ServeAws) -> None:
    aws = serve_aws()
    sqs, sns = aws.client("sqs"), aws.client("sns")
    url = sqs.create_queue(QueueName="line.fifo", Attributes=FIFO)["QueueUrl"]
    topic = sns.create_topic(Name="news")["TopicArn"]
    arn, raw = f"arn:aws:sqs:{ACCOUNT}:line.fifo", {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=raw)
    sns.publish(TopicArn=topic, Message="first")
    assert bodies(sqs, url, WaitTimeSeconds=20) == ["first"]
