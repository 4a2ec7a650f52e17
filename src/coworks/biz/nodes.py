"""The tree of a YAML text: values that know their place.

Plain scalars get their type by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema),
so that `on`, `yes` and `no` stay texts. Quoted scalars are texts.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from coworks.biz.problems import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

Constant: TypeAlias = str | int | float | bool | None

LITERAL_STYLE = "|"

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_RADIX = re.compile(r"0o[0-7]{1,300}|0x[0-9a-fA-F]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value. `text` is what was written, before YAML gave it a type; `style` is the quote or ''."""

    value: Constant
    text: str
    place: Place
    end: Place
    style: str = ""

    @property
    def is_text(self) -> bool:
        return isinstance(self.value, str)


@dataclass(frozen=True, slots=True)
class ListNode:
    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value. `place` is where to point at the value: the key when there is no value."""

    key: str
    key_place: Place
    value: Node

    @property
    def place(self) -> Place:
        return self.key_place if is_empty(self.value) else self.value.place


@dataclass(frozen=True, slots=True)
class MapNode:
    entries: tuple[Entry, ...]
    place: Place

    def get(self, key: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.key == key), None)


Node: TypeAlias = Scalar | ListNode | MapNode


def resolve(text: str) -> Constant:
    """The value of a plain scalar. `.inf` and `.nan` stay texts: JSON has no such numbers."""
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if not (text[0].isdigit() or text[0] in "+-."):
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _RADIX.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def is_empty(node: Node) -> bool:
    """True when nothing is written after a key."""
    return isinstance(node, Scalar) and node.value is None and not node.text


def describe(node: Node) -> str:
    """What a node is, in plain words."""
    if isinstance(node, ListNode):
        return "a list"
    if isinstance(node, MapNode):
        return "keys and values"
    return describe_constant(node.value)


def describe_constant(value: object) -> str:
    if value is None:
        return "nothing"
    if value == "":
        return "an empty text"
    if isinstance(value, bool):
        return "true or false"
    return "a number" if isinstance(value, (int, float)) else "a text"


def plain(node: Node) -> Any:
    """The node as plain data."""
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    if isinstance(node, MapNode):
        return {entry.key: plain(entry.value) for entry in node.entries}
    return node.value


def place_inside(scalar: Scalar, offset: int, lines: Sequence[str]) -> Place:
    """Where in the file is the character at `offset` of a scalar's text.

    Exact for scalars on one line, quoted or not, and for `|` blocks; otherwise the scalar's beginning.
    """
    if scalar.style == LITERAL_STYLE:
        return _place_in_block(scalar, offset, lines)
    if scalar.place.line != scalar.end.line or scalar.style == ">":
        return scalar.place
    written = lines[scalar.place.line - 1][scalar.place.column - 1 : scalar.end.column - 1]
    return Place(scalar.place.line, scalar.place.column + _column_inside(scalar.style, written, offset))


def _place_in_block(scalar: Scalar, offset: int, lines: Sequence[str]) -> Place:
    start = scalar.text.rfind("\n", 0, offset) + 1
    end = scalar.text.find("\n", offset)
    content = scalar.text[start : end if end >= 0 else None]
    line = scalar.place.line + 1 + scalar.text.count("\n", 0, offset)
    if line > len(lines) or not lines[line - 1].endswith(content):
        return scalar.place
    indent = len(lines[line - 1]) - len(content)
    return Place(line, indent + offset - start + 1)


# One written character of a quoted scalar: an escape counts for one character of its text.
_WRITTEN = {
    "'": re.compile(r"''|."),
    '"': re.compile(r"\\(?:x..|u.{4}|U.{8}|.)|."),
}


def _column_inside(style: str, written: str, offset: int) -> int:
    if style not in _WRITTEN:
        return offset
    column = 1
    for position, match in enumerate(_WRITTEN[style].finditer(written, 1)):
        if position == offset:
            break
        column = match.end()
    return column
