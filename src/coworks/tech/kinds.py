"""Kinds of values: one class a kind, each of which reads a value or says in words why it does not fit.

`read(value, is_text)` is given what a request holds. From the path, the query and forms all is text, and
text is converted (`"7"` is the whole number 7); values of JSON keep their JSON types and are checked only.

A kind knows its Python class through the annotation, so that nothing here imports `datetime`, `decimal` or
`uuid`: whoever wrote the annotation has.
"""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, Any

from coworks.tech.files import FileParam
from coworks.tech.problems import MOST_PROBLEMS, Wrong, pointer
from coworks.tech.texts import TEXT, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_DIGITS = frozenset("0123456789+-.eE")
_INFINITE = float("inf")
_TRUTHS = dict.fromkeys(("true", "1", "yes", "on"), True) | dict.fromkeys(("false", "0", "no", "off"), False)
# Compiled when it is first needed: that takes longer than to load the rest of this module.
_DURATION = r"([+-]?)P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"


class Anything(Kind):
    __slots__ = ()
    rank = 9

    def read(self, value: Any, is_text: bool) -> Any:
        return value


class Null(Kind):
    __slots__ = ()
    words = "null"
    rank = 0

    def read(self, value: Any, is_text: bool) -> Any:
        if value is None or (is_text and value in ("", "null")):
            return None
        raise self.wrong(value, is_text)


class Whole(Kind):
    __slots__ = ()
    words = "a whole number"

    def read(self, value: Any, is_text: bool) -> Any:
        if not is_text:
            if type(value) is int:
                return value
            # JSON Schema, and so OpenAPI, counts 4.0 among the whole numbers.
            if type(value) is float and value.is_integer():
                return int(value)
        elif isinstance(value, str) and value.isascii() and (value.isdigit() or _is_negative(value)):
            try:
                return int(value)
            except ValueError:  # more digits than Python reads
                raise self.wrong(value, is_text) from None
        raise self.wrong(value, is_text)


def _is_negative(value: str) -> bool:
    return value[:1] == "-" and value[1:].isdigit()


class Number(Kind):
    __slots__ = ()
    words = "a number"

    def read(self, value: Any, is_text: bool) -> Any:
        if _is_number(value, is_text):
            try:
                number = float(value)
            except (ValueError, OverflowError):
                raise self.wrong(value, is_text) from None
            if -_INFINITE < number < _INFINITE:
                return number
        raise self.wrong(value, is_text)


class Exact(Kind):
    """`decimal.Decimal`: from a number, or from a text, which keeps its digits."""

    __slots__ = ("_class",)
    words = "a decimal number"

    def __init__(self, cls: type) -> None:
        self._class = cls

    def read(self, value: Any, is_text: bool) -> Any:
        is_text = is_text or isinstance(value, str)
        if _is_number(value, is_text):
            try:
                number = self._class(str(value))
            except ArithmeticError:
                raise self.wrong(value, is_text) from None
            if number.is_finite():
                return number
        raise self.wrong(value, is_text)


def _is_number(value: Any, is_text: bool) -> bool:
    if is_text:
        return isinstance(value, str) and _DIGITS.issuperset(value)
    return type(value) is int or type(value) is float


class Truth(Kind):
    __slots__ = ()
    words = "true or false"

    def read(self, value: Any, is_text: bool) -> Any:
        found = _TRUTHS.get(value.lower()) if is_text and isinstance(value, str) else value
        if found is True or found is False:
            return found
        raise self.wrong(value, is_text)


class Parsed(Kind):
    """A value that is a text in JSON as well, read by a function that raises `ValueError`."""

    __slots__ = ("_parse", "words")

    def __init__(self, parse: Callable[[str], Any], words: str) -> None:
        self._parse = parse
        self.words = words

    def read(self, value: Any, is_text: bool) -> Any:
        if isinstance(value, str):
            try:
                return self._parse(value)
            except (ValueError, OverflowError):
                raise self.wrong(value, is_text=True) from None
        raise self.wrong(value, is_text)


class Duration(Kind):
    """`datetime.timedelta`: an ISO 8601 duration, or a number of seconds."""

    __slots__ = ("_class",)
    words = "a duration such as PT1H30M, or a number of seconds"

    def __init__(self, cls: type) -> None:
        self._class = cls

    def read(self, value: Any, is_text: bool) -> Any:
        try:
            if isinstance(value, str) and (found := re.fullmatch(_DURATION, value, re.ASCII)):
                return self._of(found.groups())
            if _is_number(value, is_text):
                return self._class(seconds=float(value))
        except (ValueError, OverflowError):
            raise self.wrong(value, is_text) from None
        raise self.wrong(value, is_text)

    def _of(self, groups: Iterable[str | None]) -> Any:
        sign, weeks, days, hours, minutes, seconds = (group or "" for group in groups)
        # Whole numbers apart from the fraction: one float of all of it would lose microseconds.
        whole, _, fraction = seconds.partition(".")
        duration = self._class(
            weeks=int(weeks or 0), days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0),
            seconds=int(whole or 0), microseconds=int(fraction[:6].ljust(6, "0")),
        )  # fmt: skip
        return -duration if sign == "-" else duration


class Binary(Kind):
    """`bytes`: base64 where the wire has text only, the content of a file, or a body as it came."""

    __slots__ = ()
    words = "base64"
    is_raw = True

    def read(self, value: Any, is_text: bool) -> Any:
        if isinstance(value, bytes):
            return value
        if isinstance(value, FileParam):
            return value.content
        if isinstance(value, str):
            return decoded_base64(value)
        raise self.wrong(value, is_text)


def decoded_base64(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        raise Wrong(("", "must be base64")) from None


class Choice(Kind):
    """One of some values, those of a Literal or of an Enum."""

    __slots__ = ("_by_json", "_by_text", "_missing", "words")

    def __init__(self, choices: dict[Any, Any], *, missing: Callable[[Any], Any] | None = None) -> None:
        """`choices` gives what each value stands for; `missing` is asked for the others (`ValueError`)."""
        self._by_json = {(type(value), value): meant for value, meant in choices.items()}
        self._by_text = {_as_text(value): meant for value, meant in choices.items()}
        self._missing = missing
        known = ", ".join(f'"{value}"' if isinstance(value, str) else _as_text(value) for value in choices)
        self.words = known if len(choices) == 1 else f"one of {known}"

    def read(self, value: Any, is_text: bool) -> Any:
        if is_text and type(value) is str and value in self._by_text:
            return self._by_text[value]
        if isinstance(value, (str, int, float)) or value is None:
            found: dict[Any, Any] = self._by_text if is_text else self._by_json
            key: Any = value if is_text else (type(value), value)
            if key in found:
                return found[key]
            if self._missing is not None:
                try:
                    return self._missing(value)
                except (ValueError, TypeError):
                    raise self.wrong(value, is_text=True) from None
        raise self.wrong(value, is_text or isinstance(value, str))


def _as_text(value: Any) -> str:
    return _CONSTANTS[value] if value is None or isinstance(value, bool) else str(value)


class File(Kind):
    """A `FileParam`: a part of a form, or in JSON an object with its content in base64."""

    __slots__ = ("_name",)
    words = "a file"
    in_path = False

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, value: Any, is_text: bool) -> Any:
        if isinstance(value, FileParam):
            return value
        if is_text or not isinstance(value, dict):
            raise self.wrong(value, is_text)
        found = [(pointer(str(name)), "unknown") for name in value if name not in _FILE_FIELDS]
        found += [
            (pointer(name), "must be a text") for name, one in value.items() if not isinstance(one, str)
        ]
        if "content" not in value:
            found.append(("/content", "missing"))
        if found:
            raise Wrong(*found[:MOST_PROBLEMS])
        try:
            content = decoded_base64(value["content"])
        except Wrong as wrong:
            raise Wrong(*wrong.below("content")) from None
        return FileParam(self._name, value.get("filename", ""), value.get("content_type", _UNTOLD), content)


_FILE_FIELDS = ("filename", "content_type", "content")
_UNTOLD = "application/octet-stream"
_CONSTANTS = {None: "null", True: "true", False: "false"}

# What is found by its class, and what by the module and name of its class, which is not imported here.
PLAIN: dict[Any, Kind] = {
    Any: Anything(), object: Anything(), str: TEXT, None: Null(), type(None): Null(), int: Whole(),
    float: Number(), bool: Truth(), bytes: Binary(),
}  # fmt: skip
NAMED: dict[tuple[str, str], Callable[[Any], Kind]] = {
    ("decimal", "Decimal"): Exact,
    ("datetime", "datetime"): lambda cls: Parsed(
        cls.fromisoformat, "a date and time such as 2030-01-31T12:00"
    ),
    ("datetime", "date"): lambda cls: Parsed(cls.fromisoformat, "a date such as 2030-01-31"),
    ("datetime", "time"): lambda cls: Parsed(cls.fromisoformat, "a time such as 12:00"),
    ("datetime", "timedelta"): Duration,
    ("uuid", "UUID"): lambda cls: Parsed(cls, "a UUID"),
}
