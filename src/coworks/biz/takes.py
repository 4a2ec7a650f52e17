"""`takes`: the values that a workflow works on, each with its kind, and whether what is given for them fits.

Most kinds are data. An `order` and a `condition` are pieces of a workflow: who uses a predefined one gives
them, and they are put in their places before anything is checked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from coworks.asl.jsonata import OPENING
from coworks.biz.durations import DurationError, parse_duration
from coworks.biz.names import is_variable_name
from coworks.biz.nodes import ListNode, MapNode, Scalar, describe, plain
from coworks.biz.reading import is_date, read_map, read_scalar
from coworks.biz.triggers import TRIGGER_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from coworks.biz.nodes import Entry, Node
    from coworks.biz.problems import Report

DURATION: Final = "duration"
ORDER: Final = "order"
CONDITION: Final = "condition"
PIECES: Final = frozenset({ORDER, CONDITION})
_HINT: Final = "write {name: kind}, for example {customer: text, after: duration}"
# What starts a workflow by the clock gives it `data` and nothing else.
_BY_CLOCK: Final = ("every", "cron", "at")


@dataclass(frozen=True, slots=True)
class Taken:
    """A value that a workflow takes."""

    name: str
    kind: str

    @property
    def is_piece(self) -> bool:
        return self.kind in PIECES

    def fits(self, node: Node) -> bool:
        """True when the value is of its kind; of data, nothing is, and so is what is told at run time."""
        is_open = isinstance(node, Scalar) and (node.value is None or OPENING in node.text)
        return (is_open and not self.is_piece) or KINDS[self.kind](node)


@dataclass(frozen=True, slots=True)
class WorkflowContract:
    """What a workflow takes from who starts it; `given` are the values that it has without."""

    takes: tuple[Taken, ...]
    given: frozenset[str]


Workflows: TypeAlias = Mapping[str, WorkflowContract | None] | Collection[str]
"""The workflows of a project: their names, or by these what they take, where they tell."""


def read_takes(entry: Entry, report: Report) -> tuple[Taken, ...]:
    """The values under `takes`, those of unknown kinds told and left out."""
    found = read_map(entry, report, _HINT)
    read = [_read_taken(one, report) for one in found.entries] if found else []
    return tuple(one for one in read if one)


def _read_taken(entry: Entry, report: Report) -> Taken | None:
    kind = read_scalar(entry, report, _HINT)
    if not is_variable_name(entry.key):
        message = f'"{entry.key}" is not a name for a value'
        report.add(
            "B118", entry.key_place, message, "use letters, digits and underscores", length=len(entry.key)
        )
        return None
    if kind is None:
        return None
    if kind.text not in KINDS:
        message = f'"{kind.text}" is not a kind of value'
        report.add("B122", kind.place, message, report.suggest(kind.text, KINDS), length=len(kind.text))
        return None
    return Taken(entry.key, kind.text)


def check_given(given: MapNode, takes: Iterable[Taken], report: Report) -> set[str]:
    """Tell about values that are not taken, and about those of the wrong kind.

    The names of what is given; a misspelt one as it was meant, so that it is not told as missing, too.
    """
    known = {one.name: one for one in takes}
    names = set()
    for entry in given.entries:
        taken = known.get(entry.key)
        names.add(entry.key if taken else report.near(entry.key, known) or entry.key)
        if taken is None:
            message, hint = f'the workflow takes no "{entry.key}"', report.suggest(entry.key, known)
            report.add("B214", entry.key_place, message, hint, length=len(entry.key))
        elif not taken.fits(entry.value):
            message = f'"{entry.key}" is {_WORDS[taken.kind]}, not {_got(entry.value)}'
            report.add("B215", entry.place, message, _EXAMPLES.get(taken.kind), length=_length(entry))
    return names


def check_triggers(entry: Entry, takes: Collection[Taken], given: Collection[str], report: Report) -> None:
    """Tell what triggers give that is not taken, and what is still missing when the clock starts a run."""
    found = entry.value.items if isinstance(entry.value, ListNode) else ()
    data = [one for one in takes if not one.is_piece]
    for trigger in (node for node in found if isinstance(node, MapNode)):
        own = trigger.get("data")
        values = own.value if own and isinstance(own.value, MapNode) else None
        names = check_given(values, data, report) if values else set()
        keyword = next((one for one in trigger.entries if one.key in TRIGGER_KINDS), None)
        if keyword and (values or keyword.key in _BY_CLOCK):
            tell_missing(missing(data, {*given, *names}), keyword, report)


def missing(takes: Iterable[Taken], given: Collection[str]) -> list[str]:
    """The values that are taken and not given."""
    return [one.name for one in takes if one.name not in given]


def tell_missing(names: Iterable[str], entry: Entry, report: Report, under: str = "input") -> None:
    for name in names:
        message, hint = f'the workflow needs "{name}"', f'add "{name}: ..." under "{under}"'
        report.add("B213", entry.key_place, message, hint, length=len(entry.key))


def values_of(given: MapNode, takes: Collection[Taken]) -> dict[str, Any]:
    """What is given as plain data: durations in seconds, pieces of workflows left out."""
    kinds = {one.name: one.kind for one in takes}
    return {
        entry.key: _value(entry.value, kinds.get(entry.key, ""))
        for entry in given.entries
        if kinds.get(entry.key) not in PIECES
    }


def _value(node: Node, kind: str) -> Any:
    value = plain(node)
    return value if kind != DURATION or value is None else parse_duration(value)


def _is_duration(node: Node) -> bool:
    try:
        parse_duration(plain(node))
    except DurationError:
        return False
    return True


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# How each kind is told from others.
KINDS: Final[dict[str, Callable[[Node], bool]]] = {
    "text": lambda node: isinstance(node, Scalar) and not isinstance(node.value, bool),
    "number": lambda node: isinstance(node, Scalar) and _is_number(node.value),
    "flag": lambda node: isinstance(node, Scalar) and isinstance(node.value, bool),
    "list": lambda node: isinstance(node, ListNode) or (isinstance(node, Scalar) and node.is_text),
    "map": lambda node: isinstance(node, MapNode),
    "moment": lambda node: isinstance(node, Scalar) and is_date(node.text),
    DURATION: _is_duration,
    "anything": lambda node: True,
    ORDER: lambda node: isinstance(node, MapNode),
    CONDITION: lambda node: isinstance(node, Scalar) and node.value is not None,
}
_WORDS: Final = {
    "text": "a text",
    "number": "a number",
    "flag": "true or false",
    "list": "a list",
    "map": "keys and values",
    "moment": "a date with its time and zone",
    DURATION: "a duration",
    ORDER: "an order to a service",
    CONDITION: "a condition",
}
_EXAMPLES: Final = {
    "moment": "write for example 2027-01-31T08:00:00+01:00",
    DURATION: "write for example 5 minutes or 3 days",
    ORDER: "write {service: NAME, get: /PATH}",
    CONDITION: "write for example count is over 100",
}


def _got(node: Node) -> str:
    return f'"{node.text}"' if isinstance(node, Scalar) and node.text else describe(node)


def _length(entry: Entry) -> int:
    return len(entry.value.text) if isinstance(entry.value, Scalar) and entry.value.text else 1
