"""`foreach`: the same steps for each item of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from coworks.biz.names import OUTER, added_name, is_variable_name, taken_by
from coworks.biz.nodes import Entry, ListNode, MapNode, Scalar
from coworks.biz.payloads import check_payload
from coworks.biz.reading import (
    Shape,
    read_expression,
    read_flag,
    read_number,
    read_scalar,
    read_shape,
    wrong_kind,
)
from coworks.biz.renaming import renamed, variables_read
from coworks.biz.steps.kind import Kind, Position, ReadSteps, Scope
from coworks.biz.templates import Template, mark, templates_in, to_states_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coworks.biz.problems import Report

ITEM: Final = "item"
_SHAPE: Final = Shape(
    "a foreach",
    required=("items", "steps"),
    optional=("as", "at_most", "distributed"),
    moved=(("item", 'write "as"'), ("states", 'write "steps"')),
)
_HINT: Final = "write {items: $data.lines, as: line, steps: [...]}"
_EACH: Final = mark("$states.context.Map.Item.Value")


@dataclass(frozen=True, slots=True)
class Foreach(Kind):
    """A list, the variable that holds each item of it, and the steps; the result is the list of theirs.

    A distributed one runs each item as an execution of its own, for thousands of items.
    """

    can_fail: ClassVar[bool] = True
    has_steps: ClassVar[bool] = True
    recovery: ClassVar[tuple[str, ...]] = ("retry", "catch")

    items: Template | ListNode
    scope: Scope
    variable: str = ITEM
    at_most: int | None = None

    @classmethod
    def read_around(cls, entry: Entry, report: Report, read_steps: ReadSteps) -> Foreach | None:
        found = read_shape(entry, _SHAPE, report, _HINT)
        if found is None:
            return None
        check_payload([found.get("items")], report)
        items = _read_items(found["items"], report) if "items" in found else None
        name = _read_name(found["as"], report) if "as" in found else None
        at_most = read_number(found["at_most"], report, at_least=1) if "at_most" in found else None
        steps = read_steps(found["steps"], report) if "steps" in found else ()
        is_separate = read_flag(found["distributed"], report) if "distributed" in found else False
        if items is None or "steps" not in found:
            return None
        variable = name.text if name else ITEM
        given = name or Scalar(ITEM, ITEM, entry.key_place, entry.key_place)
        scope = Scope(f"one {variable}", steps, (given,), is_separate)
        return cls(items, scope, variable, None if at_most is None else int(at_most))

    def templates(self) -> Iterator[Template]:
        if isinstance(self.items, Template):
            yield self.items
        else:
            yield from templates_in(self.items)

    def scopes(self) -> tuple[Scope, ...]:
        return (self.scope,)

    def state(self, at: Position) -> dict[str, Any]:
        state: dict[str, Any] = {"Type": "Map", "Items": self._items()}
        if self.at_most is not None:
            state["MaxConcurrency"] = self.at_most
        result = mark("$states.result")
        return {**state, **self._processor(at), "Output": result, "Assign": {at.variable: result}}

    def _items(self) -> Any:
        """What is no list is taken as a list of one, and nothing as an empty one: JSONata's `[...]`."""
        if isinstance(self.items, ListNode):
            return to_states_language(self.items)
        return mark("".join(_listed(one.source) for one in self.items.expressions))

    def _processor(self, at: Position) -> dict[str, Any]:
        (machine,) = at.machines
        if not self.scope.is_separate:
            given = {self.variable: mark("$states.input")}
            return {"ItemProcessor": self._machine(machine, at, "INLINE", given)}
        # An execution of its own sees no variables of others: they go along with the item.
        read = sorted(variables_read(machine["States"]) & at.outer)
        machine = renamed(machine, {name: f"{OUTER}{name}" for name in read})
        handed = {self.variable: _EACH, **{f"{OUTER}{name}": mark(f"${name}") for name in read}}
        given = {name: mark(f"$states.input.{name}") for name in handed}
        processor = self._machine(machine, at, "DISTRIBUTED", given)
        return {"ItemSelector": handed, "ItemProcessor": processor}

    def _machine(
        self, machine: Mapping[str, Any], at: Position, mode: str, given: Mapping[str, str]
    ) -> dict[str, Any]:
        first = added_name(at.name, self.scope.title)
        config = {"Mode": mode} | ({"ExecutionType": "STANDARD"} if mode == "DISTRIBUTED" else {})
        begin = {"Type": "Pass", "Assign": dict(given), "Next": machine["StartAt"]}
        if self.scope.is_separate:
            begin = {"Type": "Pass", "Output": given[self.variable], **begin}
        return {"ProcessorConfig": config, "StartAt": first, "States": {first: begin, **machine["States"]}}


def _listed(source: str) -> str:
    # JSONata puts a list that is written right inside of brackets into the new one, whole.
    return f"[({source})]" if source.lstrip()[:1] in ("[", "/") else f"[{source}]"


def _read_items(entry: Entry, report: Report) -> Template | ListNode | None:
    if isinstance(entry.value, ListNode):
        return entry.value
    if isinstance(entry.value, MapNode):
        wrong_kind(entry, "a list, or an expression that gives one", report, "write items: $data.lines")
        return None
    scalar = read_scalar(entry, report, "write items: $data.lines")
    return read_expression(scalar, "items", report) if scalar else None


def _read_name(entry: Entry, report: Report) -> Scalar | None:
    scalar = read_scalar(entry, report, "write a name, for example line")
    if scalar is None:
        return None
    name = scalar.text
    if not is_variable_name(name):
        hint = "use letters, digits and underscores, for example line; no $ here"
        report.add("B118", scalar.place, f'"{name}" is not a name for a variable', hint, length=len(name))
        return None
    if taken := taken_by(name):
        report.add("B110", scalar.place, taken, "choose another name", length=len(name))
        return None
    return scalar
