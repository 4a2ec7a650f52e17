"""Values as YAML text, in the style of the guide: two spaces a level, short collections on one line."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from coworks.biz.nodes import resolve

_SHORT: Final = 72
_APART: Final = frozenset({"name", "when", "every", "cron", "at"})
"""Keys of steps, rules and schedules, each of which stands on lines of its own."""

# A clock time alone is quoted: other readers of YAML take it for a number of base 60.
_PLAIN: Final = re.compile(r"(?![\d:.]*:[\d:.]*\Z)[\w$/](?:[\w ./@()?!+=<>$;*'-]|(?<=\w):(?=\w))*")


def write_block(value: Any) -> list[str]:
    """The lines of a value that begins a line of its own; the caller indents them."""
    if isinstance(value, dict) and value:
        return [line for key, one in value.items() for line in write_entry(key, one)]
    if isinstance(value, list) and value:
        return [line for one in value for line in write_item(one)]
    return [write_flow(value)]


def write_entry(key: str, value: Any) -> list[str]:
    """A key with its value: `key:` and what follows."""
    name = write_flow(key)
    if value is None:
        return [f"{name}:"]
    if isinstance(value, str) and _is_literal(value):
        return [
            f"{name}: {'|' if value.endswith(chr(10)) else '|-'}",
            *_indented(value.rstrip("\n").split("\n")),
        ]
    if isinstance(value, (dict, list)) and value and not _is_short(value):
        return [f"{name}:", *_indented(write_block(value))]
    return [f"{name}: {write_flow(value)}"]


def write_item(value: Any) -> list[str]:
    """An item of a list: `- ` and what follows; a step and a rule are never written on one line."""
    if (
        isinstance(value, dict)
        and value
        and (value.keys() & _APART or len(value) == 1 or not _is_short(value))
    ):
        first, *rest = write_block(value)
        return [f"- {first}", *_indented(rest)]
    if isinstance(value, list) and value and not _is_short(value):
        first, *rest = write_block(value)
        return [f"- {first}", *_indented(rest)]
    return [f"- {write_flow(value)}"]


def write_flow(value: Any) -> str:
    """The value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{write_flow(key)}: {write_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(write_flow, value)) + "]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def write_quoted(value: Any, quote: str) -> str:
    """The value on one line; a text keeps the quotes that its author chose."""
    if not isinstance(value, str):
        return write_flow(value)
    if quote == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return _escaped(value) if quote == '"' else _text(value)


def _text(text: str) -> str:
    """A text without quotes where it can go without, in either style of collection."""
    if _PLAIN.fullmatch(text) and text == text.rstrip() and isinstance(resolve(text), str):
        return text
    return _escaped(text)


def _escaped(text: str) -> str:
    # JSON's escapes are YAML's, but for the pairs that it writes signs beyond the first plane with.
    return "".join(
        one if one.isprintable() else f"\\U{ord(one):08x}" for one in json.dumps(text, ensure_ascii=False)
    )


def _is_literal(text: str) -> bool:
    """True for a text of several lines that YAML's `|` can hold as it is."""
    lines = text.removesuffix("\n").split("\n")
    plain = all(line.isprintable() and line == line.rstrip() for line in lines)
    return len(lines) > 1 and plain and bool(lines[-1]) and lines[0] == lines[0].lstrip() != ""


def _is_short(value: dict[str, Any] | list[Any]) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    nested = any((isinstance(one, dict) and one) or _has_steps(one) for one in inner)
    return not nested and len(write_flow(value)) <= _SHORT


def _has_steps(value: Any) -> bool:
    """True for a list of steps or of rules, which stand on lines of their own."""
    return isinstance(value, list) and any(isinstance(one, dict) and one.keys() & _APART for one in value)


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" if line else line for line in lines]
