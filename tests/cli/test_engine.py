"""`cws engine` as a user has it: a process that boto3 talks to, stopped, killed and started again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.cli.conftest import Cws

ROLE = "arn:aws:iam::000000000000:role/any"
PASS = '{"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": true}}}'
SHORT_WAIT = '{"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 1, "End": true}}}'


class Engine:
    """A running `cws engine` and boto3's client of it."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "error",
                "-m",
                "coworks",
                "engine",
                "--port",
                "0",
                "--db",
                "engine.db",
                *options,
            ],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout
        self.output = self.process.stdout.readline()
        while "INJECTION" not in self.output.splitlines()[-1]:
            line = self.process.stdout.readline()
            assert line, self.output
            self.output += line
        found = re.search(r"AWS_ENDPOINT_URL_SFN=(http://127\.0\.0\.1:\d+)", self.output)
        assert found, self.output
        self.url = found[1]
        self.client: Any = boto3.client(
            "stepfunctions",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="any",
            aws_secret_access_key="any",
        )

    def end(self, number: int) -> tuple[int, str]:
        """Send a signal; the exit code, and what was printed since the start."""
        self.client.close()
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=20)
        return self.process.returncode, rest


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    started: list[Engine] = []

    def begin(*options: str) -> Engine:
        started.append(Engine(tmp_path, *options))
        return started[-1]

    yield begin
    for engine in started:
        if engine.process.poll() is None:
            engine.end(signal.SIGKILL)


def test_boto3_finds_it_by_the_variables_that_it_tells(
    start: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = start().output
    keys = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}
    for name, value in {**dict(re.findall(r"export (\w+)=(\S+)", told)), **keys}.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("stepfunctions", region_name="us-east-1")
    assert client.list_state_machines()["stateMachines"] == []
    tried = client.test_state(definition='{"Type": "Succeed"}', input="1")
    assert tried["output"] == "1"
    client.close()


def test_aws_sdk_calls_of_step_functions_come_back(start: Callable[..., Engine]) -> None:
    """An express machine, too, whose end a state waits for."""
    client = start().client
    express = client.create_state_machine(name="fast", definition=PASS, roleArn=ROLE, type="EXPRESS")
    given = {"StateMachineArn": express["stateMachineArn"], "Input": '{"n":1}'}
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sfn:startSyncExecution",
        "Parameters": given,
    }
    arn = client.create_state_machine(
        name="mirror",
        definition=json.dumps({"StartAt": "Run", "States": {"Run": {**task, "End": True}}}),
        roleArn=ROLE,
    )["stateMachineArn"]
    found = ended(client, client.start_execution(stateMachineArn=arn)["executionArn"])
    told = json.loads(found["output"])
    assert (told["Status"], told["Output"], told["Name"] != "") == ("SUCCEEDED", '{"n":1}', True)


def test_what_was_there_is_there_after_kill_9(start: Callable[..., Engine]) -> None:
    first = start()
    arn = first.client.create_state_machine(
        name="kept", definition=SHORT_WAIT, roleArn=ROLE, tags=[{"key": "a", "value": "b"}]
    )["stateMachineArn"]
    revision = first.client.update_state_machine(stateMachineArn=arn, roleArn=f"{ROLE}2")["revisionId"]
    execution = first.client.start_execution(stateMachineArn=arn, name="one")["executionArn"]
    first.end(signal.SIGKILL)
    client = start().client
    assert client.describe_state_machine(stateMachineArn=arn)["revisionId"] == revision
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "b"}]
    assert ended(client, execution)["status"] == "SUCCEEDED"


def ended(client: Any, execution: str) -> dict[str, Any]:
    """The description of an execution once it is over."""
    give_up = time.monotonic() + 15
    while (told := client.describe_execution(executionArn=execution))["status"] == "RUNNING":
        assert time.monotonic() < give_up
        time.sleep(0.05)
    return dict(told)


def test_one_process_at_a_time_works_on_a_database(start: Callable[..., Engine], cws: Cws) -> None:
    first = start()
    second = cws("engine", "--port", "0", "--db", "engine.db")
    assert second.returncode == 1
    assert f"another process works on engine.db, at {first.url}" in second.stderr
    assert "fix:" in second.stderr
    assert first.client.list_state_machines()["stateMachines"] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_it_is_told_to(start: Callable[..., Engine], tmp_path: Path, number: int) -> None:
    engine = start()
    engine.client.list_state_machines()
    code, rest = engine.end(number)
    assert code == 0
    assert re.search(r"ListStateMachines 200 [\d.]+ ms", rest)
    assert "Traceback" not in rest
    assert not (tmp_path / "engine.db.server.json").exists()


def test_account_region_and_silence_are_settings(start: Callable[..., Engine]) -> None:
    engine = start("--account", "123456789012", "--region", "eu-west-1", "--quiet")
    created = engine.client.create_state_machine(name="here", definition=SHORT_WAIT, roleArn=ROLE)
    assert created["stateMachineArn"] == "arn:aws:states:eu-west-1:123456789012:stateMachine:here"
    assert engine.end(signal.SIGINT) == (0, "")


def test_a_port_that_is_taken_is_told(start: Callable[..., Engine], cws: Cws) -> None:
    port = start().url.rpartition(":")[2]
    refused = cws("engine", "--port", port, "--db", "other.db")
    assert refused.returncode == 1
    assert f"cannot serve at 127.0.0.1:{port}" in refused.stderr


@pytest.mark.skipif(os.name == "nt", reason="a file in the place of a folder")
def test_a_database_that_cannot_be_is_told(cws: Cws, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = cws("engine", "--port", "0", "--db", "file/engine.db")
    assert refused.returncode == 1
    assert "cannot be used" in refused.stderr


def test_a_folder_stands_for_the_buckets(start: Callable[..., Engine], tmp_path: Path) -> None:
    (tmp_path / "buckets" / "data").mkdir(parents=True)
    (tmp_path / "buckets" / "data" / "items.json").write_text("[7, 8]")
    config = '"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}'
    reader = (
        '"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"},'
        ' "Parameters": {"Bucket": "data", "Key": "items.json"}}'
    )
    inner = f'{{{config}, "StartAt": "In", "States": {{"In": {{"Type": "Pass", "End": true}}}}}}'
    each = f'{{"Type": "Map", "End": true, {reader}, "ItemProcessor": {inner}}}'
    running = start("--buckets", "buckets")
    machine = running.client.create_state_machine(
        name="m", definition=f'{{"StartAt": "Each", "States": {{"Each": {each}}}}}', roleArn=ROLE
    )
    arn = running.client.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
    assert ended(running.client, arn)["output"] == "[7,8]"
    assert running.end(signal.SIGTERM)[0] == 0
