"""Reading keys and values with every problem told: unknown keys, missing ones, values of the wrong kind."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from coworks.biz.durations import EXAMPLE, DurationError, parse_duration
from coworks.biz.nodes import Entry, ListNode, MapNode, Node, Scalar, describe, is_empty
from coworks.biz.templates import Template, bare_template, templates_in

if TYPE_CHECKING:
    from coworks.biz.problems import Report

# The largest number of seconds that Step Functions takes.
MAX_SECONDS: Final = 99_999_999

_ISO_DATE = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[-+](?:[01]\d|2[0-3]):[0-5]\d)"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """Which keys a mapping has. `what` names it in messages; `moved` explains keys that belong elsewhere."""

    what: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return self.required + self.optional

    def word_for(self, key: str) -> str | None:
        """The key that is meant by a word for which the advice is to write just that key."""
        advice = dict(self.moved).get(key)
        return next((one for one in self.keys if advice == f'write "{one}"'), None)


def item(node: Node, what: str) -> Entry:
    """A value of a list, read as the value of a key."""
    return Entry(what, node.place, node)


def wrong_kind(entry: Entry, expected: str, report: Report, hint: str | None = None) -> None:
    message = f'"{entry.key}" must be {expected}, not {describe(entry.value)}'
    report.add("B104", entry.place, message, hint, length=_length(entry))


def _length(entry: Entry) -> int:
    if is_empty(entry.value):
        return len(entry.key)
    return len(entry.value.text) if isinstance(entry.value, Scalar) else 1


def read_map(entry: Entry, report: Report, hint: str | None = None) -> MapNode | None:
    if isinstance(entry.value, MapNode):
        return entry.value
    wrong_kind(entry, "keys and values", report, hint)
    return None


def read_list(entry: Entry, report: Report, hint: str | None = None) -> ListNode | None:
    if isinstance(entry.value, ListNode):
        return entry.value
    wrong_kind(entry, "a list", report, hint)
    return None


def read_scalar(entry: Entry, report: Report, hint: str | None = None) -> Scalar | None:
    """A single value; numbers and the like are taken by what was written."""
    if isinstance(entry.value, Scalar) and entry.value.value is not None and entry.value.text.strip():
        return entry.value
    wrong_kind(entry, "a text", report, hint)
    return None


def read_optional_text(entries: dict[str, Entry], key: str, report: Report) -> str | None:
    entry = entries.get(key)
    scalar = read_scalar(entry, report) if entry else None
    return scalar.text if scalar else None


def read_shape(
    entry: Entry, shape: Shape, report: Report, hint: str | None = None
) -> dict[str, Entry] | None:
    """The entries of a mapping by key, unknown and missing keys told."""
    found = read_map(entry, report, hint)
    return None if found is None else check_shape(found, shape, report)


def check_shape(found: MapNode, shape: Shape, report: Report) -> dict[str, Entry]:
    """The entries by key, unknown and missing keys told; a misspelt key counts as the one that was meant."""
    entries = {one.key: one for one in found.entries}
    for one in found.entries:
        if one.key not in shape.keys:
            unknown_key(one, shape, report)
            meant = shape.word_for(one.key) or report.near(one.key, shape.keys)
            if meant and meant not in entries:
                entries[meant] = replace(one, key=meant)
    for key in shape.required:
        if key not in entries:
            report.add("B102", found.place, f'{shape.what} needs "{key}"', f'add "{key}: ..."')
    return entries


def unknown_key(entry: Entry, shape: Shape, report: Report) -> None:
    hint = dict(shape.moved).get(entry.key) or report.suggest(entry.key, shape.keys)
    message = f'"{entry.key}" is not a key of {shape.what}'
    report.add("B101", entry.key_place, message, hint, length=len(entry.key))


def read_duration(
    entry: Entry, report: Report, *, at_least: int = 1, code: str = "B115", hint: str = EXAMPLE
) -> int | None:
    """Seconds, from a number or from words."""
    value = entry.value.value if isinstance(entry.value, Scalar) else None
    if value is None:
        wrong_kind(entry, "a duration", report, hint)
        return None
    try:
        seconds = parse_duration(value)
    except DurationError as error:
        report.add(code, entry.place, str(error), hint, length=_length(entry))
        return None
    if not at_least <= seconds <= MAX_SECONDS:
        bound = f"at least {at_least} second" if seconds < at_least else "at most 1157 days"
        report.add(code, entry.place, f'"{entry.key}" must be {bound}', hint, length=_length(entry))
        return None
    return seconds


def read_number(entry: Entry, report: Report, *, at_least: float, whole: bool = True) -> int | float | None:
    value = entry.value.value if isinstance(entry.value, Scalar) else None
    kinds = (int,) if whole else (int, float)
    if isinstance(value, kinds) and not isinstance(value, bool) and at_least <= value <= MAX_SECONDS:
        return value
    got = entry.value.text if isinstance(entry.value, Scalar) and entry.value.text else describe(entry.value)
    message = f'"{entry.key}" must be a {"whole " if whole else ""}number from {at_least:g}, not {got}'
    report.add("B104", entry.place, message, length=_length(entry))
    return None


def read_flag(entry: Entry, report: Report) -> bool:
    """True or false; false when it is neither, which is told."""
    if isinstance(entry.value, Scalar) and isinstance(entry.value.value, bool):
        return entry.value.value
    wrong_kind(entry, "true or false", report)
    return False


def read_expression(
    scalar: Scalar, key: str, report: Report, hint: str = "put all of it in one {% %}, or use no marks"
) -> Template | None:
    """A text that is one expression, with or without its marks."""
    template = bare_template(scalar)
    if template.unclosed is None and template.whole is None:
        message = f'"{key}" is one expression'
        report.add("B304", scalar.place, message, hint, length=len(scalar.text))
        return None
    return template


def is_date(text: str) -> bool:
    """True for a date and time as Step Functions reads them (RFC 3339)."""
    if not _ISO_DATE.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


def refuse_expressions(entry: Entry, report: Report) -> None:
    """Tell that the values of this key are constants."""
    for template in templates_in(entry.value):
        report.add(
            "B407",
            template.scalar.place,
            f'"{entry.key}" is known before the workflow runs: no expression is possible in it',
            "write the value itself, or compute it in a step",
            length=len(template.scalar.text),
        )
