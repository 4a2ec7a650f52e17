"""`set` and `pass`: keep values, or do nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coworks.biz.names import is_variable_name, taken_by
from coworks.biz.nodes import Entry, Scalar
from coworks.biz.payloads import check_payload
from coworks.biz.reading import read_map, wrong_kind
from coworks.biz.steps.kind import Kind
from coworks.biz.templates import Template, templates_in, to_states_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.biz.problems import Report
    from coworks.biz.steps.kind import Position


@dataclass(frozen=True, slots=True)
class Set(Kind):
    """Variables and their values."""

    values: tuple[Entry, ...]

    @classmethod
    def read(cls, entry: Entry, report: Report) -> Set | None:
        found = read_map(entry, report, "write {name: value}")
        if found is None:
            return None
        for one in found.entries:
            _check_name(one, report)
        check_payload([entry], report)
        return cls(found.entries)

    def templates(self) -> Iterator[Template]:
        for entry in self.values:
            yield from templates_in(entry.value)

    def sets(self) -> tuple[str, ...]:
        return tuple(entry.key for entry in self.values)

    def state(self, at: Position) -> dict[str, Any]:
        return {"Type": "Pass", "Assign": {one.key: to_states_language(one.value) for one in self.values}}


@dataclass(frozen=True, slots=True)
class Pass(Kind):
    """A step that does nothing: a place to jump to, or one to fill later."""

    @classmethod
    def read(cls, entry: Entry, report: Report) -> Pass | None:
        if not (isinstance(entry.value, Scalar) and entry.value.value is None):
            wrong_kind(entry, "left empty", report, 'write "pass:" alone, or "set:" to keep values')
        return cls()

    def state(self, at: Position) -> dict[str, Any]:
        return {"Type": "Pass"}


def _check_name(entry: Entry, report: Report) -> None:
    place, length = entry.key_place, len(entry.key)
    if not is_variable_name(entry.key):
        hint = "use letters, digits and underscores, for example total_price; no $ here"
        report.add("B118", place, f'"{entry.key}" is not a name for a variable', hint, length=length)
    elif taken := taken_by(entry.key):
        report.add("B110", place, taken, "choose another name", length=length)
