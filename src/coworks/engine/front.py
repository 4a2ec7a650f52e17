"""What is in front of an application over HTTP: it takes requests, bounds them, and tells their calls.

A front keeps its answers clear whoever asks: a body that is too large is 413, one that does not come 408, and
more requests than can be under way 503. `connections.py` does the same for what comes before a request.
"""

from __future__ import annotations

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final

from starlette.requests import ClientDisconnect, Request

from coworks.engine.access import tell

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

logger = logging.getLogger("coworks.front")

BODY_WITHIN: Final = 30.0
"""Seconds for a body to come: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""

UNDER_WAY: Final = 1000
"""Requests at once, as many as Lambda runs at once for an account before it refuses some."""


_BODY_FIELDS: Final = frozenset({b"content-length", b"transfer-encoding"})
"""One of these says that there is a body: https://www.rfc-editor.org/rfc/rfc9112#section-6.3"""


class RefusedError(Exception):
    """A request that is not taken; `status` is HTTP's."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class Front(ABC):
    """An ASGI application whose answers a subclass makes."""

    def __init__(self, *, under_way: int = UNDER_WAY, body_within: float = BODY_WITHIN) -> None:
        self._room = under_way
        self._body_within = body_within

    @property
    @abstractmethod
    def longest(self) -> int | None:
        """How long a body may be, in bytes; None for any length."""

    @abstractmethod
    async def answer(self, request: Request, body: bytes) -> Response:
        """The answer to a request that is taken. Raises `RefusedError` for one that is not after all."""

    @abstractmethod
    def refusal(self, status: int, detail: str) -> Response:
        """How this front says no."""

    @abstractmethod
    def told(self, request: Request, response: Response) -> tuple[str, str, str, int | str]:
        """Service, method, path and status of the line of a call."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        started = time.perf_counter()
        self._room -= 1
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        finally:
            self._room += 1
        tell(*self.told(request, response), started)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            if self._room < 0:
                raise RefusedError(503, "too many requests are under way: try again in a moment")
            return await self.answer(request, await self._body(request))
        except RefusedError as error:
            return self._no(error.status, error.detail)
        except ClientDisconnect:
            raise
        except asyncio.CancelledError:
            return self._no(503, "the server is stopping")
        except Exception:
            logger.exception("the answer to %s %s failed", request.method, request.url.path)
            return self._no(500, "the server made a mistake: see the terminal")

    def _no(self, status: int, detail: str) -> Response:
        response = self.refusal(status, detail)
        if status in (408, 413, 503):
            response.headers["Connection"] = "close"
        if status == 503:
            response.headers["Retry-After"] = "1"
        return response

    async def _body(self, request: Request) -> bytes:
        """The body. One that is too large is read to its end all the same, so that the client gets to the
        answer, unless the client asks first (`Expect: 100-continue`).
        """
        longest, chunks, size = self.longest, list[bytes](), 0
        if not any(name in _BODY_FIELDS for name, _ in request.scope["headers"]):
            return b""
        if longest is not None and _asks_first(request) and _length(request) > longest:
            raise _too_large(longest)
        try:
            async with asyncio.timeout(self._body_within):
                async for chunk in request.stream():
                    size += len(chunk)
                    if longest is None or size <= longest:
                        chunks.append(chunk)
                    else:
                        chunks.clear()
        except TimeoutError:
            raise RefusedError(
                408, f"the body did not come whole within {self._body_within:g} seconds"
            ) from None
        if longest is not None and size > longest:
            raise _too_large(longest)
        return b"".join(chunks)


def _asks_first(request: Request) -> bool:
    return request.headers.get("expect", "").lower() == "100-continue"


def _length(request: Request) -> int:
    told = request.headers.get("content-length", "0")
    return int(told) if told.isascii() and told.isdigit() else 0


def _too_large(longest: int) -> RefusedError:
    return RefusedError(413, f"the body is larger than {longest / 1024 / 1024:.3g} MB")
