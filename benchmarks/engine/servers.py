"""The engines, each as a server in a process of its own."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from benchmarks.engine.workloads import FUNCTION

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCESS = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
HANDLER = "def handler(event, context):\n    return event\n"


class Server:
    """A process that answers boto3 at `url`."""

    def __init__(self, name: str, command: list[str], url: str, environment: dict[str, str]) -> None:
        self.name = name
        self.url = url
        self._process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def client(self, service: str) -> Any:
        config = Config(inject_host_prefix=False, retries={"max_attempts": 1}, read_timeout=300)
        return boto3.client(service, endpoint_url=self.url, config=config, **ACCESS)

    def wait_until_up(self) -> None:
        give_up = time.monotonic() + 60
        while True:
            try:
                self.client("stepfunctions").list_state_machines()
            except Exception:
                if time.monotonic() > give_up or self._process.poll() is not None:
                    raise
                time.sleep(0.2)
            else:
                return

    def peak_memory(self) -> float:
        """MB that the process and its children had at most."""
        return sum(map(_peak, [self._process.pid, *_children(self._process.pid)])) / 1024

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _peak(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    direct = [int(child) for child in text.split()]
    return [*direct, *(one for child in direct for one in _children(child))]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def functions() -> Iterator[str]:
    """The address of a Lambda that echoes."""
    command = [sys.executable, "-m", "benchmarks.engine.echo"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


@contextmanager
def coworks() -> Iterator[Server]:
    """`cws engine` with its database on disk."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder, functions() as lambdas:
        port = free_port()
        command = [sys.executable, "-m", "coworks", "engine", "--port", str(port), "--quiet"]
        environment = {
            "AWS_ENDPOINT_URL_LAMBDA": lambdas,
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
        }
        with _running(
            Server(
                "coworks", [*command, "--db", f"{folder}/engine.db"], f"http://127.0.0.1:{port}", environment
            )
        ) as server:
            yield server


@contextmanager
def ministack() -> Iterator[Server]:
    """It listens at all interfaces, so it runs no longer than its part of the benchmark."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("ministack"))]
    with _running(
        Server("ministack", command, f"http://127.0.0.1:{port}", {"GATEWAY_PORT": str(port)})
    ) as server:
        _create_function(server)
        yield server


@contextmanager
def moto() -> Iterator[Server]:
    """moto's server, told to execute state machines and to run functions without Docker."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)]
    with _running(Server("moto", command, f"http://127.0.0.1:{port}", {})) as server:
        settings = {"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": False}}
        request = urllib.request.Request(f"{server.url}/moto-api/config", json.dumps(settings).encode())
        urllib.request.urlopen(request).close()
        _create_function(server)
        yield server


SERVERS = (coworks, ministack, moto)


@contextmanager
def _running(server: Server) -> Iterator[Server]:
    try:
        server.wait_until_up()
        yield server
    finally:
        server.stop()


def _create_function(server: Server) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", HANDLER)
    role = server.client("iam").create_role(RoleName="any", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    server.client("lambda").create_function(
        FunctionName=FUNCTION,
        Runtime=f"python3.{sys.version_info.minor}",
        Role=role,
        Handler="app.handler",
        Code={"ZipFile": packed.getvalue()},
    )
