"""JSON text -> the tree of its values, each with its place: the twin of `source` for JSON.

Source: RFC 8259.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from coworks.biz.nodes import Entry, ListNode, MapNode, Node, Scalar
from coworks.biz.problems import Place, Report
from coworks.biz.source import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH: Final = 100
"""A machine of a Map in a Parallel in a Map ... takes four levels for each."""

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()
_WORDS: Final = {
    "Expecting ',' delimiter": ('a "," or a closing sign is missing here', 'put "," between values'),
    "Expecting property name enclosed in double quotes": ("a key is expected here", 'write "key": value'),
    "Expecting ':' delimiter": ('a ":" is expected here', 'write "key": value'),
    "Expecting value": ("a value is expected here", "put texts between double quotes"),
    "Invalid control character at": ("a line break or a tab is inside a text", r"write \n or \t"),
    "Unterminated string starting at": ("a quote is opened here and never closed", "close it"),
}
_NESTING: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)
"""Texts, in which the signs that open and close mean nothing; and these signs."""

_COMMA_BEFORE_CLOSING = re.compile(r",[ \t\n\r]*[}\]]")


def read_json(text: str, report: Report) -> MapNode | None:
    """The tree of a file, or None when it cannot be read: the report says why."""
    if not _is_json(text, report):
        return None
    root = _Scanner(text, report).root()
    if isinstance(root, MapNode):
        return root
    report.add("B004", root.place, "the file must hold one object", 'begin it with "{"')
    return None


def _is_json(text: str, report: Report) -> bool:
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        hint = "split the machine; AWS takes 1 MB at most"
        report.add("B007", Place(1, 1), "the file is larger than 1 MB", hint)
    elif not text.strip():
        report.add("B003", Place(1, 1), "the file is empty", 'a machine has "StartAt" and "States"')
    elif place := _too_deep(text):
        report.add("B009", place, f"values are nested deeper than {MAX_DEPTH} levels", "flatten them")
    else:
        return _is_read(text, report)
    return False


def _too_deep(text: str) -> Place | None:
    """Where values are nested too deep: how deep Python's own reader goes depends on its version."""
    depth = 0
    for sign in _NESTING.finditer(text):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(sign[0], 0)
        if depth > MAX_DEPTH:
            begin = text.rfind("\n", 0, sign.start()) + 1
            return Place(text.count("\n", 0, begin) + 1, sign.start() - begin + 1)
    return None


def _is_read(text: str, report: Report) -> bool:
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        _explain(error, report)
    except _NoNumberError as error:
        report.add("B501", Place(1, 1), f"{error} is no number of JSON", "write a number or null")
    except ValueError as error:
        report.add("B501", Place(1, 1), f"not JSON: {error}")
    else:
        return True
    return False


def _explain(error: json.JSONDecodeError, report: Report) -> None:
    comma = error.doc.rfind(",", 0, error.pos + 1)
    if (
        comma >= 0
        and (closing := _COMMA_BEFORE_CLOSING.match(error.doc, comma))
        and closing.end() > error.pos
    ):
        error = json.JSONDecodeError(error.msg, error.doc, comma)
        message, hint = 'a "," is too many here', "remove it"
    else:
        known = (f"this is not JSON ({error.msg})", "look at the signs here")
        message, hint = _WORDS.get(error.msg, known)
    report.add("B501", Place(error.lineno, error.colno), message, hint)


class _NoNumberError(ValueError):
    """NaN and the infinities, which Python's reader takes and JSON does not have."""


def _refuse_constant(word: str) -> None:
    raise _NoNumberError(word)


class _Scanner:
    """Walks a text that is known to be JSON."""

    def __init__(self, text: str, report: Report) -> None:
        self._text = text
        self._report = report
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._at = 0

    def root(self) -> Node:
        self._skip()
        return self._value()

    def _value(self) -> Node:
        sign = self._text[self._at]
        if sign == "{":
            return self._map()
        return self._list() if sign == "[" else self._scalar()

    def _scalar(self) -> Scalar:
        start = self._at
        value, self._at = _DECODER.raw_decode(self._text, start)
        is_text = isinstance(value, str)
        written = value if is_text else self._text[start : self._at]
        return Scalar(value, written, self._place(start), self._place(self._at), '"' if is_text else "")

    def _map(self) -> MapNode:
        place, entries = self._place(self._at), dict[str, Entry]()
        for key_start in self._members("}"):
            key, self._at = _DECODER.raw_decode(self._text, key_start)
            self._skip()
            self._at += 1  # the colon
            self._skip()
            value = self._value()
            self._refuse_twice(key, key_start, entries)
            entries[key] = Entry(key, self._place(key_start), value)
        return MapNode(tuple(entries.values()), place)

    def _list(self) -> ListNode:
        place = self._place(self._at)
        return ListNode(tuple([self._value() for _ in self._members("]")]), place)

    def _members(self, closing: str) -> Iterator[int]:
        """Where each member begins; the caller reads it before it asks for the next."""
        while True:
            self._at += 1  # the opening sign, or the comma
            self._skip()
            if self._text[self._at] == closing:
                break
            yield self._at
            self._skip()
            if self._text[self._at] == closing:
                break
        self._at += 1

    def _refuse_twice(self, key: str, start: int, entries: dict[str, Entry]) -> None:
        if key in entries:
            hint = f"the other is on line {entries[key].key_place.line}; keep one of them"
            message = f'the key "{key}" is written twice'
            self._report.add("B005", self._place(start), message, hint, length=len(key) + 2)

    def _skip(self) -> None:
        if match := _SPACE.match(self._text, self._at):
            self._at = match.end()

    def _place(self, offset: int) -> Place:
        line = bisect_right(self._starts, offset)
        return Place(line, offset - self._starts[line - 1] + 1)
