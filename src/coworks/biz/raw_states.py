"""What the compiler owes to `asl` steps: their query language, and the check of what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.asl import InvalidDefinitionError, parse_machine
from coworks.asl.fields import JSONATA, JSONPATH
from coworks.biz.diagnostics import tell_diagnostic
from coworks.biz.nodes import Entry, MapNode
from coworks.biz.payloads import check_state
from coworks.biz.source_map import machines_inside
from coworks.biz.steps.asl import Asl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coworks.asl.fields import Diagnostic
    from coworks.biz.problems import Report
    from coworks.biz.steps.kind import InnerStep

_STATES = "/States/"


def speak(states: Mapping[str, dict[str, Any]], machine: dict[str, Any]) -> None:
    """Say which language is spoken where.

    A machine whose language is JSONata has no state in JSONPath: with one, the other states say JSONata each.
    """
    if all(state.get("QueryLanguage") != JSONPATH for state in states.values()):
        machine["QueryLanguage"] = JSONATA
        return
    for state in states.values():
        _mark(state)


def _mark(state: dict[str, Any]) -> None:
    if state.setdefault("QueryLanguage", JSONATA) == JSONATA:
        for machine in machines_inside(state):
            for inner in machine["States"].values():
                _mark(inner)


def check_raw_states(steps: Iterable[InnerStep], definition: Mapping[str, Any], report: Report) -> None:
    """Tell what the engine would refuse of the raw states; without one, the compiler's own are right."""
    raw = raw_states(steps)
    if not raw:
        return
    for state in raw.values():
        check_state(state, report)
    try:
        parse_machine(definition)
    except InvalidDefinitionError as error:
        for diagnostic in error.diagnostics:
            _tell(diagnostic, raw, definition, report)


def _tell(
    diagnostic: Diagnostic, raw: Mapping[str, MapNode], definition: Mapping[str, Any], report: Report
) -> None:
    """At its place in the raw state that its location goes through, which may be inside others."""
    location = diagnostic.location
    # The innermost; of those at one place, the longest, for one name may begin with another.
    name = max(raw, key=lambda one: (location.rfind(f"{_STATES}{one}"), len(one)))
    root = Entry("asl", raw[name].place, raw[name])
    rest = location.rpartition(f"{_STATES}{name}")[2] if f"{_STATES}{name}" in location else ""
    tell_diagnostic(diagnostic, root, rest, _beside(name, definition), report)


def _beside(name: str, machine: Mapping[str, Any]) -> list[str]:
    """The names of the states of the machine that has this state; empty when it is not in there."""
    if name in machine["States"]:
        return list(machine["States"])
    inner = (one for state in machine["States"].values() for one in machines_inside(state))
    return next((found for one in inner if (found := _beside(name, one))), [])


def raw_states(steps: Iterable[InnerStep]) -> dict[str, MapNode]:
    """The states that are written in the States Language, those inside others too, by their names."""
    found: dict[str, MapNode] = {}
    for step in steps:
        if isinstance(step.kind, Asl):
            found[step.name] = step.kind.raw
        for inside in step.kind.inside() if step.kind else ():
            found |= raw_states(inside)
    return found
