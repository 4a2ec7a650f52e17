"""The lines of a running server, in columns or as JSON: one for each call and for whatever else is told."""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from coworks.engine.access import Call

_ENTRY = 34
"""Columns for an entry; a longer one moves the rest of its line."""


class TextLines(logging.Formatter):
    """Time, service, entry, status and milliseconds of a call; time and message of all else."""

    def __init__(self, *, colours: bool) -> None:
        super().__init__()
        self._colours = colours
        self._width = 8

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%H:%M:%S", time.localtime(record.created))
        call: Call | None = getattr(record, "call", None)
        if call is None:
            return f"{at}  {self._styled(super().format(record), _colour_of_level(record.levelno))}"
        self._width = max(self._width, len(call.service))
        status = self._styled(f"{call.status!s:>4}", _colour_of(call.status))
        who, entry = f"{call.service or '-':<{self._width}}", f"{call.method:<6} {call.path}"
        return f"{at}  {who}  {entry:<{_ENTRY}} {status} {call.milliseconds:>8.1f} ms"

    def _styled(self, text: str, colour: str | None) -> str:
        return click.style(text, fg=colour) if self._colours and colour else text


def _colour_of(status: int | str) -> str:
    if isinstance(status, str):
        return "green" if status == "done" else "red"
    return "green" if status < 400 else "yellow" if status < 500 else "red"


def _colour_of_level(level: int) -> str | None:
    return "red" if level >= logging.ERROR else "yellow" if level >= logging.WARNING else None


class JsonLines(logging.Formatter):
    """`time` (UTC) and `level`; `service`, `method`, `path`, `status` and `ms` of a call, or `message`.

    The `path` is the one below the service.
    """

    def format(self, record: logging.LogRecord) -> str:
        at = f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        call: Call | None = getattr(record, "call", None)
        told = {"message": super().format(record)} if call is None else _told(call)
        return json.dumps({"time": at, "level": record.levelname, **told}, ensure_ascii=False)


def _told(call: Call) -> dict[str, Any]:
    return {
        "service": call.service,
        "method": call.method,
        "path": call.path,
        "status": call.status,
        "ms": call.milliseconds,
    }
