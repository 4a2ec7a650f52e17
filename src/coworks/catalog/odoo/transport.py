"""Requests to Odoo's web server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coworks.catalog import web
from coworks.catalog.odoo.errors import OdooUnavailableError
from coworks.catalog.web import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Answer", "ask"]


def ask(url: str, body: bytes | None, headers: Mapping[str, str], timeout: float) -> Answer:
    """POST the body, or GET without one; raises `OdooUnavailableError` when no answer comes."""
    try:
        return web.ask(url, body, headers, timeout)
    except web.NoAnswerError as error:
        raise OdooUnavailableError(f"Odoo does not answer: {error}") from None
