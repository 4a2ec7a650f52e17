"""Errors as answers: RFC 9457's problem details, for our errors, for Chalice's, and for all others.

Source: https://www.rfc-editor.org/rfc/rfc9457
"""

from __future__ import annotations

from coworks.tech.http_errors import HTTPError, title_of
from coworks.tech.responses import Response

CONTENT_TYPE = "application/problem+json"


def problem(error: Exception) -> Response:
    """The answer to an error. One that is no HTTP error is a 500 that tells nothing of the inside."""
    if isinstance(error, HTTPError):
        return _response(
            error, error.status, error.title, error.message, error.hint, error.extra, error.headers
        )
    if is_chalice_error(error):
        status: int = getattr(error, "STATUS_CODE", 500)
        return _response(error, status, title_of(status), _chalice_message(error))
    return _response(error, 500, title_of(500), "the service failed; its log says why")


def is_told_to_the_caller(error: Exception) -> bool:
    """Whether an error is an answer on purpose, so that its text may leave the service."""
    return isinstance(error, HTTPError) or is_chalice_error(error)


def is_chalice_error(error: Exception) -> bool:
    """Whether this is one of Chalice's view errors, told by its shape: Chalice is not imported."""
    status = getattr(error, "STATUS_CODE", None)
    return type(status) is int and any(cls.__name__ == "ChaliceViewError" for cls in type(error).__mro__)


def _chalice_message(error: Exception) -> str:
    return str(error).removeprefix(f"{type(error).__name__}: ")


def _response(
    error: Exception,
    status: int,
    title: str,
    detail: str,
    hint: str | None = None,
    extra: dict[str, object] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **(extra or {})}
    if hint:
        body["hint"] = hint
    sent: dict[str, str | list[str]] = {"Content-Type": CONTENT_TYPE, **(headers or {})}
    if status == 401 and not any(name.lower() == "www-authenticate" for name in sent):
        # RFC 9110 section 15.5.2: a 401 says how to authenticate.
        sent["WWW-Authenticate"] = "Bearer"
    return Response(body, status, sent, error=error)
