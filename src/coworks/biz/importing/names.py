"""A machine whose states have no name that CoWorks keeps for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.biz.names import RESERVED_STEPS
from coworks.biz.source_map import machines_inside
from coworks.biz.states import led

if TYPE_CHECKING:
    from collections.abc import Mapping


def without_reserved_names(machine: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The machine, and the new names by the old ones: `End` becomes `End 2`.

    Only the outermost states become steps; what is inside a state keeps its names.
    """
    states: Mapping[str, Any] = machine["States"]
    taken = set(_all_names(machine))
    renamed: dict[str, str] = {}
    for name in states:
        if name in RESERVED_STEPS:
            number = next(one for one in range(2, len(taken) + 3) if f"{name} {one}" not in taken)
            renamed[name] = f"{name} {number}"
            taken.add(renamed[name])
    if not renamed:
        return dict(machine), {}
    new = {renamed.get(name, name): led(state, renamed) for name, state in states.items()}
    start = machine["StartAt"]
    return {**machine, "StartAt": renamed.get(start, start), "States": new}, renamed


def _all_names(machine: Mapping[str, Any]) -> list[str]:
    names = list(machine["States"])
    for state in machine["States"].values():
        for inner in machines_inside(state):
            names += _all_names(inner)
    return names
