"""What is put on every answer of the console: the headers that protect it, and the nonce of its scripts."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final

from starlette.datastructures import MutableHeaders

from coworks.console.guard import HEADERS, policy

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SCRIPT: Final = re.compile(rb"<script(?=[\s>])")
_KEPT: Final = "public, max-age=31536000, immutable"
_LIBRARIES: Final = "/_console/_nicegui/"
"""Files whose address holds the version of NiceGUI."""


class Dressing:
    """Around the pages. NiceGUI escapes `<` in everything that it puts into a page, so the script elements
    in there are its own: they get the nonce without which the browser runs none.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Answer(scope["path"], send).send)


class _Answer:
    """One answer on its way out; a page is held until it is whole."""

    def __init__(self, path: str, send: Send) -> None:
        self._path = path
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)

    async def _begin(self, message: Message) -> None:
        headers = MutableHeaders(raw=list(message["headers"]))
        headers.update(HEADERS)
        is_library = self._path.startswith(_LIBRARIES) and "/dynamic_resources/" not in self._path
        headers["Cache-Control"] = _KEPT if is_library and message["status"] == 200 else "no-cache"
        message = {**message, "headers": headers.raw}
        if headers.get("content-type", "").startswith("text/html"):
            self._start = message
        else:
            headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
            await self._send({**message, "headers": headers.raw})

    async def _finish(self, start: Message) -> None:
        nonce = secrets.token_urlsafe(16)
        body = _SCRIPT.sub(f'<script nonce="{nonce}"'.encode(), self._body)
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["Content-Security-Policy"] = policy(nonce)
        headers["Content-Length"] = str(len(body))
        headers["Cache-Control"] = "no-store"
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})
