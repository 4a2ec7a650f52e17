"""Whatever comes is answered or refused in AWS's words: no input makes the endpoint fail."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.local.aws.conftest import ACCOUNT, ServeAws

from coworks.local.aws.app import AwsApp
from coworks.local.aws.wire import AwsRequest

KNOWN = [
    "stock",
    "heard",
    "default",
    "All",
    "{}",
    '{"source": ["a"]}',
    "rate(1 day)",
    "ENABLED",
    f"arn:aws:sqs:{ACCOUNT}:stock",
    f"arn:aws:sns:{ACCOUNT}:news",
    f"arn:aws:lambda:{ACCOUNT}:function:stock",
]
MEMBERS = {
    "AmazonSQS": (
        """CreateQueue GetQueueUrl ListQueues ListDeadLetterSourceQueues SendMessage SendMessageBatch
        ReceiveMessage DeleteMessage DeleteMessageBatch ChangeMessageVisibility GetQueueAttributes
        ChangeMessageVisibilityBatch SetQueueAttributes TagQueue UntagQueue ListQueueTags PurgeQueue
        StartMessageMoveTask ListMessageMoveTasks AddPermission""",
        """QueueUrl QueueName Attributes AttributeNames Entries MessageBody MessageAttributes tags Tags
        TagKeys MessageSystemAttributes ReceiptHandle VisibilityTimeout MaxNumberOfMessages DelaySeconds Label
        MessageAttributeNames MaxResults NextToken SourceArn DestinationArn""",
    ),
    "AWSEvents": (
        """PutEvents TestEventPattern PutRule PutTargets RemoveTargets ListRules DescribeRule
        ListTargetsByRule ListRuleNamesByTarget EnableRule DeleteRule DescribeEventBus""",
        """Entries EventPattern Event Name Rule Targets Ids TargetArn NamePrefix Limit NextToken EventBusName
        State Description""",
    ),
}
SCHEDULE = """ScheduleExpression ScheduleExpressionTimezone Target FlexibleTimeWindow State StartDate EndDate
    GroupName ActionAfterCompletion Description"""
INVOKE = "MaximumRetryAttempts MaximumEventAgeInSeconds DestinationConfig"
FORM = """TopicArn Name Message Subject Protocol Endpoint SubscriptionArn NextToken AttributeName
    AttributeValue Attributes.entry.1.key Attributes.entry.1.value MessageAttributes.entry.1.Name
    MessageStructure MessageAttributes.entry.1.Value.DataType MessageAttributes.entry.1.Value.StringValue
    PublishBatchRequestEntries.member.1.Id"""
SNS = """CreateTopic DeleteTopic ListTopics GetTopicAttributes SetTopicAttributes Subscribe Publish
    PublishBatch Unsubscribe ListSubscriptions GetSubscriptionAttributes SetSubscriptionAttributes
    ListSubscriptionsByTopic"""
BELOW = """Id Arn MessageBody ReceiptHandle DataType StringValue Input InputPath InputTransformer
    InputTemplate InputPathsMap MessageGroupId SqsParameters Mode Destination OnFailure Detail Source
    DetailType Time Resources RedrivePolicy VisibilityTimeout a"""
TARGET = {"Id": "one", "Arn": KNOWN[-3], "Input": "{}"}
GOOD: dict[str, Any] = {
    "QueueUrl": "stock",
    "QueueName": "stock",
    "Entries": [{"Id": "a", "MessageBody": "b", "ReceiptHandle": "c", "Source": "d", "DetailType": "e"}],
    "MessageBody": "hello",
    "ReceiptHandle": f"1-{'0' * 32}",
    "VisibilityTimeout": 1,
    "SourceArn": "arn:aws:sqs:us-east-1:0:stock-dead",
    "Label": "one",
    "EventPattern": '{"source": ["a"]}',
    "Event": "{}",
    "Name": "one",
    "Rule": "one",
    "Targets": [TARGET],
    "Ids": ["one"],
    "TargetArn": KNOWN[-3],
    "ScheduleExpression": "rate(1 day)",
    "Target": TARGET,
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "TopicArn": KNOWN[-2],
    "Message": "hello",
    "Protocol": "sqs",
    "Endpoint": KNOWN[-3],
    "MessageAttributes.entry.1.Name": "level",
    "MessageAttributes.entry.1.Value.DataType": "String",
    "MessageAttributes.entry.1.Value.StringValue": "low",
    "PublishBatchRequestEntries.member.1.Id": "a",
}
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-5, 40)
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from(KNOWN)
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(BELOW.split()), inner, max_size=4)
    ),
    max_leaves=8,
)


def some(names: str, values: st.SearchStrategy[Any] = VALUES) -> st.SearchStrategy[dict[str, Any]]:
    """Members as they may be, up to three of them replaced by anything."""
    right = {name: GOOD[name] for name in names.split() if name in GOOD}
    wrong = st.dictionaries(st.sampled_from(names.split()), values, max_size=3)
    return wrong.map(lambda told: right | told)


def request(method: str, path: str, body: str, **headers: str) -> AwsRequest:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return AwsRequest(method, path, "", named, body.encode("utf-8", "replace"), "http://127.0.0.1/_aws")


def of_json(service: str) -> st.SearchStrategy[AwsRequest]:
    operations, members = MEMBERS[service]

    def asked(operation: str, told: dict[str, Any]) -> AwsRequest:
        body = json.dumps(told | {"WaitTimeSeconds": 0})
        return request("POST", "/", body, x_amz_target=f"{service}.{operation}")

    return st.builds(asked, st.sampled_from(operations.split()), some(members))


def of_rest(method: str, path: str, members: str, service: str) -> st.SearchStrategy[AwsRequest]:
    def asked(told: dict[str, Any]) -> AwsRequest:
        return request(method, path, json.dumps(told), authorization=signed_for(service))

    return st.builds(asked, some(members))


def signed_for(service: str) -> str:
    return f"AWS4-HMAC-SHA256 Credential=a/20270101/us-east-1/{service}/aws4_request, Signature=b"


def of_form(operations: str, members: str, version: str) -> st.SearchStrategy[AwsRequest]:
    def asked(action: str, told: dict[str, Any]) -> AwsRequest:
        body = urlencode({**told, "Action": action, "Version": version})
        return request("POST", "/", body, content_type="application/x-www-form-urlencoded")

    texts = st.text(max_size=5) | st.sampled_from(KNOWN)
    return st.builds(asked, st.sampled_from(operations.split()), some(members, texts))


REQUESTS = {
    "sqs": of_json("AmazonSQS"),
    "events": of_json("AWSEvents"),
    "scheduler": of_rest("PUT", "/schedules/one", SCHEDULE, "scheduler"),
    "lambda": of_rest("PUT", "/2019-09-25/functions/stock/event-invoke-config", INVOKE, "lambda"),
    "sns": of_form(SNS, FORM, "2010-03-31"),
}


def of_events(operation: str, told: dict[str, Any]) -> AwsRequest:
    return request("POST", "/", json.dumps(told), x_amz_target=f"AWSEvents.{operation}")


def of_schedule() -> AwsRequest:
    told = {name: GOOD[name] for name in ("ScheduleExpression", "Target", "FlexibleTimeWindow")}
    return request("POST", "/schedules/one", json.dumps(told), authorization=signed_for("scheduler"))


@pytest.mark.parametrize("service", REQUESTS)
def test_no_input_makes_it_fail(serve_aws: ServeAws, service: str) -> None:
    app = AwsApp(serve_aws().running.system, {})
    events, schedule = (
        of_events("PutRule", {"Name": "one", "EventPattern": '{"source": ["a"]}'}),
        of_schedule(),
    )
    assert (app.perform(events).status, app.perform(schedule).status) == (200, 200)

    @settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
    @given(REQUESTS[service])
    def answers(asked: AwsRequest) -> None:
        assert app.perform(asked).status < 500

    answers()
