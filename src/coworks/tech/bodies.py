"""Decoding a request's body by its content type: JSON, forms, and for entries that take `body`, anything."""

from __future__ import annotations

from importlib import import_module

from coworks.tech.http_errors import BadRequestError, UnsupportedMediaTypeError
from coworks.tech.percent import parse_query
from coworks.tech.responses import from_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from coworks.tech.request import Request

    # What a body holds, and whether its values are texts as in a query instead of values of JSON.
    Body = tuple[Any, bool]

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


def has_body(request: Request) -> bool:
    body = request.body
    return body is not None if request.is_order else bool(body)


def decode_body(request: Request, *, whole: bool) -> Body:
    """The value of a body: JSON and forms decoded; else, when the entry takes it `whole`, str or bytes.

    A body without content type is taken for JSON, as Chalice does. Raises `BadRequestError` and, for a
    content type that gives no parameters, `UnsupportedMediaTypeError`.
    """
    body = request.body
    if request.is_order and not isinstance(body, bytes):
        return body, False
    media, _, options = request.headers.get("content-type", "").partition(";")
    media = media.strip().lower()
    if not media or media == "application/json" or media.endswith("+json"):
        return _json(_text(body, "utf-8")), False
    if media == FORM:
        return parse_query(_text(body, "utf-8")), True
    if media == MULTIPART:
        return _multipart(raw_bytes(body), options), True
    if not whole:
        raise UnsupportedMediaTypeError(f"this address takes application/json, {FORM} or {MULTIPART}")
    return _text(body, _charset(options)) if media.startswith("text/") else raw_bytes(body), True


def raw_bytes(body: str | bytes) -> bytes:
    """The body as it was sent."""
    return body.encode(errors="surrogatepass") if isinstance(body, str) else body


def _multipart(body: bytes, options: str) -> dict[str, Any]:
    # Few services ever get such a form: its parser is loaded at the first one.
    form: dict[str, Any] = import_module("coworks.tech.multipart").parse_form(body, options and f";{options}")
    return form


def _json(text: str) -> Any:
    try:
        return from_json(text)
    except ValueError as error:
        raise BadRequestError(f"the body is not JSON: {error}") from None


def _text(body: str | bytes, charset: str) -> str:
    if isinstance(body, str):
        return body
    try:
        return body.decode(charset)
    except (ValueError, LookupError):
        raise BadRequestError("the body is not text in the charset that its content type tells") from None


def _charset(options: str) -> str:
    for option in options.split(";"):
        name, _, value = option.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"')
    return "utf-8"
