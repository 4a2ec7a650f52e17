"""Publishing to a topic of SNS, by its name or its ARN."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import boto3
import pytest
from moto import mock_aws

from coworks.tech.topics import TopicClosedError, publish


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


class Refusing(BaseHTTPRequestHandler):
    """SNS for a role that does not name the topic."""

    def do_POST(self) -> None:
        said = b"<ErrorResponse><Error><Code>AuthorizationError</Code></Error></ErrorResponse>"
        self.send_response(403)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def refusing_sns(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SNS", f"http://127.0.0.1:{server.server_port}")
        serving = Thread(target=server.serve_forever)
        serving.start()
        yield
        server.shutdown()
        serving.join()


def test_a_topic_that_the_service_does_not_name_is_closed_to_it(
    refusing_sns: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "shop-dev-notify")
    monkeypatch.setenv("CWS_PROJECT", "shop")
    monkeypatch.setenv("CWS_STAGE", "dev")
    with pytest.raises(TopicClosedError, match="its setting publish does not name it") as refused:
        publish("arn:aws:sns:eu-west-1:123456789012:ops", "down")
    assert "[tool.coworks.services.notify] publish = [" in (refused.value.hint or "")
