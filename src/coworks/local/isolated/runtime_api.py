"""The Runtime API of Lambda in front of one process: it hands out the events and takes what comes of them.

What the services of the process ask of others comes here as well, at addresses of ours: on Lambda they ask
AWS, here it is us.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from coworks.engine import TaskError
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Outcome: TypeAlias = tuple[Literal["ready", "response", "error", "init error", "exit"], Any]

RUNTIME: Final = "/2018-06-01/runtime"
OURS: Final = "/coworks/"


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call: its id, the function's ARN, the event as JSON, and its end, in milliseconds since the epoch."""

    request: str
    function: str
    event: bytes
    deadline: int


class RuntimeApi:
    """Answers one process. `outcomes` is what it reports; `verbs` are what its services ask of others."""

    def __init__(self, verbs: Mapping[str, Callable[..., Any]]) -> None:
        self.outcomes: SimpleQueue[Outcome] = SimpleQueue()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self._verbs = verbs
        self._events: SimpleQueue[Invocation | None] = SimpleQueue()
        self._is_ready = False

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    def give(self, invocation: Invocation) -> None:
        """Let the process have this event next."""
        self._events.put(invocation)

    def accept(self) -> None:
        """Serve the connection that waits at the listener, in a thread."""
        connection, address = self.listener.accept()
        threading.Thread(target=self._serve, args=(connection, address), name="runtime", daemon=True).start()

    def close(self) -> None:
        """End: the process is gone."""
        self.listener.close()
        self._events.put(None)

    def next(self) -> Invocation | None:
        """The next event, once there is one; None at the end. Who asks the first time, has started."""
        if not self._is_ready:
            self._is_ready = True
            self.outcomes.put(("ready", None))
        return self._events.get()

    def perform(self, verb: str, arguments: list[Any]) -> dict[str, Any]:
        """What a service asked for: its `value`, or the `error` and `message` that it fails with."""
        try:
            return {"value": self._verbs[verb](*arguments)}
        except TaskError as error:
            return {"error": error.error, "message": str(error)}
        except CoWorksError as error:
            return {"error": type(error).__name__, "message": error.message}
        except Exception as error:  # noqa: BLE001 - a service may raise whatever it wants: its caller hears it
            return {"error": type(error).__name__, "message": str(error)}

    def _serve(self, connection: socket.socket, address: Any) -> None:
        with connection:
            try:
                _Handler(connection, address, self)  # type: ignore[arg-type] # no server
            except OSError:
                """The process is gone: who waits for it hears so from its end."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: RuntimeApi  # type: ignore[assignment] # stands in for one

    def do_GET(self) -> None:
        if self.path != f"{RUNTIME}/invocation/next":
            return self._send(404, b"{}")
        invocation = self.server.next()
        if invocation is None:
            self.close_connection = True
            return None
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function,
        }
        return self._send(200, invocation.event, headers)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith(OURS):
            told = self.server.perform(self.path.removeprefix(OURS), json.loads(body))
            return self._send(200, json.dumps(told).encode())
        outcomes = self.server.outcomes
        if self.path == f"{RUNTIME}/init/error":
            outcomes.put(("init error", body))
        else:
            outcomes.put(("response" if self.path.endswith("/response") else "error", body))
        return self._send(202, b"")

    def _send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response_only(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Says nothing: the call has its line."""
