"""A field of a form: what is typed into it, and the value that this means."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from coworks.biz import DurationError, parse_duration
from coworks.console import texts
from coworks.errors import CoWorksError

Kind = Literal[
    "text",
    "long",
    "code",
    "integer",
    "number",
    "yes_no",
    "choice",
    "list",
    "people",
    "any",
    "duration",
    "jump",
    "expression",
    "pairs",
    "rows",
    "conditions",
    "clock",
    "moment",
    "zone",
    "weekdays",
]
EXPRESSION: Final = "{%"
LISTS_OF_PEOPLE: Final = frozenset({"to_addrs", "cc_addrs", "bcc_addrs", "reply_to", "who"})
"""What lists of mail addresses are called, in the predefined services and workflows."""

_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+")
CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_PIECE: Final = re.compile(r"\{%.*?%\}|[,\n]|[^,\n{]+|\{", re.DOTALL)


class FormError(CoWorksError):
    """What was typed into the field `key` is no value for it."""

    def __init__(self, key: str, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.key = key


@dataclass(frozen=True, slots=True)
class Field:
    """A field. `key` is its name in the values of the form, `about` what it is for, `default` what counts
    when it is left empty, in words. `choices` are what may be chosen, `offers` what is offered where anything
    can be typed.

    Of `rows`, `fields` are those of each row, and `more` is what the button says that adds one. A field that
    `decides` has others follow what it holds; one that `is_rare` stands below the others.
    """

    key: str
    label: str
    kind: Kind = "text"
    required: bool = False
    about: str = ""
    default: str = ""
    choices: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    more: str = ""
    decides: bool = False
    is_rare: bool = False

    def read(self, typed: Any) -> Any:
        """The value of what was typed, None for nothing. Raises `FormError`."""
        text = typed.strip() if isinstance(typed, str) else typed
        if text is None or text in ("", (), []):
            if self.required:
                raise FormError(self.key, texts.IS_MISSING.format(self.label))
            return None
        if isinstance(text, str) and EXPRESSION in text and not self._holds_others(text):
            return text
        return _READERS.get(self.kind, _read_text)(self, text)

    def read_over(self, typed: Any, old: Any) -> Any:
        """As `read`; what was not touched keeps the value that it has, however that is written."""
        return old if old is not None and typed == self.shown(old) else self.read(typed)

    def shown(self, value: Any) -> str:
        """The text that is typed for a value."""
        if value is None:
            return ""
        if isinstance(value, str):
            return value if self.kind != "any" or _is_plain(value) else json.dumps(value, ensure_ascii=False)
        if self.kind == "list" and isinstance(value, list) and all(map(_is_simple, value)):
            return ", ".join(value)
        if self.kind == "people" and isinstance(value, list) and all(map(_is_line, value)):
            return "\n".join(value)
        if self.kind == "yes_no" and isinstance(value, bool):
            return texts.YES if value else texts.NO
        return json.dumps(value, ensure_ascii=False)

    def _holds_others(self, text: str) -> bool:
        """True for what may hold expressions among other things: JSON, and a list of people."""
        is_json = text[0] in '[{"' and not text.startswith(EXPRESSION)
        return self.kind == "people" or (self.kind in ("any", "list") and is_json)


def _is_simple(value: Any) -> bool:
    """True for a text that can stand in a list with commas."""
    return isinstance(value, str) and not set(value) & set(",[{") and value == value.strip() != ""


def _is_line(value: Any) -> bool:
    """True for a text that can stand on a line of a list of people."""
    return isinstance(value, str) and bool(value.strip()) and people_in(value) == [value]


def people_in(text: str) -> list[str]:
    """The mail addresses and expressions of a text that has them on lines of their own, or with commas."""
    people = [""]
    for piece in _PIECE.findall(text):
        if piece in (",", "\n"):
            people.append("")
        else:
            people[-1] += piece
    return [one.strip() for one in people if one.strip()]


def _read_people(field: Field, text: Any) -> Any:
    people = people_in(str(text))
    for one in people:
        if EXPRESSION not in one and not _ADDRESS.fullmatch(one):
            raise FormError(field.key, texts.NO_ADDRESS.format(field.label, one), hint=texts.WRITE_ADDRESS)
    return people[0] if len(people) == 1 and EXPRESSION in people[0] else people


def _read_text(field: Field, text: Any) -> Any:
    return str(text)


def _read_integer(field: Field, text: Any) -> int:
    try:
        return int(text)
    except ValueError:
        raise FormError(
            field.key, texts.NO_WHOLE_NUMBER.format(field.label), hint=texts.WRITE_NUMBER
        ) from None


def _read_number(field: Field, text: Any) -> int | float:
    try:
        number = float(text)
    except ValueError:
        raise FormError(field.key, texts.NO_NUMBER.format(field.label), hint=texts.WRITE_NUMBER) from None
    return int(number) if number.is_integer() and "." not in str(text) else number


def _read_yes_no(field: Field, text: Any) -> bool:
    if text not in (texts.YES, texts.NO, True, False):
        raise FormError(field.key, texts.NO_YES_OR_NO.format(field.label))
    return text in (texts.YES, True)


def _read_list(field: Field, text: Any) -> Any:
    if str(text).startswith("["):
        return _read_any(field, text)
    return [one.strip() for one in str(text).split(",") if one.strip()]


def _from_json(text: str) -> Any:
    """The value of JSON. Raises `ValueError` for what is none, numbers that are none among them."""
    return json.loads(text, parse_constant=_no_number, parse_float=_finite)


def _no_number(text: str) -> float:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _read_any(field: Field, text: Any) -> Any:
    """JSON where it is some, else the text as it stands."""
    try:
        return _from_json(text)
    except ValueError:
        if str(text)[:1] in "[{":
            raise FormError(field.key, texts.NO_JSON.format(field.label), hint=texts.WRITE_JSON) from None
        return text


def _read_clock(field: Field, text: Any) -> str:
    match = CLOCK.fullmatch(str(text))
    if match is None:
        raise FormError(field.key, texts.NO_TIME.format(text), hint=texts.TIME_ABOUT)
    return f"{int(match[1]):02}:{match[2]}"


def _read_weekdays(field: Field, chosen: Any) -> tuple[str, ...]:
    return tuple(chosen)


def _read_duration(field: Field, text: Any) -> Any:
    try:
        parse_duration(int(text) if str(text).isdecimal() else text)
    except DurationError as error:
        raise FormError(field.key, f"{field.label}: {error}", hint=texts.WRITE_DURATION) from None
    return int(text) if str(text).isdecimal() else text


def _is_plain(text: str) -> bool:
    """True when a text, typed as it is, is read back as the same text."""
    if text.startswith(EXPRESSION):
        return True
    try:
        _from_json(text)
    except ValueError:
        return text[:1] not in "[{"
    return False


_READERS: Final = {
    "integer": _read_integer,
    "number": _read_number,
    "yes_no": _read_yes_no,
    "list": _read_list,
    "people": _read_people,
    "any": _read_any,
    "duration": _read_duration,
    "clock": _read_clock,
    "weekdays": _read_weekdays,
}
