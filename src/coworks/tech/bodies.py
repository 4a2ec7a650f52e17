"""Decoding a request's body by its content type: JSON, forms, and for entries that take `body`, anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.tech.http_errors import BadRequestError, UnsupportedMediaTypeError
from coworks.tech.percent import parse_query
from coworks.tech.responses import from_json

if TYPE_CHECKING:
    from coworks.tech.request import Request

FORM = "application/x-www-form-urlencoded"


def has_body(request: Request) -> bool:
    body = request.body
    return body is not None if request.is_order else bool(body)


def decode_body(request: Request, *, whole: bool) -> Any:
    """The value of a body: JSON and forms decoded; else, when the entry takes it `whole`, str or bytes.

    A body without content type is taken for JSON, as Chalice does. Raises `BadRequestError` and, for a
    content type that gives no parameters, `UnsupportedMediaTypeError`.
    """
    body = request.body
    if request.is_order and not isinstance(body, bytes):
        return body
    media, _, options = request.headers.get("content-type", "").partition(";")
    media = media.strip().lower()
    if not media or media == "application/json" or media.endswith("+json"):
        return _json(_text(body, "utf-8"))
    if media == FORM:
        return parse_query(_text(body, "utf-8"))
    if not whole:
        raise UnsupportedMediaTypeError(f"this address takes application/json or {FORM}")
    if media.startswith("text/"):
        return _text(body, _charset(options))
    return body.encode() if isinstance(body, str) else body


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
