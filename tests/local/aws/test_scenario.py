"""boto3 at the endpoint of a running project: the written scenario."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from tests.local.aws.conftest import Aws, ServeAws, until

FILES = {
    "tech/stock.py": """
        from coworks import NotFoundError, TechMicroService
        class Stock(TechMicroService):
            public = True
            seen = []
            def get(self):
                return {"seen": self.seen}
            def post_item(self, key, *, n=1):
                if key == "none":
                    raise NotFoundError("no such item")
                self.seen.append(key)
                return {"key": key, "n": n}
            def post_upload(self):
                import boto3
                s3 = boto3.client("s3")
                s3.create_bucket(Bucket="letters")
                s3.put_object(Bucket="letters", Key="a", Body=b"hello")
                return s3.get_object(Bucket="letters", Key="a")["Body"].read().decode()
    """,
    "biz/order.yml": """
        on:
          - event: {source: [shop], detail-type: [Order placed]}
          - topic: orders
          - queue: requests
        states:
          - name: Keep
            set: {kept: "{% $data.id %}"}
    """,
}


@pytest.fixture
def aws(serve_aws: ServeAws) -> Aws:
    return serve_aws(FILES)


def order(key: str) -> dict[str, Any]:
    return {"coworks": 1, "method": "POST", "path": f"/item/{key}"}


def test_a_message_is_sent_received_and_deleted(aws: Aws) -> None:
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName="letters", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    kind = {"kind": {"DataType": "String", "StringValue": "letter"}}
    sent = sqs.send_message(QueueUrl=url, MessageBody="hello", MessageAttributes=kind)
    (message,) = sqs.receive_message(
        QueueUrl=url, AttributeNames=["All"], MessageAttributeNames=["All"], WaitTimeSeconds=5
    )["Messages"]
    assert (message["MessageId"], message["Body"]) == (sent["MessageId"], "hello")
    assert message["MD5OfBody"] == sent["MD5OfMessageBody"]
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert message["MessageAttributes"] == kind
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=90)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert told["ApproximateNumberOfMessagesNotVisible"] == "0"
    assert (told["VisibilityTimeout"], told["QueueArn"]) == (
        "60",
        "arn:aws:sqs:us-east-1:000000000000:letters",
    )
    sqs.delete_queue(QueueUrl=url)
    with pytest.raises(sqs.exceptions.QueueDoesNotExist) as caught:
        sqs.get_queue_url(QueueName="letters")
    assert caught.value.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"


def test_a_batch_tells_what_was_sent_and_what_was_not(aws: Aws) -> None:
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName="batch")["QueueUrl"]
    entries = [
        {"Id": "a", "MessageBody": "first"},
        {"Id": "b", "MessageBody": "late", "DelaySeconds": 901},
        {"Id": "c", "MessageBody": "third"},
    ]
    told = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert [one["Id"] for one in told["Successful"]] == ["a", "c"]
    assert [(one["Id"], one["Code"]) for one in told["Failed"]] == [("b", "InvalidParameterValue")]
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    gone = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(received)]
    assert len(sqs.delete_message_batch(QueueUrl=url, Entries=gone)["Successful"]) == 2
    with pytest.raises(sqs.exceptions.BatchEntryIdsNotDistinct):
        sqs.delete_message_batch(QueueUrl=url, Entries=[gone[0], gone[0]])


def test_a_message_received_too_often_is_a_dead_letter_and_goes_back(aws: Aws) -> None:
    sqs = aws.client("sqs")
    dead = sqs.create_queue(QueueName="jobs-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    url = sqs.create_queue(QueueName="jobs", Attributes={"RedrivePolicy": policy, "VisibilityTimeout": "0"})[
        "QueueUrl"
    ]
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]
    sqs.send_message(QueueUrl=url, MessageBody="bad")
    assert "Messages" in sqs.receive_message(QueueUrl=url)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    (letter,) = sqs.receive_message(QueueUrl=dead, VisibilityTimeout=0, AttributeNames=["All"])["Messages"]
    assert letter["Attributes"]["DeadLetterQueueSourceArn"].endswith(":jobs")
    sqs.start_message_move_task(SourceArn=arn)
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "bad"


def test_an_order_in_the_queue_of_a_service_is_done(aws: Aws) -> None:
    sqs = aws.client("sqs")
    url = sqs.get_queue_url(QueueName="stock")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(order("tea")))
    until(lambda: aws.running.ask("GET", "/stock").json["seen"] == ["tea"])


def test_a_workflow_is_started_described_and_its_history_read(aws: Aws) -> None:
    states = aws.client("stepfunctions")
    (machine,) = states.list_state_machines()["stateMachines"]
    run = states.start_execution(stateMachineArn=machine["stateMachineArn"], input='{"id": 7}')[
        "executionArn"
    ]
    done = until(lambda: (t := states.describe_execution(executionArn=run))["status"] == "SUCCEEDED" and t)
    assert json.loads(done["input"]) == {"id": 7}
    events = states.get_execution_history(executionArn=run)["events"]
    assert [events[0]["type"], events[-1]["type"]] == ["ExecutionStarted", "ExecutionSucceeded"]


def test_a_service_is_invoked_now_later_and_on_trial(aws: Aws) -> None:
    functions = aws.client("lambda")
    arn = "arn:aws:lambda:us-east-1:000000000000:function:stock"
    now = functions.invoke(FunctionName="stock", Payload=json.dumps(order("a")))
    assert json.load(now["Payload"])["body"] == {"key": "a", "n": 1}
    failed = functions.invoke(FunctionName=arn, Payload=json.dumps(order("none")))
    told = json.load(failed["Payload"])
    assert (failed["FunctionError"], told["errorType"], told["errorMessage"]) == (
        "Unhandled",
        "NotFoundError",
        "no such item",
    )
    assert functions.invoke(FunctionName="stock", InvocationType="DryRun")["StatusCode"] == 204
    later = functions.invoke(FunctionName="stock", InvocationType="Event", Payload=json.dumps(order("b")))
    assert later["StatusCode"] == 202
    until(lambda: aws.running.ask("GET", "/stock").json["seen"] == ["a", "b"])
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.invoke(FunctionName="stok")


def test_events_and_publications_start_workflows(aws: Aws) -> None:
    detail = json.dumps({"id": 1})
    entries = [
        {"Source": "shop", "DetailType": "Order placed", "Detail": detail},
        {"Source": "shop", "DetailType": "Order placed", "Detail": "{"},
    ]
    told = aws.client("events").put_events(Entries=entries)
    assert (told["FailedEntryCount"], told["Entries"][1]["ErrorCode"]) == (1, "MalformedDetail")
    topic = "arn:aws:sns:us-east-1:000000000000:orders"
    attributes = {"level": {"DataType": "String", "StringValue": "low"}}
    assert aws.client("sns").publish(TopicArn=topic, Message='{"id": 2}', MessageAttributes=attributes)
    sqs = aws.client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="requests")["QueueUrl"], MessageBody='{"id": 3}')
    until(lambda: len(aws.running.ask("GET", "/order?status=SUCCEEDED").json["executions"]) == 3)


def test_the_caller_is_nobody_on_this_machine(aws: Aws) -> None:
    assert aws.client("sts").get_caller_identity()["Account"] == "000000000000"


def test_what_is_not_ours_is_done_by_moto_for_services_too(aws: Aws) -> None:
    s3 = aws.client("s3")
    assert aws.running.ask("POST", "/stock/upload").content == b"hello"
    assert [one["Key"] for one in s3.list_objects_v2(Bucket="letters")["Contents"]] == ["a"]
    s3.delete_object(Bucket="letters", Key="a")
    s3.delete_bucket(Bucket="letters")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.list_objects_v2(Bucket="letters")


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("another site", {"Origin": "https://evil.example"}),
        ("a page of our own", {"Origin": "http://127.0.0.1:8000"}),
        ("a form of another site", {"Sec-Fetch-Site": "cross-site"}),
        ("a rebound name", {"Host": "evil.example"}),
    ],
)
def test_a_web_page_is_refused(aws: Aws, name: str, headers: dict[str, str]) -> None:
    target = {"X-Amz-Target": "AmazonSQS.ListQueues", "Content-Type": "application/x-amz-json-1.0"}
    refused = aws.running.ask("POST", "/_aws", "{}", target | headers)
    assert (refused.status, refused.json["__type"]) == (403, "AccessDeniedException")
    assert aws.running.ask("POST", "/_aws", "{}", target).status == 200


def test_a_receiver_that_waits_keeps_nobody_else_from_the_endpoint(aws: Aws) -> None:
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName="quiet")["QueueUrl"]
    waiting = []
    for _ in range(80):
        connection = HTTPConnection(urlsplit(aws.running.system.url).netloc, timeout=60)
        told = {"X-Amz-Target": "AmazonSQS.ReceiveMessage"}
        connection.request("POST", "/_aws", json.dumps({"QueueUrl": url, "WaitTimeSeconds": 20}), told)
        waiting.append(connection)
    assert aws.client("sts").get_caller_identity()["Account"] == "000000000000"
    sqs.send_message(QueueUrl=url, MessageBody="woken")
    until(lambda: aws.running.system.queues.counts()["quiet"].in_flight == 1)
    for connection in waiting:
        connection.close()
