"""Connections that nobody can hold up: what uvicorn's own do not bound, these do.

Headers that do not come are 408, too long ones 431, and broken ones 400. A client that closes its half after
the request gets its answer; one that closes it within the request is told so. A client that takes nothing of
its answer for a while is cut off, so that what is written for it does not stay in memory.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

LONG_POLL = "coworks.long_poll"
"""A request whose state (of ASGI) has this name is given up when its client may be gone."""

LONGEST_HEADERS: Final = 64 * 1024
"""Bytes, beyond which headers are not taken; API Gateway takes a sixth of it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: `headers` for those of a request to come, `reading` for a client to take any of its answer."""

    headers: float = 10.0
    reading: float = 60.0


class _Coming(Enum):
    """What comes next on a connection."""

    REQUEST = auto()
    HEADERS = auto()
    BODY = auto()


class PatientProtocol(HttpToolsProtocol):
    """One connection of HTTP/1.1."""

    patience: ClassVar[Patience] = Patience()

    _coming = _Coming.REQUEST
    _headers_size = 0
    _headers_due: asyncio.TimerHandle | None = None
    _reading_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # so that we hear of every byte that a client leaves
        self._await_headers()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._coming is not _Coming.HEADERS or self.transport.is_closing():
            return
        self._headers_size += len(data)
        if self._headers_size > LONGEST_HEADERS:
            self.refuse(431, f"the headers are longer than {LONGEST_HEADERS // 1024} KB")
        elif self._headers_due is None:
            self._await_headers()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._coming, self._headers_size = _Coming.HEADERS, 0

    def on_headers_complete(self) -> None:
        self._coming = _Coming.BODY
        _cancel(self._headers_due)
        self._headers_due = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._coming = _Coming.REQUEST

    def connection_lost(self, exc: Exception | None) -> None:
        _cancel(self._headers_due)
        _cancel(self._reading_due)
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """True keeps our half open: the answer is under way."""
        if self._coming is _Coming.HEADERS:
            self.refuse(400, "the connection was closed before the headers were whole")
        elif self._coming is _Coming.BODY and not self.cycle.response_started:
            self.refuse(400, "the connection was closed before the body was whole")
            self.cycle.disconnected = True
        elif self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
            return LONG_POLL not in self.scope["state"]
        return False

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        _cancel(self._reading_due)

    def send_400_response(self, msg: str) -> None:
        self.refuse(400, msg)

    def refuse(self, status: int, detail: str) -> None:
        """Answer what is no request, and close."""
        phrase = HTTPStatus(status).phrase
        told = {"type": "about:blank", "title": phrase, "status": status, "detail": detail}
        body = json.dumps(told).encode()
        head = (
            f"HTTP/1.1 {status} {phrase}\r\nContent-Type: application/problem+json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

    def _await_headers(self) -> None:
        self._headers_due = self.loop.call_later(self.patience.headers, self._headers_did_not_come)

    def _headers_did_not_come(self) -> None:
        if self.transport.is_closing():
            return
        if self._coming is _Coming.HEADERS:
            self.refuse(408, f"the headers did not come within {self.patience.headers:g} seconds")
        else:
            self.transport.close()

    def _watch_reading(self) -> None:
        left = self.transport.get_write_buffer_size()
        self._reading_due = self.loop.call_later(self.patience.reading, self._look_at_reader, left)

    def _look_at_reader(self, before: int) -> None:
        if self.transport.get_write_buffer_size() < before:
            self._watch_reading()
        else:
            self.transport.abort()


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def patient(patience: Patience) -> type[PatientProtocol]:
    """Connections with this patience."""
    return type("PatientProtocol", (PatientProtocol,), {"patience": patience})
