"""Whatever a client does to its connection, it gets a clear answer, and the others get theirs."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from coworks.engine.connections import Patience
from coworks.engine.front import Front
from coworks.engine.listening import listen, server_of

LIMIT = 100_000
SHORT = Patience(headers=0.2, reading=0.2)


class Echo(Front):
    """Says how long the body was; at /big a lot, at /slow only once it is told to."""

    longest = LIMIT

    def __init__(self, **bounds: Any) -> None:
        super().__init__(**bounds)
        self.waiting = threading.Semaphore(0)
        self.go = threading.Event()

    async def answer(self, request: Request, body: bytes) -> Response:
        if request.url.path == "/slow":
            self.waiting.release()
            while not self.go.is_set():
                await asyncio.sleep(0.01)
        return PlainTextResponse(b"x" * 50_000_000 if request.url.path == "/big" else str(len(body)))

    def refusal(self, status: int, detail: str) -> Response:
        return PlainTextResponse(detail, status)

    def told(self, request: Request, response: Response) -> tuple[str, str, str, int | str]:
        return "echo", request.method, request.url.path, response.status_code


class Served:
    def __init__(self, front: Echo, port: int) -> None:
        self.front = front
        self.port = port

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def ask(self, text: bytes, *, half_close: bool = False) -> tuple[int, bytes]:
        """Status and body of the answer to these bytes."""
        with self.connect() as client:
            client.sendall(text)
            if half_close:
                client.shutdown(socket.SHUT_WR)
            return read(client)


def read(client: socket.socket) -> tuple[int, bytes]:
    chunks = []
    while chunk := client.recv(65536):
        chunks.append(chunk)
    head, _, body = b"".join(chunks).partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def request(path: str = "/", headers: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n".encode()


@contextmanager
def served(front: Echo, patience: Patience) -> Iterator[Served]:
    listener = listen("127.0.0.1", 0)
    server = server_of(front, patience)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield Served(front, listener.getsockname()[1])
    finally:
        front.go.set()
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    with ExitStack() as stack:

        def start(patience: Patience = SHORT, **bounds: Any) -> Served:
            return stack.enter_context(served(Echo(**bounds), patience))

        yield start


def test_headers_that_do_not_come_are_408(serve: Callable[..., Served]) -> None:
    server = serve()
    with server.connect() as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: local")
        assert server.ask(request()) == (200, b"0")
        status, body = read(slow)
    assert (status, json.loads(body)["title"]) == (408, "Request Timeout")


def test_headers_that_trickle_in_are_408_too(serve: Callable[..., Served]) -> None:
    with serve().connect() as slow:
        slow.sendall(b"GET / HTTP/1.1\r\n")
        slow.settimeout(0.01)
        while True:
            slow.sendall(b"X-A: b\r\n")
            try:
                told = slow.recv(65536)
            except TimeoutError:
                continue
            assert told.startswith(b"HTTP/1.1 408 ")
            return


def test_the_second_request_of_a_connection_has_to_come_whole_as_well(serve: Callable[..., Served]) -> None:
    with serve().connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
        client.sendall(b"GET / HT")
        assert read(client)[0] == 408


def test_headers_without_an_end_are_431(serve: Callable[..., Served]) -> None:
    server = serve(Patience())
    assert server.ask(b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 100_000)[0] == 431
    assert server.ask(request(headers=f"X-Long: {'a' * 10_000}\r\n"))[0] == 200


def test_a_connection_that_says_nothing_is_closed(serve: Callable[..., Served]) -> None:
    with serve().connect() as silent:
        assert silent.recv(1) == b""


def test_a_body_that_does_not_come_is_408(serve: Callable[..., Served]) -> None:
    server = serve(body_within=0.2)
    assert server.ask(request(headers="Content-Length: 10\r\n") + b"abc")[0] == 408
    assert server.ask(request()) == (200, b"0")


@pytest.mark.parametrize("size", [LIMIT + 1, 20 * 1024 * 1024])
def test_a_body_that_is_too_large_is_413_for_who_sends_it_whole(
    serve: Callable[..., Served], size: int
) -> None:
    server = serve(Patience())
    assert server.ask(request(headers=f"Content-Length: {size}\r\n") + b"x" * size)[0] == 413
    assert server.ask(request(headers=f"Content-Length: {LIMIT}\r\n") + b"x" * LIMIT)[0] == 200


def test_who_asks_before_sending_need_not_send_what_is_too_large(serve: Callable[..., Served]) -> None:
    headers = f"Content-Length: {LIMIT + 1}\r\nExpect: 100-continue\r\n"
    status, body = serve(Patience()).ask(request(headers=headers))
    assert (status, body) == (413, b"the body is larger than 0.0954 MB")


def test_a_client_that_closes_its_half_gets_its_answer(serve: Callable[..., Served]) -> None:
    server = serve(Patience())
    with server.connect() as client:
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        server.front.waiting.acquire()
        server.front.go.set()
        assert read(client) == (200, b"0")


@pytest.mark.parametrize(
    "text", [b"GET / HTTP/1.1\r\nHost:", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"]
)
def test_a_request_that_breaks_off_is_400(serve: Callable[..., Served], text: bytes) -> None:
    status, body = serve(Patience()).ask(text, half_close=True)
    assert status == 400
    assert "before" in json.loads(body)["detail"]


def test_what_is_no_http_is_400(serve: Callable[..., Served]) -> None:
    assert serve(Patience()).ask(b"\x16\x03\x01 hello\r\n\r\n")[0] == 400


def test_a_client_that_does_not_read_is_cut_off_and_the_others_go_on(serve: Callable[..., Served]) -> None:
    server = serve()
    with server.connect() as stuck:
        stuck.sendall(request("/big"))
        assert server.ask(request()) == (200, b"0")
        stuck.recv(1)
        wait_for_reset(stuck)


def wait_for_reset(client: socket.socket) -> None:
    """Until the other side is gone, which a write tells without reading."""
    with pytest.raises(OSError, match=r"reset|[Bb]roken"):
        while True:
            client.sendall(b"x")
            threading.Event().wait(0.02)


def test_a_client_that_reads_gets_all(serve: Callable[..., Served]) -> None:
    status, body = serve(Patience()).ask(request("/big"))
    assert (status, len(body)) == (200, 50_000_000)


def test_too_many_requests_at_once_are_503_and_fewer_are_not(serve: Callable[..., Served]) -> None:
    server = serve(Patience(), under_way=3)
    with ExitStack() as stack:
        clients = [stack.enter_context(server.connect()) for _ in range(3)]
        for client in clients:
            client.sendall(request("/slow"))
            server.front.waiting.acquire()
        assert server.ask(request())[0] == 503
        server.front.go.set()
        assert [read(client)[0] for client in clients] == [200] * 3
    assert server.ask(request())[0] == 200
