"""A definition as a machine of states, or all its mistakes.

Source: https://states-language.net and
https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coworks.asl.fields import JSONATA, JSONPATH, Diagnostic, Fields, vocabulary
from coworks.asl.jsonata_flow import JSONataFlow
from coworks.asl.jsonpath_flow import JSONPathFlow
from coworks.asl.states import STATE_TYPES, State
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.asl.flow import Flow

MAX_NAME = 80
_MACHINE_FIELDS = vocabulary("Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version")
FLOWS: dict[str, Flow] = {flow.language: flow for flow in (JSONPathFlow(), JSONataFlow())}


class InvalidDefinitionError(CoWorksError):
    """A definition that is no state machine; `diagnostics` lists every reason."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        listed = ", ".join(map(str, diagnostics))
        super().__init__(f"Invalid State Machine Definition: '{listed}'")
        self.diagnostics = diagnostics


@dataclass(frozen=True, slots=True)
class Machine:
    """A state machine, ready to be run."""

    start_at: str
    states: Mapping[str, State]
    timeout: float | None = None


def parse_machine(definition: Mapping[str, Any]) -> Machine:
    """The machine of a definition. Raises `InvalidDefinitionError` with every mistake."""
    diagnostics: list[Diagnostic] = []
    fields = Fields(definition, "", diagnostics)
    fields.only(_MACHINE_FIELDS, JSONPATH)
    language = _read_language(fields, JSONPATH)
    states = _read_states(fields, diagnostics, language)
    start_at = fields.string("StartAt", required=True) or ""
    timeout = fields.number("TimeoutSeconds", None, least=1)
    _check_graph(fields, start_at, states)
    if diagnostics:
        raise InvalidDefinitionError(tuple(diagnostics))
    return Machine(start_at, states, timeout)


def _read_states(fields: Fields, diagnostics: list[Diagnostic], language: str) -> dict[str, State]:
    listed = fields.value.get("States")
    if not isinstance(listed, dict) or not listed:
        fields.report("The field 'States' is required and must hold at least one state")
        return {}
    read = {}
    for name, value in listed.items():
        state_fields = Fields(value if isinstance(value, dict) else {}, f"/States/{name}", diagnostics)
        if len(name) > MAX_NAME:
            state_fields.report(f"A state's name may have {MAX_NAME} characters at most")
        if state := _read_state(state_fields, language):
            read[name] = state
    return read


def _read_state(fields: Fields, language: str) -> State | None:
    kind = STATE_TYPES.get(fields.string("Type", required=True) or "")
    if kind is None:
        if "Type" in fields:
            fields.report(f"State type must be one of {', '.join(STATE_TYPES)}", at="/Type")
        return None
    spoken = _read_language(fields, language)
    if (language, spoken) == (JSONATA, JSONPATH):
        fields.report("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")
        return None
    fields.only(kind.FIELDS, spoken)
    return kind.read(fields, FLOWS[spoken])


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
    reached = {start_at}
    for name, state in states.items():
        for target in state.targets():
            if target not in known:
                fields.report(
                    f"Missing 'Next' target: {target}", at=f"/States/{name}", code="MISSING_TRANSITION_TARGET"
                )
            if target != name:
                reached.add(target)
    if len(states) < len(known):
        return  # where the states that could not be read lead to is unknown
    for name in known:
        if name not in reached:
            fields.report(
                f'State "{name}" is not reachable.', at=f"/States/{name}", code="MISSING_TRANSITION_TARGET"
            )
