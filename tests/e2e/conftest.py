"""`cws run` as a process of its own, to be asked over HTTP and to be killed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.request import Request, urlopen

import pytest


class Process:
    """A running `cws run`; `url` is where it answers."""

    def __init__(self, root: Path, *options: str) -> None:
        command = [sys.executable, "-m", *self.command(root, *options)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SMTP_")}
        self._log = (root / "run.log").open("ab")
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self._log, env=environment, text=True
        )
        self.lines: list[str] = []
        self.url = self._announced()
        self._reader = threading.Thread(target=self._read_on, daemon=True)
        self._reader.start()

    @staticmethod
    def command(root: Path, *options: str) -> list[str]:
        """The module that is run, with its arguments."""
        return ["coworks", "-p", str(root), "run", "--port", "0", *options]

    def _output(self) -> Iterator[str]:
        """What it writes, to be read on: a pipe that is full would hold it up."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            yield line

    def _read_on(self) -> None:
        for _ in self._output():
            """All of it."""

    def _announced(self) -> str:
        for line in self._output():
            if found := re.search(r"runs at (\S+)", line):
                return found[1]
        raise AssertionError("cws run ended before it announced itself")

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON answer to a request."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        with urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def end(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end; the exit code."""
        self.process.send_signal(number)
        self.process.wait(timeout=30)
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._log.close()
        return self.process.returncode


class RunProject(Protocol):
    def __call__(self, root: Path, *options: str) -> Process: ...


@pytest.fixture
def run_project() -> Iterator[RunProject]:
    """Starts `cws run` on a folder; what still runs when the test ends is killed."""
    started: list[Process] = []

    def run(root: Path, *options: str) -> Process:
        started.append(Process(root, *options))
        return started[-1]

    yield run
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)


def until(ask: Callable[[], Any], *, seconds: float = 60) -> Any:
    """The first answer that is true."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if answer := ask():
            return answer
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")
