"""Requests to other people's web servers: with a timeout, without redirects, each answer with its status."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message


class NoAnswerError(Exception):
    """The server is not there, or did not answer in time; the text says why."""


@dataclass(frozen=True)
class Answer:
    """What the server answered, whatever its status."""

    status: int
    headers: Message
    content: bytes

    @property
    def kind(self) -> str:
        """The media type."""
        return self.headers.get_content_type()


class _NoRedirect(HTTPRedirectHandler):
    # A redirect would carry what is secret elsewhere.
    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = build_opener(_NoRedirect)


def ask(url: str, body: bytes | None, headers: Mapping[str, str], timeout: float) -> Answer:
    """POST the body, or GET without one, to an http or https address that the caller has checked.

    Raises `NoAnswerError`.
    """
    request = Request(url, body, {"User-Agent": "CoWorks", **headers})  # noqa: S310 - checked by the caller
    try:
        with _OPENER.open(request, timeout=timeout) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswerError(str(getattr(error, "reason", error))) from None
