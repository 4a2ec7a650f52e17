"""The plain form of values that JSON does not know, for answers: dates, decimals, enums, objects, sets.

The JSON encoder asks for it, and so only for what is no text, number, list or dict: plain answers pay
nothing. Classes are told by their names and shapes: nothing is imported for an answer that may never be.
"""

from __future__ import annotations

import sys

from coworks.errors import CoWorksError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class NoJSONError(CoWorksError, TypeError):
    """A value that JSON cannot hold."""


def plain(value: Any) -> Any:
    """A value in terms nearer to JSON; raises `NoJSONError`."""
    cls = type(value)
    for base in cls.__mro__:
        if write := _NAMED.get((base.__module__, base.__qualname__)):
            return write(value)
    # `value` may be a class itself, which has the attributes of its instances.
    for attribute, write in _SHAPES:
        if hasattr(cls, attribute):
            return write(value)
    raise NoJSONError(f"a {cls.__name__} has no JSON form")


def _decimal(value: Any) -> str:
    if not value.is_finite():
        raise NoJSONError(f"a Decimal that is {value} has no JSON form")
    return str(value)


def _duration(value: Any) -> str:
    """An ISO 8601 duration, exact."""
    sign, value = ("-", -value) if value.days < 0 else ("", value)
    fraction = f".{value.microseconds:06}".rstrip("0") if value.microseconds else ""
    return f"{sign}P{value.days}DT{value.seconds}{fraction}S"


def _dataclass(value: Any) -> dict[str, Any]:
    # Whoever made a dataclass has loaded `dataclasses`.
    return {field.name: getattr(value, field.name) for field in sys.modules["dataclasses"].fields(value)}


def _struct(value: Any) -> Any:
    # Bytes are left for `_bytes`, which refuses them; dates and decimals are written as here.
    return sys.modules["msgspec"].to_builtins(value, builtin_types=(bytes,), str_keys=True, enc_hook=plain)


def _pydantic(value: Any) -> Any:
    return value.model_dump(mode="json", by_alias=True)


def _bytes(value: Any) -> Any:
    raise NoJSONError(
        "bytes have no JSON form",
        hint="send them alone, as the whole answer; or as text: base64.b64encode(...).decode()",
    )


def _iterator(value: Any) -> Any:
    raise NoJSONError(
        f"a {type(value).__name__} has no JSON form, and an answer is sent whole",
        hint="return list(...) of it",
    )


# By the module and the name of a class or one of its bases, then by an attribute of the class.
_NAMED: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("datetime", "date"): lambda value: value.isoformat(),
    ("datetime", "time"): lambda value: value.isoformat(),
    ("datetime", "timedelta"): _duration,
    ("decimal", "Decimal"): _decimal,
    ("uuid", "UUID"): str,
    ("enum", "Enum"): lambda value: value.value,
    ("builtins", "set"): list,
    ("builtins", "frozenset"): list,
    ("builtins", "bytes"): _bytes,
    ("builtins", "bytearray"): _bytes,
    ("builtins", "memoryview"): _bytes,
    ("coworks.tech.files", "FileParam"): _bytes,
}
_SHAPES: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("model_dump", _pydantic),
    ("__struct_config__", _struct),
    ("__dataclass_fields__", _dataclass),
    ("__next__", _iterator),
)
