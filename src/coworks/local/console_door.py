"""What serving adds for the console: its place beside the gateway, and WebSockets.

The console itself is handed in: this room knows nothing of it, and what WebSockets take is loaded for the
first one.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

if TYPE_CHECKING:
    import asyncio

    import uvicorn
    from starlette.types import ASGIApp, Receive, Scope, Send

    from coworks.local.system import System

_CONSOLE: Final = "/_console/"


class MakeConsole(Protocol):
    """Makes the console of a system; with `only_local` it is for this machine alone."""

    def __call__(self, system: System, *, only_local: bool) -> ASGIApp: ...


class WithConsole:
    """The gateway, and the console for what is below `/_console`; it guards itself."""

    def __init__(self, gateway: ASGIApp, console: ASGIApp) -> None:
        self._gateway = gateway
        self._console = console

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_below = f"{scope.get('path', '')}/".startswith(_CONSOLE)
        await (self._console if is_below else self._gateway)(scope, receive, send)


def load_sockets_late(server: uvicorn.Server) -> None:
    """Take WebSockets where a package for them is installed, without loading it now."""
    protocol = cast("type[asyncio.Protocol]", _opened)
    server.config.ws = protocol if find_spec("websockets") else "none"


def _opened(**settings: Any) -> asyncio.Protocol:
    """The protocol of a connection that becomes a WebSocket."""
    module = import_module("uvicorn.protocols.websockets.websockets_sansio_impl")
    opened: asyncio.Protocol = module.WebSocketsSansIOProtocol(**settings)
    return opened
