"""What is not ours goes to the endpoint that the user named, and never round in a circle."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from coworks.local.aws.elsewhere import Endpoint
from coworks.local.aws.wire import AwsRequest


class Handler(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(418 if self.path == "/teapot" else 200)
        self.send_header("x-path", self.path)
        self.send_header("x-token", self.headers["x-token"])
        self.end_headers()
        self.wfile.write(body.upper())

    def log_message(self, format: str, *given: Any) -> None:  # noqa: A002 - its name in the base class
        """Nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def request(path: str, **headers: str) -> AwsRequest:
    return AwsRequest("PUT", path, "a=b%20c", {"x-token": "t", **headers}, b"hello", "http://here/_aws")


def test_a_request_is_passed_on_as_it_is_and_so_is_the_answer(url: str) -> None:
    answer = Endpoint(url)(request("/bucket/a%20b"))
    assert (answer.status, answer.body) == (200, b"HELLO")
    assert (answer.headers["x-path"], answer.headers["x-token"]) == ("/bucket/a%20b?a=b%20c", "t")


def test_a_refusal_is_passed_on_too(url: str) -> None:
    assert Endpoint(f"{url}/")(AwsRequest("PUT", "/teapot", "", {"x-token": "t"}, b"x", "")).status == 418


def test_an_endpoint_that_does_not_answer_is_told(unused_port: int) -> None:
    answer = Endpoint(f"http://127.0.0.1:{unused_port}")(request("/"))
    assert answer.status == 503
    assert b"does not answer" in answer.body


def test_an_endpoint_that_leads_back_here_is_told(url: str) -> None:
    assert Endpoint(url)(request("/", **{"x-coworks-passed-on": "1"})).status == 508
