"""JSON values as texts: those that travel and are compared, as Step Functions writes them, and rows of ours.

What people see is written by the standard library, whose numbers look the same everywhere. The rows of events
are seen by us alone, so they are written by what is quickest.
"""

from __future__ import annotations

import json
from json import encoder as standard
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False)


def _prepared() -> Callable[[Any], str]:
    """The encoder, made once: `JSONEncoder.encode` makes it anew for each value, three times the work."""
    make: Any = getattr(standard, "c_make_encoder", None)
    if make is None:  # another Python than CPython
        return _ENCODER.encode
    quote: Any = getattr(standard, "encode_basestring")  # noqa: B009 - the C one is in no stub
    nothing_but_json = _ENCODER.default
    parts = make(None, nothing_but_json, quote, None, ":", ",", False, False, False)
    return lambda value: "".join(parts(value, 0))


_encode = _prepared()
_encode_row = msgspec.json.Encoder().encode


def json_text(value: Any) -> str:
    """A JSON value as compact text, as Step Functions writes it. Raises `ValueError` for NaN and infinity."""
    text = _encode(value)
    return text if text.isascii() else storable(text)


def row_text(value: Any) -> str:
    """The compact text of a JSON value that only we read again."""
    try:
        return _encode_row(value).decode()
    except UnicodeEncodeError:
        return json_text(value)


def storable(text: str) -> str:
    """The text with lone surrogates, which UTF-8 cannot hold, replaced by U+FFFD as JSONata does."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
