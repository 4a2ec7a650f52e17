"""Clients that misbehave, all at once, against `cws run` as it is started by its users."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.conftest import RunProject
from tests.engine.test_front import read

FILES = {
    "tech/echo.py": """
        from coworks import TechMicroService
        class Echo(TechMicroService):
            public = True
            def get(self):
                return "echo"
            def get_big(self):
                return b"x" * 4_000_000
            def get_huge(self):
                return "x" * 7_000_000
            def post(self, body):
                return str(len(body))
    """,
}


def test_everybody_gets_an_answer(
    make_project: Callable[[Mapping[str, str]], Path], run_project: RunProject
) -> None:
    running = run_project(make_project(FILES))
    address = urlsplit(running.url)
    with ExitStack() as stack:

        def begin(text: str) -> socket.socket:
            client = socket.create_connection((address.hostname, address.port), timeout=60)
            stack.callback(client.close)
            client.sendall(text.encode())
            return client

        for _ in range(20):
            begin("GET /echo HTTP/1.1\r\nHost: loc")  # headers that do not come
            begin(request("GET", "/echo/big"))  # nobody reads the answer
        crowd = [begin(request("GET", "/echo")) for _ in range(500)]
        answers = [read(client) for client in crowd]
        too_large = [begin(request("POST", "/echo", "a" * size)) for size in (20_000_000, 7_000_000)]
        refused = [read(client) for client in too_large]
        broken = read(begin(request("GET", "/echo/huge")))
    assert answers == [(200, b"echo")] * 500
    assert [status for status, _ in refused] == [413, 413]
    assert [json.loads(body)["detail"].partition(" 6 MB")[0] for _, body in refused] == [
        "the body is larger than 10 MB",
        "Lambda takes and gives up to",
    ]
    assert (broken[0], "too large" in broken[1].decode()) == (500, True)


def request(method: str, path: str, body: str = "") -> str:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    return f"{head}Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n{body}"
