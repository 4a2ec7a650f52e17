"""An order is left in the queue of another service, and the service does it as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from coworks.errors import CoWorksError, UsageError
from coworks.tech import TechMicroService, entry
from coworks.tech.clients import connect
from coworks.tech.queues import Delivery, Queue, SqsCarrier, send_by

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Mail(TechMicroService):
    def __init__(self) -> None:
        self.sent: list[str] = []

    def post_send(self, box: str, *, to: str) -> None:
        self.sent.append(f"{box}: {to}")


class OnceMail(Mail):
    @entry(idempotent=True)
    def post_send(self, box: str, *, to: str) -> None:
        super().post_send(box, to=to)


def test_a_method_of_the_queue_hands_the_order_to_the_carrier() -> None:
    carried: list[tuple[str, Any, Delivery]] = []

    def carry(service: str, order: Any, delivery: Delivery) -> str:
        carried.append((service, order, delivery))
        return "m1"

    stop = send_by(carry)
    queue = connect("mail").queue
    assert queue.post_send("out", to="ann") == "m1"
    assert queue(delay=5, group="g", deduplication_id="d").post_send("out", to="bob") == "m1"
    stop()
    (service, order, delivery), (_, _, other) = carried
    assert (service, delivery, other) == ("mail", Delivery(), Delivery(5, "g", "d"))
    assert order == {
        "coworks": 1,
        "method": "POST",
        "path": "/send/out",
        "headers": {},
        "body": {"to": "ann"},
    }


def test_two_messages_with_one_idempotency_key_are_done_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CWS_IDEMPOTENCY_FILE", str(tmp_path / "answers.db"))
    mail, bodies = OnceMail(), []

    def carry(service: str, order: Any, delivery: Delivery) -> str:
        bodies.append(json.dumps(order))
        return f"m{len(bodies)}"

    stop = send_by(carry)
    for _ in range(2):
        connect("mail", idempotency_key="mail-7").queue(delay=1).post_send("out", to="ann")
    stop()
    records = [
        {"messageId": f"m{number}", "eventSource": "aws:sqs", "body": body}
        for number, body in enumerate(bodies)
    ]
    assert mail({"Records": records}) == {"batchItemFailures": []}
    assert mail.sent == ["out: ann"]


@pytest.mark.parametrize(
    "wrong",
    [{"delay": 901}, {"delay": -1}, {"delay": 1.5}, {"delay": True}, {"group": ""}, {"group": "a b"},
     {"group": "x" * 129}, {"deduplication_id": "d"}],
)  # fmt: skip
def test_what_sqs_refuses_is_refused_before(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as refused:
        Queue("mail")(**wrong)
    assert refused.value.hint


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("sqs", region_name="eu-west-1")


ON_AWS = {"CWS_PROJECT": "corner", "CWS_STAGE": "dev"}


def received(sqs: Any, url: str) -> dict[str, Any]:
    (message,) = sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])["Messages"]
    return dict(message)


def test_on_aws_the_message_is_an_order_that_the_service_does(sqs: Any) -> None:
    url = sqs.create_queue(QueueName="corner-dev-mail")["QueueUrl"]
    stop = send_by(SqsCarrier(lambda: sqs, ON_AWS))
    identifier = connect("mail").queue.post_send("out", to="ann")
    stop()
    message = received(sqs, url)
    assert message["MessageId"] == identifier
    record = {"messageId": identifier, "eventSource": "aws:sqs", "body": message["Body"]}
    mail = Mail()
    assert mail({"Records": [record]}) == {"batchItemFailures": []}
    assert mail.sent == ["out: ann"]


def test_on_aws_a_group_goes_to_the_fifo_queue(sqs: Any) -> None:
    url = sqs.create_queue(QueueName="corner-dev-mail.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    carry = SqsCarrier(lambda: sqs, ON_AWS)
    carry("mail", {"coworks": 1}, Delivery(group="g", deduplication_id="d"))
    carry("mail", {"coworks": 1}, Delivery(group="g", deduplication_id="d"))
    with pytest.raises(UsageError, match="delays no single message"):
        carry("mail", {"coworks": 1}, Delivery(delay=1, group="g"))
    message = received(sqs, url)
    assert (message["Attributes"]["MessageGroupId"], json.loads(message["Body"])) == ("g", {"coworks": 1})
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"][
        "ApproximateNumberOfMessages"
    ] in ("0", 0)


def test_on_aws_a_queue_may_be_named_and_a_missing_one_is_told(sqs: Any) -> None:
    url = sqs.create_queue(QueueName="elsewhere")["QueueUrl"]
    named = SqsCarrier(lambda: sqs, {"CWS_QUEUE_MY_MAIL": url})
    assert named("my-mail", {"coworks": 1}, Delivery(delay=0))
    with pytest.raises(CoWorksError, match="no queue corner-dev-mail") as refused:
        SqsCarrier(lambda: sqs, ON_AWS)("mail", {"coworks": 1}, Delivery())
    assert refused.value.hint
