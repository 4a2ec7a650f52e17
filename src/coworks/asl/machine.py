"""A definition as a machine of states, or all its mistakes.

Source: https://states-language.net and
https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from coworks.asl.assigned import report_hidden_variables
from coworks.asl.fields import JSONATA, JSONPATH, Diagnostic, Fields, vocabulary
from coworks.asl.jsonata_flow import JSONataFlow
from coworks.asl.jsonpath_flow import JSONPathFlow
from coworks.asl.states import STATE_TYPES, Forking, Machine, state_type
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.asl.flow import Flow
    from coworks.asl.states import State

MAX_NAME = 80
_MACHINE_FIELDS = vocabulary("Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version")
_NESTED_FIELDS = vocabulary("Comment", "StartAt", "States", "ProcessorConfig")
FLOWS: dict[str, Flow] = {flow.language: flow for flow in (JSONPathFlow(), JSONataFlow())}


class InvalidDefinitionError(CoWorksError):
    """A definition that is no state machine; `diagnostics` lists every reason."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        listed = ", ".join(map(str, diagnostics))
        super().__init__(f"Invalid State Machine Definition: '{listed}'")
        self.diagnostics = diagnostics


def parse_machine(definition: Mapping[str, Any]) -> Machine:
    """The machine of a definition. Raises `InvalidDefinitionError` with every mistake."""
    diagnostics: list[Diagnostic] = []
    fields = Fields(definition, "", diagnostics)
    fields.only(_MACHINE_FIELDS, JSONPATH)
    language = _read_language(fields, JSONPATH)
    machine = _read_machine(fields, language, set())
    report_hidden_variables(fields)
    if diagnostics:
        raise InvalidDefinitionError(tuple(diagnostics))
    return machine


@lru_cache(maxsize=256)
def read_machine(text: str) -> Machine:
    """The machine of a definition in JSON, that of the same text again. Raises `InvalidDefinitionError`."""
    return parse_machine(json.loads(text))


def parse_state(definition: Mapping[str, Any]) -> State:
    """One state alone; what it leads to is not looked at. Raises `InvalidDefinitionError`."""
    diagnostics: list[Diagnostic] = []
    state = _read_state(Fields(definition, "", diagnostics), JSONPATH, set())
    if state is None or diagnostics:
        raise InvalidDefinitionError(tuple(diagnostics))
    return state


def find_state(machine: Machine, name: str) -> State | None:
    """The state of this name, in the machine or inside one of its states."""
    if name in machine.states:
        return machine.states[name]
    nested = (
        one for state in machine.states.values() if isinstance(state, Forking) for one in state.machines
    )
    return next((found for one in nested if (found := find_state(one, name))), None)


def _read_machine(fields: Fields, language: str, names: set[str]) -> Machine:
    """A machine, or one inside a state; `names` are those of all states that were read so far."""
    states = _read_states(fields, language, names)
    start_at = fields.string("StartAt", required=True) or ""
    timeout = fields.number("TimeoutSeconds", None, least=1)
    _check_graph(fields, start_at, states)
    return Machine(start_at, states, timeout)


def _read_states(fields: Fields, language: str, names: set[str]) -> dict[str, State]:
    listed = fields.value.get("States")
    if not isinstance(listed, dict) or not listed:
        fields.report("The field 'States' is required and must hold at least one state")
        return {}
    read = {}
    for name, value in listed.items():
        state_fields = fields.inside(value if isinstance(value, dict) else {}, f"/States/{name}")
        if name in names:
            state_fields.report(f"Duplicate State name: {name}", code="DUPLICATE_STATE_NAME")
        names.add(name)
        if len(name) > MAX_NAME:
            state_fields.report(f"A state's name may have {MAX_NAME} characters at most")
        if state := _read_state(state_fields, language, names):
            read[name] = state
    return read


def _read_state(fields: Fields, language: str, names: set[str]) -> State | None:
    kind = state_type(fields)
    if kind is None:
        if "Type" in fields:
            fields.report(f"State type must be one of {', '.join(STATE_TYPES)}", at="/Type")
        return None
    spoken = _read_language(fields, language)
    if (language, spoken) == (JSONATA, JSONPATH):
        fields.report("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")
        return None
    fields.only(kind.FIELDS, spoken)
    if not issubclass(kind, Forking):
        return kind.read(fields, FLOWS[spoken])
    inside = [_read_nested(one, language, names) for one in kind.nested(fields)]
    return kind.read(fields, FLOWS[spoken], inside)


def _read_nested(fields: Fields, language: str, names: set[str]) -> Machine:
    fields.only(_NESTED_FIELDS, language)
    return _read_machine(fields, language, names)


def _read_language(fields: Fields, default: str) -> str:
    language = fields.value.get("QueryLanguage", default)
    if isinstance(language, str) and language in FLOWS:
        return language
    fields.report(f"'QueryLanguage' must be one of {', '.join(FLOWS)}", at="/QueryLanguage")
    return default


def _check_graph(fields: Fields, start_at: str, states: Mapping[str, State]) -> None:
    known = fields.value.get("States")
    known = known if isinstance(known, dict) else {}
    if start_at and start_at not in known:
        fields.report("Missing 'StartAt' target", at="/StartAt", code="MISSING_TRANSITION_TARGET")
    for name, state in states.items():
        for target in state.targets():
            if target not in known:
                fields.report(
                    f"Missing 'Next' target: {target}", at=f"/States/{name}", code="MISSING_TRANSITION_TARGET"
                )
    if len(states) < len(known):
        return  # where the states that could not be read lead to is unknown
    reached = _reached(start_at, states)
    for name in known:
        if name not in reached:
            fields.report(
                f'State "{name}" is not reachable.', at=f"/States/{name}", code="MISSING_TRANSITION_TARGET"
            )


def _reached(start_at: str, states: Mapping[str, State]) -> set[str]:
    """The states that some way from the start leads to; without a start, those that another one leads to."""
    if start_at not in states:
        return {target for name, state in states.items() for target in state.targets() if target != name}
    reached, ahead = {start_at}, [start_at]
    while ahead:
        state = states.get(ahead.pop())
        new = set(state.targets() if state else ()) - reached
        reached |= new
        ahead += new
    return reached
