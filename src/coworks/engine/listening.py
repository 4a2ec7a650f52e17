"""Serving over HTTP: the socket, the address that it has, and the server around an application.

`cws run` and `cws engine` serve alike.
"""

from __future__ import annotations

import logging
import socket
import sys
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

import uvicorn

from coworks.engine.connections import Patience, patient
from coworks.errors import CoWorksError

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from starlette.types import ASGIApp

GRACE: Final = 1
"""Seconds that calls under way have to end after Ctrl-C."""

CONNECTIONS: Final = 4096


class AddressInUseError(CoWorksError):
    """The port is taken, or the address is not this machine's."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one. Raises `AddressInUseError` with the fix."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise AddressInUseError(
            f"cannot serve at {host}:{port}: {error.strerror}", hint=f"choose another port: --port {port + 1}"
        ) from None
    # An answer is two small writes. asyncio would see to it that the second does not wait 40 ms for the
    # client's acknowledgement, but only of sockets that name their protocol, which `create_server`'s do not.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def allow_connections(wanted: int = CONNECTIONS) -> None:
    """Let this process have so many connections and files at once, as far as the system lets it decide: some
    begin with 256.
    """
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def is_loopback(host: str) -> bool:
    """True for the names and addresses that only this machine can reach."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    # How a socket of IPv6 shows who came by IPv4; Python before 3.13 does not look inside.
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def names_this_machine(host: str) -> bool:
    """True for the names under which programs and pages of this machine reach us, however names resolve
    elsewhere (https://www.rfc-editor.org/rfc/rfc6761#section-6.3): a page that had its own name point here
    comes under that name.
    """
    return is_loopback(host) or host.endswith(".localhost")


def url_of(host: str, listener: socket.socket) -> str:
    """Where this machine reaches the listener; one that listens everywhere is reached at the loopback."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - nothing is bound here
    shown = f"[{reached}]" if ":" in reached else reached
    return f"http://{shown}:{listener.getsockname()[1]}"


def server_of(app: ASGIApp, patience: Patience | None = None) -> uvicorn.Server:
    """A server for an application that tells itself, in our words, what goes wrong in a call."""
    allow_connections()
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    config = uvicorn.Config(
        app,
        http=patient(patience or Patience()),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    return uvicorn.Server(config)
