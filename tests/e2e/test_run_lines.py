"""What `cws run --json` prints is read by programs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.request import urlopen

HELLO = """
    from coworks import TechMicroService
    class Hello(TechMicroService):
        public = True
        def get(self):
            return "hello"
"""


def test_each_line_is_an_object(make_project: Callable[[Mapping[str, str]], Path]) -> None:
    root = make_project({"tech/hello.py": HELLO})
    command = [sys.executable, "-m", "coworks", "-p", str(root), "run", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        urlopen(f"{told['url']}/hello", timeout=30).close()
        call = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert (told["project"], told["services"], told["workflows"]) == ("shop", ["hello"], [])
    assert (call["service"], call["method"], call["path"], call["status"]) == ("hello", "GET", "/", 200)
    assert call.keys() == {"time", "level", "service", "method", "path", "status", "ms"}
    assert rest == ""
    assert process.returncode == 0
