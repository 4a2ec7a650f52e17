"""The console as an ASGI application that the gateway of `cws run` hands everything below `/_console` to.

Until somebody visits, nothing of it is loaded but this. The first visit imports NiceGUI, in a thread, and
starts it on the loop of the server.
"""

from __future__ import annotations

import asyncio
import logging
import time
from importlib import import_module
from typing import TYPE_CHECKING, Final

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse

from coworks.console.audit import AuditLog
from coworks.console.dressing import Dressing
from coworks.console.guard import HEADERS, refusal
from coworks.console.login import HOME, Login
from coworks.console.sessions import Sessions
from coworks.console.users import Users
from coworks.console.visitors import SCOPE_KEY, Visitor
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from coworks.local import System

logger = logging.getLogger("coworks.console")

_PAGES: Final = "coworks.console.pages.application"
_OF_EXTRA: Final = frozenset({"nicegui", "fastapi"})


class Console:
    """The console of a running system; `start` gives its pages, at the first visit.

    With `only_local` it is open, to this machine alone; else it wants a password. `clock` counts the seconds
    of sessions.
    """

    def __init__(
        self,
        system: System,
        *,
        only_local: bool,
        start: Callable[[], Awaitable[ASGIApp]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        folder = system.project.settings.state_folder
        self._system = system
        self._only_local = only_local
        self._audit = AuditLog(folder)
        users = Users(folder)
        self._sessions = Sessions(clock, lambda user: users.find(user.name) == user)
        self._login = Login(users, self._sessions, self._audit)
        self._start = start or start_pages
        self._starting = asyncio.Lock()
        self._pages: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        is_socket = scope["type"] == "websocket"
        method = "SOCKET" if is_socket else scope["method"]
        said = refusal(method, connection.headers, only_local=self._only_local)
        visitor = None if said else self._visitor(connection)
        if is_socket and visitor is None:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "not allowed"})
        elif said:
            await PlainTextResponse(f"{said}\n", 403, HEADERS)(scope, receive, send)
        elif visitor is None:
            await (await self._login.answer(Request(scope, receive)))(scope, receive, send)
        else:
            await self._serve(visitor, scope, receive, send)

    def _visitor(self, connection: HTTPConnection) -> Visitor | None:
        """Who asks; None for somebody who has to log in first."""
        if self._only_local:
            return Visitor(self._system, self._audit)
        session = self._login.session_of(connection)
        return Visitor(self._system, self._audit, self._sessions, session) if session else None

    async def _serve(self, visitor: Visitor, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == HOME.rstrip("/"):
            await RedirectResponse(HOME, 307, HEADERS)(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] in (f"{HOME}login", f"{HOME}logout"):
            leaves = visitor.session is not None and scope["path"] == f"{HOME}logout"
            answer = self._login.leave(Request(scope)) if leaves else RedirectResponse(HOME, 303, HEADERS)
            await answer(scope, receive, send)
            return
        try:
            pages = await self._started()
        except CoWorksError as error:
            await PlainTextResponse(f"{error.explain()}\n", 501, HEADERS)(scope, receive, send)
            return
        await pages({**scope, SCOPE_KEY: visitor}, receive, send)

    async def _started(self) -> ASGIApp:
        async with self._starting:
            if self._pages is None:
                pages: ASGIApp = Dressing(await self._start())
                self._pages = pages if self._only_local else GZipMiddleware(pages)
            return self._pages


async def start_pages() -> ASGIApp:
    """Load the pages and start them on this loop. Raises `CoWorksError` when NiceGUI is not installed."""
    try:
        module = await asyncio.to_thread(import_module, _PAGES)
    except ModuleNotFoundError as error:
        if error.name not in _OF_EXTRA:
            raise
        raise CoWorksError(
            "the console needs NiceGUI, which is not installed", hint='pip install "coworks[console]"'
        ) from None
    pages: ASGIApp = await module.started()
    return pages
