"""The page that asks for a password, where the console is reached from another machine."""

from __future__ import annotations

import asyncio
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from starlette.responses import HTMLResponse, RedirectResponse, Response

from coworks.console import texts
from coworks.console.guard import HEADERS

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection, Request

    from coworks.console.audit import AuditLog
    from coworks.console.sessions import Session, Sessions
    from coworks.console.users import Users

HOME: Final = "/_console/"
_LONGEST_FORM: Final = 4096
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_STYLE: Final = """
:root { color-scheme: light dark; --line: #cfd6dd; --accent: #1f5fbf; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; display: grid; min-height: 100vh;
  place-items: center; }
main { width: min(22rem, calc(100vw - 3rem)); } h1 { font-size: 1.35rem; margin: 0 0 1.25rem; }
label { display: block; font-size: .9rem; margin-top: .9rem; }
input { width: 100%; box-sizing: border-box; font: inherit; padding: .5rem .65rem; margin-top: .2rem;
  border: 1px solid var(--line); border-radius: 8px; background: transparent; color: inherit; }
button { font: inherit; font-weight: 600; margin-top: 1.4rem; width: 100%; padding: .55rem; border: 0;
  border-radius: 8px; background: var(--accent); color: #fff; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.said { color: #c0292b; margin: 0; }
"""


class Login:
    """Asks who somebody is, and remembers it by a cookie that no other site can have sent."""

    def __init__(self, users: Users, sessions: Sessions, audit: AuditLog) -> None:
        self._users = users
        self._sessions = sessions
        self._audit = audit

    def session_of(self, connection: HTTPConnection) -> Session | None:
        """The session of a request, from its cookie."""
        return self._sessions.find(connection.cookies.get(_cookie(connection), ""))

    async def answer(self, request: Request) -> Response:
        """The answer to a request of nobody: the page, or whether what it sent is right."""
        if not self._users.all():
            return _page(texts.CLOSED_TITLE, f"<p>{escape(texts.CLOSED)}</p>", 403)
        if request.method == "POST" and request.url.path == f"{HOME}login":
            return await self._log_in(request)
        return _page(texts.LOGIN_TITLE, _form(), 401 if request.url.path != f"{HOME}login" else 200)

    def leave(self, request: Request) -> Response:
        """End the session of a request."""
        key = request.cookies.get(_cookie(request), "")
        if session := self._sessions.find(key):
            self._audit.write(session.user.name, "logout", _address(request))
        self._sessions.end(key)
        response = RedirectResponse(f"{HOME}login", 303)
        response.delete_cookie(_cookie(request), path=HOME.rstrip("/"))
        return response

    async def _log_in(self, request: Request) -> Response:
        address = _address(request)
        if self._sessions.is_held_back(address):
            return _page(texts.LOGIN_TITLE, _form(texts.LOGIN_HELD_BACK), 429)
        name, password = await _read_form(request)
        user = await asyncio.to_thread(self._users.authenticate, name, password)
        if user is None:
            self._sessions.count_failure(address)
            self._audit.write(name[:64], "login refused", address)
            return _page(texts.LOGIN_TITLE, _form(texts.LOGIN_WRONG), 401)
        self._audit.write(user.name, "login", address)
        response = RedirectResponse(HOME, 303)
        response.set_cookie(
            _cookie(request),
            self._sessions.begin(user).key,
            path=HOME.rstrip("/"),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _cookie(connection: HTTPConnection) -> str:
    """Browsers share cookies between the ports of a host, and each port may be another project."""
    return f"cws_console_{(connection.scope.get('server') or ('', 0))[1]}"


async def _read_form(request: Request) -> tuple[str, str]:
    """The name and the password of a form; empty ones for what is none."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            return "", ""
    try:
        fields = parse_qs(body.decode())
    except UnicodeDecodeError:
        return "", ""
    return fields.get("name", [""])[0], fields.get("password", [""])[0]


def _form(said: str = "") -> str:
    told = f'<p class="said" role="alert">{escape(said)}</p>' if said else ""
    return (
        f'{told}<form method="post" action="{HOME}login">'
        f'<label>{texts.NAME}<input name="name" autocomplete="username" required autofocus></label>'
        f'<label>{texts.LOGIN_PASSWORD}<input name="password" type="password" '
        f'autocomplete="current-password" required></label><button>{texts.LOGIN_BUTTON}</button></form>'
    )


def _page(title: str, body: str, status: int = 200) -> Response:
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<main><h1>{escape(title)}</h1>{body}</main></html>"
    )
    headers = {**HEADERS, "Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(text, status, headers)
