"""Serving a project over HTTP: in the foreground for `cws run`, in the background for a single command."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import uvicorn

from coworks.errors import CoWorksError
from coworks.local.gateway import Gateway
from coworks.local.system import System

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coworks.project import Project

GRACE = 2
"""Seconds that calls under way have to end after Ctrl-C."""


class AddressInUseError(CoWorksError):
    """The port is taken, or the address is not this machine's."""


def serve(project: Project, host: str, port: int, announce: Callable[[System], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; `announce` is called once the system is up.

    Raises `AddressInUseError` and `ProjectInUseError`, both before anything has begun.
    """
    listener = _listen(host, port)
    # The server gives the signal that ended it back to us once it is down; the system has still to close.
    signal.signal(signal.SIGTERM, _interrupt)
    with suppress(KeyboardInterrupt), listener, System(project, _url(host, listener)) as system:
        announce(system)
        _server(Gateway(system, only_local=_is_loopback(host))).run(sockets=[listener])


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


@contextmanager
def serving(project: Project, *, schedules: bool = False) -> Iterator[System]:
    """The system with its HTTP front on a free port, as long as the context lasts."""
    listener = _listen("127.0.0.1", 0)
    with listener, System(project, _url("127.0.0.1", listener), schedules=schedules) as system:
        server = _server(Gateway(system))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="http")
        thread.start()
        try:
            yield system
        finally:
            server.should_exit = True
            thread.join()


def _server(gateway: Gateway) -> uvicorn.Server:
    # What goes wrong in a call is told by the gateway, in our words.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    config = uvicorn.Config(
        gateway,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    return uvicorn.Server(config)


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise AddressInUseError(
            f"cannot serve at {host}:{port}: {error.strerror}", hint=f"choose another port: --port {port + 1}"
        ) from None


def _is_loopback(host: str) -> bool:
    return host == "localhost" or host == "::1" or host.startswith("127.")


def _url(host: str, listener: socket.socket) -> str:
    """Where this machine reaches the listener; one that listens everywhere is reached at the loopback."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - nothing is bound here
    shown = f"[{reached}]" if ":" in reached else reached
    return f"http://{shown}:{listener.getsockname()[1]}"
