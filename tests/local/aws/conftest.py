"""boto3 at the endpoint of a running project."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import boto3
import pytest
from botocore.config import Config
from tests.local.conftest import Running, Serve

ACCOUNT = "us-east-1:000000000000"
STOCK = """
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
        def on_event(self, event):
            self.seen.append(event)
        def on_notification(self, notification):
            self.seen.append(notification)
"""


@dataclass(frozen=True)
class Aws:
    running: Running

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=f"{self.running.system.url}/_aws",
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(retries={"max_attempts": 0}, inject_host_prefix=False),
        )

    def queue(self, name: str) -> Callable[[], Any]:
        """A new queue, from which the next message is received, deleted and given; it comes within 20 s."""
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=name)["QueueUrl"]

        def receive() -> Any:
            told = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20, MessageAttributeNames=["All"])
            (message,) = told["Messages"]
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return message

        return receive

    def seen(self) -> Any:
        """What the service `stock` has seen."""
        return self.running.ask("GET", "/stock").json["seen"]


class ServeAws(Protocol):
    def __call__(self, files: Mapping[str, str] | None = None) -> Aws: ...


@pytest.fixture
def serve_aws(serve_project: Serve) -> ServeAws:
    """Serves a project, that with the service `stock` alone if none is given."""

    def serve(files: Mapping[str, str] | None = None) -> Aws:
        return Aws(serve_project(files or {"tech/stock.py": STOCK}, triggers=True))

    return serve


def until(ask: Callable[[], Any]) -> Any:
    """The first answer that is true."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        if answer := ask():
            return answer
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")
