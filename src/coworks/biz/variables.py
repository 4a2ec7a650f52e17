"""Which variables are set where: a data-flow analysis over the ways through a workflow.

A variable is surely set at a step when every way from the start sets it, and may be set when one does. Both
are the classical forward analyses, on sets kept as the bits of whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coworks.biz.flow import THE_END
from coworks.biz.names import DATA, ERROR

if TYPE_CHECKING:
    from coworks.biz.flow import Edge, Flow


_MAX_SETTERS = 3


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables of a workflow by name, with the number of their bit, and where they are set."""

    names: dict[str, int]
    sets: tuple[frozenset[str], ...]
    surely: tuple[int, ...]
    maybe: tuple[int, ...]
    flow: Flow

    def is_set(self, name: str, number: int) -> bool:
        """True when it is set on every way to the step, or when the ways are not all known."""
        if name not in self.names:
            return False
        return not self.flow.certain or bool(self.surely[number] >> self.names[name] & 1)

    def may_be_set(self, name: str, number: int) -> bool:
        return bool(self.maybe[number] >> self.names[name] & 1)

    def setters(self, name: str) -> str:
        """The steps that set a variable, in words."""
        steps = [step.name for step, sets in zip(self.flow.steps, self.sets, strict=True) if name in sets]
        return " or ".join(f'"{step}"' for step in steps[:_MAX_SETTERS])

    def to_propose(self) -> list[str]:
        """The names to propose: `$error` only where something is caught."""
        caught = any(self.flow.catches)
        return [name for name in self.names if name != ERROR or caught]


def variables_of(flow: Flow) -> Variables:
    sets = tuple(frozenset(_sets(flow, number)) for number in range(len(flow.steps)))
    names = {name: bit for bit, name in enumerate(dict.fromkeys([DATA, ERROR, *_in_order(sets)]))}
    bits = tuple(_mask(one, names) for one in sets)
    order = _order(flow)
    everything = (1 << len(names)) - 1
    start = 1 << names[DATA]
    error = 1 << names[ERROR]
    surely = _solve(flow, order, bits, start, error, everything)
    maybe = _solve(flow, order, bits, start, error, None)
    return Variables(names, sets, surely, maybe, flow)


def _in_order(sets: tuple[frozenset[str], ...]) -> list[str]:
    return [name for one in sets for name in sorted(one)]


def _sets(flow: Flow, number: int) -> set[str]:
    step = flow.steps[number]
    own = set(step.kind.sets()) if step.kind else set()
    return own | {step.variable} if step.has_result else own


def _mask(sets: frozenset[str], names: dict[str, int]) -> int:
    mask = 0
    for name in sets:
        mask |= 1 << names[name]
    return mask


def _order(flow: Flow) -> list[int]:
    """The reached steps so that, loops apart, each comes after those that lead to it."""
    finished: list[int] = []
    seen = {0}
    path = [(0, iter(flow.edges[0]))] if flow.steps else []
    while path:
        number, edges = path[-1]
        edge = next(edges, None)
        if edge is None:
            finished.append(number)
            path.pop()
        elif edge.target != THE_END and edge.target not in seen:
            seen.add(edge.target)
            path.append((edge.target, iter(flow.edges[edge.target])))
    return finished[::-1]


def _solve(
    flow: Flow, order: list[int], bits: tuple[int, ...], start: int, error: int, everything: int | None
) -> tuple[int, ...]:
    """What is set when each step begins: on all ways when `everything` is given, else on some way."""
    initial = 0 if everything is None else everything
    before = [initial] * len(flow.steps)
    if before:
        before[0] = start
    changed = True
    while changed:
        changed = False
        for number in order:
            for edge in flow.edges[number]:
                changed |= _carry(before, number, edge, bits[number], error, everything)
    return tuple(before)


def _carry(before: list[int], number: int, edge: Edge, sets: int, error: int, everything: int | None) -> bool:
    if edge.target == THE_END:
        return False
    after = before[number] | (error if edge.caught else sets)
    old = before[edge.target]
    before[edge.target] = old | after if everything is None else old & after
    return before[edge.target] != old
