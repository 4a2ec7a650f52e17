"""What an entry returns becomes a `Response`; a `Response` becomes bytes or text with a content type.

| returned | sent |
|---|---|
| `str` | text/plain |
| `bytes` | application/octet-stream |
| `dict`, `list`, number, bool, dataclass, Struct, pydantic model, Enum, date, Decimal | application/json |
| `None` | 204, nothing |
| `(value, status)`, `(value, status, headers)`, `Response` | as they say |
"""

from __future__ import annotations

import json
from importlib import import_module

from coworks.errors import CoWorksError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

TEXT = "text/plain; charset=utf-8"
BINARY = "application/octet-stream"
JSON = "application/json"

_HINT = "return str, bytes, dict, list, a number, a dataclass, None, (value, status[, headers]) or a Response"


class AnswerError(CoWorksError):
    """An entry returned what cannot be sent: the caller of an HTTP door sees a 500 that tells nothing."""


class Response:
    """An answer: `body` is any value an entry may return, `headers` may hold a list to repeat a header.

    `error` is the exception this answer stands for, if any: an order raises it.
    """

    __slots__ = ("body", "error", "headers", "status")

    def __init__(
        self,
        body: Any = None,
        status: int = 200,
        headers: Mapping[str, str | list[str]] | None = None,
        *,
        error: Exception | None = None,
    ) -> None:
        if type(status) is not int or not 200 <= status <= 599:
            raise AnswerError(f"{status!r} is not an HTTP status", hint="give a whole number from 200 to 599")
        self.body = body
        self.status = status
        self.headers: dict[str, str | list[str]] = dict(headers) if headers else {}
        self.error = error

    def __repr__(self) -> str:
        return f"<Response {self.status}>"


def as_response(answer: Any) -> Response:
    """The response that an entry's return value stands for."""
    if isinstance(answer, Response):
        return answer
    if isinstance(answer, tuple) and not hasattr(answer, "_fields"):
        if len(answer) not in (2, 3):
            raise AnswerError(f"a tuple of {len(answer)} is not an answer", hint=_HINT)
        return Response(*answer)
    return Response(answer, 204 if answer is None else 200)


def content_of(body: Any) -> tuple[str | bytes, str | None]:
    """The text or bytes of a body, and its content type; raises `AnswerError`."""
    if isinstance(body, dict):
        return to_json(body), JSON
    if isinstance(body, str):
        return body, TEXT
    if body is None:
        return "", None
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body), BINARY
    return to_json(body), JSON


def to_json(value: Any) -> str:
    """Compact JSON (RFC 8259: no NaN); raises `AnswerError`."""
    try:
        return _join(_encode(value, 0))
    except (TypeError, ValueError, RecursionError) as error:
        hint = getattr(error, "hint", None) or _HINT
        raise AnswerError(f"the answer cannot be written as JSON: {error}", hint=hint) from error


def from_json(text: str) -> Any:
    """The value of a JSON text; raises `ValueError`, also for NaN and for nesting too deep to read."""
    try:
        return _decoder.decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _plain(value: Any) -> Any:
    # Most answers hold nothing but what JSON knows: the room for the rest is loaded when one does.
    return import_module("coworks.tech.plain").plain(value)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _make_encode() -> Callable[[Any, int], Iterable[str]]:
    """The encoder in C, made once: `json.dumps` with options makes one at each call, at the same cost again.

    Without markers it does not look for circles; it meets them as RecursionError.
    """
    encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
    make: Any = vars(json.encoder).get("c_make_encoder")
    if make is None:  # an interpreter without the C accelerator
        return lambda value, level: [encoder.encode(value)]
    text = vars(json.encoder)["encode_basestring"]
    made: Callable[[Any, int], Iterable[str]] = make(
        None, _plain, text, None, encoder.key_separator, encoder.item_separator, False, False, False
    )
    return made


_join = "".join
_encode = _make_encode()
_decoder = json.JSONDecoder(parse_constant=_refuse_constant)
