"""A run again from a step: what was known there, as texts that somebody may change."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from coworks.console import texts
from coworks.console.forms.fields import Field
from coworks.console.rendering import LONGEST
from coworks.local.replay import known_at, refuse_running
from coworks.local.visits import read_visits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.engine.records import StartPoint
    from coworks.local import System

INPUT: Final = "input"


def start_at(system: System, workflow: str, name: str, step: str) -> StartPoint:
    """Where a run begins again from a step, with what was known there. Raises `CoWorksError`."""
    execution = system.engine.describe_execution(workflow, name)
    refuse_running(execution)
    visits = read_visits(execution, system.engine.get_execution_history(workflow, name))
    return known_at(system.project.workflow(workflow), execution, visits, step)


def known_values(start: StartPoint, *, native: bool) -> dict[str, Any]:
    """What was known at a step: the variables under their names with `$`.

    In a machine in the States Language, whose steps work on their input, that stands first: `input`.
    """
    variables = {f"${name}": value for name, value in start.variables.items()}
    return {INPUT: start.input, **variables} if native else variables


def label_of(name: str) -> str:
    """What a value is called on the page."""
    return texts.GIVEN if name == INPUT else name


def typed_for(value: Any) -> str:
    """A value as the text that stands for it in a form."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, indent=2)
    return "null" if value is None else _field("").shown(value)


def is_changeable(value: Any) -> bool:
    """False for what is too long for a form."""
    return len(typed_for(value)) <= LONGEST


def with_typed(start: StartPoint, values: Mapping[str, Any], typed: Mapping[str, str]) -> StartPoint:
    """The start with what somebody typed for values; what is not touched stays as it is.

    Raises `FormError` for what begins like JSON and is none.
    """
    changed = {name: _read(name, typed[name], values[name]) for name in typed}
    given = changed.pop(INPUT, start.input) if INPUT in values else start.input
    variables = {name.removeprefix("$"): value for name, value in changed.items()}
    return replace(start, input=given, variables={**start.variables, **variables})


def _read(name: str, typed: str, old: Any) -> Any:
    if typed == typed_for(old):
        return old
    return _field(name).read(typed) if typed.strip() else ""


def _field(name: str) -> Field:
    return Field(name, label_of(name), kind="any")
