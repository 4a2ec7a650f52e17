"""`use`: a file of a few lines becomes the predefined workflow that it names, with its own values in it.

It is one tree made of two, before anything is read: the steps are those of the library, the triggers and the
input those of the file. What is asked of the whole, that services exist and orders fit, is asked as always.
What comes from the library stands where it is used, since that is where its user can mend something.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from coworks.biz.nodes import Entry, ListNode, MapNode, Scalar
from coworks.biz.plain_words import HINT, are_words, expression_of
from coworks.biz.problems import Report
from coworks.biz.reading import Shape, check_shape, read_map, read_scalar
from coworks.biz.source import read_source
from coworks.biz.takes import (
    CONDITION,
    Taken,
    WorkflowContract,
    check_given,
    missing,
    read_takes,
    tell_missing,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from coworks.biz.nodes import Node

USE: Final = "use"
_SHAPE: Final = Shape(
    "a file that uses a workflow",
    required=(USE,),
    optional=("comment", "on", "input", "timeout"),
    moved=(("states", 'its steps are those of the workflow that it uses: write "use" or "states"'),),
)
_OWN: Final = ("comment", "on", "timeout")


def expand(root: MapNode, library: Mapping[str, str], report: Report) -> MapNode | None:
    """The workflow that a file uses, as if it were written there; None when it cannot be told."""
    found = check_shape(root, _SHAPE, report)
    name = read_scalar(found[USE], report, f"write one of {', '.join(sorted(library))}")
    given = read_map(found["input"], report, "write {name: value}") if "input" in found else None
    if name is None or ("input" in found and given is None):
        return None
    if name.text not in library:
        message = f'no predefined workflow is named "{name.text}"'
        report.add("B216", name.place, message, report.suggest(name.text, library), length=len(name.text))
        return None
    base = _placed(_parsed(name.text, library[name.text]), name)
    return _merged(base, found, given or MapNode((), base.place), report)


def read_contract(text: str, library: Mapping[str, str]) -> WorkflowContract | None:
    """What the workflow of a file takes, read before it is compiled; None when it does not tell."""
    report = Report("", text)
    root = read_source(text.removeprefix("\ufeff"), report)
    use = root.get(USE) if root else None
    named = library.get(use.value.text) if use and isinstance(use.value, Scalar) else None
    bases = [one for one in (_parsed("", named) if named else None, root) if one]
    takes = next((entry for one in bases if (entry := one.get("takes"))), None)
    if takes is None:
        return None
    given = {name for one in bases if (entry := one.get("input")) for name in _by_key(entry.value)}
    data = tuple(one for one in read_takes(takes, report) if not one.is_piece)
    return WorkflowContract(data, frozenset(given))


def takes_of(text: str) -> tuple[Taken, ...]:
    """What a workflow of the library takes, pieces too."""
    return read_takes(_by_key(_parsed("", text))["takes"], Report("", text))


def _parsed(name: str, text: str) -> MapNode:
    report = Report(f"{name}.yml", text)
    root = read_source(text, report)
    if root is None:
        raise ValueError(f"the predefined workflow {name} cannot be read: {report.problems()}")
    return root


def _merged(base: MapNode, found: Mapping[str, Entry], given: MapNode, report: Report) -> MapNode | None:
    """The tree of the library with the values of the file; None when a piece of it was not given."""
    parts = {entry.key: entry for entry in base.entries}
    takes = read_takes(parts["takes"], report)
    given_names = check_given(given, takes, report)
    values = {**_by_key(parts["input"].value), **_by_key(given)}
    pieces = {
        one.name: _piece(one, values[one.name].value, report)
        for one in takes
        if one.is_piece and one.name in values and one.fits(values[one.name].value)
    }
    lacking = missing((one for one in takes if one.is_piece), values.keys() | given_names)
    tell_missing(lacking, found[USE], report)
    if any(one.is_piece and one.name not in pieces for one in takes):
        return None
    data = {one.name for one in takes if not one.is_piece}
    parts |= {key: found[key] for key in (*_OWN, "input") if key in found}
    parts["takes"] = _kept(parts["takes"], _by_key(parts["takes"].value), data)
    # A misspelt name counts as the one that was meant: it was told.
    meant = {name: _nothing(name, base) for name in given_names - values.keys()}
    parts["input"] = _kept(parts["input"], meant | values, data)
    parts["states"] = replace(parts["states"], value=_filled(parts["states"].value, pieces))
    return MapNode(tuple(parts.values()), base.place)


def _piece(taken: Taken, value: Node, report: Report) -> Node:
    """An order as it is; a condition in words as the expression that it stands for."""
    if taken.kind != CONDITION or not isinstance(value, Scalar) or not are_words(value.text):
        return value
    expression = expression_of(value.text)
    if expression is None:
        message = f'"{value.text}" is not a condition'
        report.add("B127", value.place, message, HINT, length=len(value.text))
    return replace(value, value=expression or "false", text=expression or "false")


def _nothing(name: str, base: MapNode) -> Entry:
    return Entry(name, base.place, Scalar(None, "", base.place, base.place))


def _by_key(node: Node) -> dict[str, Entry]:
    return {entry.key: entry for entry in node.entries} if isinstance(node, MapNode) else {}


def _kept(entry: Entry, values: Mapping[str, Entry], names: Collection[str]) -> Entry:
    """The entry with those of the values that have one of these names."""
    kept = tuple(one for name, one in values.items() if name in names)
    return replace(entry, value=MapNode(kept, entry.value.place))


def _filled(node: Node, pieces: Mapping[str, Node]) -> Node:
    """The node with the pieces in the places that name them: `$data.watch` alone."""
    if isinstance(node, ListNode):
        return replace(node, items=tuple(_filled(one, pieces) for one in node.items))
    if isinstance(node, MapNode):
        return replace(
            node, entries=tuple(replace(one, value=_filled(one.value, pieces)) for one in node.entries)
        )
    return pieces.get(node.text.removeprefix("$data."), node) if node.text.startswith("$data.") else node


def _placed(node: MapNode, at: Scalar) -> MapNode:
    """The tree as if all of it stood at one place."""
    return MapNode(tuple(_entry_placed(entry, at) for entry in node.entries), at.place)


def _entry_placed(entry: Entry, at: Scalar) -> Entry:
    return Entry(entry.key, at.place, _value_placed(entry.value, at))


def _value_placed(node: Node, at: Scalar) -> Node:
    if isinstance(node, MapNode):
        return _placed(node, at)
    if isinstance(node, ListNode):
        return ListNode(tuple(_value_placed(one, at) for one in node.items), at.place)
    return replace(node, place=at.place, end=at.end)
