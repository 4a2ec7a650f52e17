"""Our own refusals over HTTP, as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response


def problem(status: int, detail: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that says what was wrong."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(told, status, dict(headers or {}), media_type="application/problem+json")
