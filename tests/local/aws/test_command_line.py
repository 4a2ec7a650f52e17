"""The AWS command line at the endpoint of a running project: the written scenario.

It is AWS's own, from PyPI, in an environment of its own (it wants an older docutils than Sphinx does). One
process runs all its commands: to start it takes longer than a command.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.local.aws.conftest import until
from tests.local.conftest import Serve
from uv import find_uv_bin

ORDERS = "arn:aws:states:us-east-1:000000000000:stateMachine:order"
TOPIC = "arn:aws:sns:us-east-1:000000000000:orders"
RUNNER = """
import contextlib, io, json, sys
from awscli.clidriver import main
for line in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        sys.argv = ["aws", *json.loads(line)]
        code = main()
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""
FILES = {
    "tech/stock.py": """
        from coworks import TechMicroService
        class Stock(TechMicroService):
            public = True
            def post_item(self, key, *, n=1):
                return {"key": key, "n": n}
    """,
    "biz/order.yml": """
        on:
          - event: {source: [shop], detail-type: [Order placed]}
          - topic: orders
        states:
          - name: Keep
            set: {kept: "{% $data.id %}"}
    """,
}


class CommandLine:
    """`aws` at an endpoint."""

    def __init__(self, python: Path, endpoint: str) -> None:
        self._endpoint = endpoint
        self._process = subprocess.Popen(
            [python, "-c", RUNNER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                "PATH": os.environ["PATH"],
                "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
                "AWS_ACCESS_KEY_ID": "local",
                "AWS_SECRET_ACCESS_KEY": "local",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_MAX_ATTEMPTS": "1",
            },
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, output and errors of a command."""
        # Version 1 asks AWS itself for SQS, whatever AWS_ENDPOINT_URL says.
        words = (*words, "--endpoint-url", self._endpoint)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        code, output, errors = json.loads(self._process.stdout.readline())
        return code, output, errors

    def __call__(self, *words: str) -> Any:
        """What a command tells, in JSON."""
        code, output, errors = self.run(*words)
        assert code == 0, errors
        return json.loads(output) if output else None

    def end(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="session")
def python_of_aws(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the AWS command line."""
    folder = tmp_path_factory.mktemp("aws")
    subprocess.run([find_uv_bin(), "venv", "--quiet", "--python", sys.executable, folder], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run(
        [find_uv_bin(), "pip", "install", "--quiet", "--python", python, "awscli>=1.40,<2"], check=True
    )
    return python


@pytest.fixture
def aws(python_of_aws: Path, serve_project: Serve) -> Iterator[CommandLine]:
    running = serve_project(FILES, triggers=True)
    command_line = CommandLine(python_of_aws, f"{running.system.url}/_aws")
    yield command_line
    command_line.end()


def test_messages_are_sent_received_deleted_and_buried(aws: CommandLine) -> None:
    dead = aws("sqs", "create-queue", "--queue-name", "jobs-dead")["QueueUrl"]
    told = aws("sqs", "get-queue-attributes", "--queue-url", dead, "--attribute-names", "QueueArn")
    policy = {"deadLetterTargetArn": told["Attributes"]["QueueArn"], "maxReceiveCount": 2}
    attributes = json.dumps({"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": "0"})
    queue = aws("sqs", "create-queue", "--queue-name", "jobs", "--attributes", attributes)["QueueUrl"]
    for body in ("good", "bad"):
        aws("sqs", "send-message", "--queue-url", queue, "--message-body", body)
    received = aws("sqs", "receive-message", "--queue-url", queue, "--visibility-timeout", "60")["Messages"]
    assert [one["Body"] for one in received] == ["good"]
    aws("sqs", "delete-message", "--queue-url", queue, "--receipt-handle", received[0]["ReceiptHandle"])
    for _ in range(2):
        assert aws("sqs", "receive-message", "--queue-url", queue)["Messages"][0]["Body"] == "bad"
    assert aws("sqs", "receive-message", "--queue-url", queue) is None
    (letter,) = aws("sqs", "receive-message", "--queue-url", dead, "--attribute-names", "All")["Messages"]
    assert (letter["Body"], letter["Attributes"]["ApproximateReceiveCount"]) == ("bad", "3")


def test_what_happens_starts_a_workflow_whose_history_is_read(aws: CommandLine) -> None:
    entry = {"Source": "shop", "DetailType": "Order placed", "Detail": '{"id": 1}'}
    assert aws("events", "put-events", "--entries", json.dumps([entry]))["FailedEntryCount"] == 0
    aws("sns", "publish", "--topic-arn", TOPIC, "--message", '{"id": 2}')
    started = aws("stepfunctions", "start-execution", "--state-machine-arn", ORDERS, "--input", '{"id": 3}')
    run = ("--execution-arn", started["executionArn"])
    done = until(
        lambda: (t := aws("stepfunctions", "describe-execution", *run))["status"] == "SUCCEEDED" and t
    )
    assert json.loads(done["input"]) == {"id": 3}
    history = aws("stepfunctions", "get-execution-history", *run)["events"]
    assert [history[0]["type"], history[-1]["type"]] == ["ExecutionStarted", "ExecutionSucceeded"]
    listed = (
        "stepfunctions",
        "list-executions",
        "--state-machine-arn",
        ORDERS,
        "--status-filter",
        "SUCCEEDED",
    )
    until(lambda: len(aws(*listed)["executions"]) == 3)


def test_a_service_is_invoked_and_nobody_is_told_who_he_is(aws: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    payload = json.dumps({"coworks": 1, "method": "POST", "path": "/item/tea", "body": {"n": 2}})
    told = aws("lambda", "invoke", "--function-name", "stock", "--payload", payload, str(file))
    assert told["StatusCode"] == 200
    assert json.loads(file.read_text())["body"] == {"key": "tea", "n": 2}
    assert aws("sts", "get-caller-identity")["Account"] == "000000000000"
    code, _, errors = aws.run("lambda", "invoke", "--function-name", "stok", str(file))
    assert code != 0
    assert "ResourceNotFoundException" in errors
