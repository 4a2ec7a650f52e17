"""Errors as answers: RFC 9457's problem details, for our errors, for Chalice's, and for all others.

Source: https://www.rfc-editor.org/rfc/rfc9457
"""

from __future__ import annotations

from coworks.errors import near_name
from coworks.tech.http_errors import HTTPError, title_of
from coworks.tech.responses import Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

CONTENT_TYPE = "application/problem+json"

# A request may be hostile: names are told cut at this length, and no more problems than these.
LONGEST_NAME = 80
MOST_PROBLEMS = 20


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


def pointer(name: str) -> str:
    """The step of a JSON pointer to a field of this name (RFC 6901)."""
    return "/" + name[:LONGEST_NAME].replace("~", "~0").replace("/", "~1")


def unknown(name: str, known: Iterable[str]) -> str:
    """The words for a name that is not known, with the one that was probably meant."""
    near = near_name(name, known) if len(name) <= LONGEST_NAME else None
    return f'unknown, did you mean "{near}"?' if near else "unknown"


class Wrong(Exception):  # noqa: N818 - it never leaves the binding: there it becomes a problem of the request
    """A value that does not fit: where below it (a JSON pointer, RFC 6901) and why, in words."""

    def __init__(self, *found: tuple[str, str]) -> None:
        super().__init__(found)
        self.found = found

    def below(self, key: str | int) -> list[tuple[str, str]]:
        """The same, seen from the list or object that holds the value at `key`."""
        return [(pointer(str(key)) + place, detail) for place, detail in self.found]
