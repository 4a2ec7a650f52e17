"""A past execution is run again: from its beginning, or from a step with what was known there.

What was known is told by the history: what the state was given, and the variables that the states before it
had assigned. A new execution of the workflow as it is now begins there, so a file that was mended goes on
from the step that failed. What is told of an execution of AWS serves as well as one of this machine.

Changes are a JSON Merge Patch (RFC 7396): the values that they name replace those that were there, inside
objects as well, and null takes one away. They are made to the input of the workflow; from a step, to the
variables, or in a machine in the States Language to the input of the state, where `$name` is a variable.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from coworks.biz.names import REPLAY, RESERVED_STEPS, WORKFLOW_INPUT
from coworks.biz.source_map import machines_inside
from coworks.engine import Status
from coworks.engine.records import StartPoint
from coworks.errors import UsageError, did_you_mean
from coworks.local.visits import read_visits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from coworks.biz import CompiledWorkflow
    from coworks.engine import Execution
    from coworks.local.visits import Visits

    Definition = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Beginning:
    """How an execution is run again: the input of the whole (JSON text), and `at` which state it begins."""

    input: str
    at: StartPoint | None = None


def run_again(
    workflow: CompiledWorkflow,
    execution: Execution,
    events: Iterable[Mapping[str, Any]],
    step: str | None = None,
    changes: Any = None,
) -> Beginning:
    """How this execution of a workflow is run again; `changes` is None for none.

    Raises `UsageError` when it is not over, when it cannot begin at the step, and for a variable that the
    workflow does not have.
    """
    refuse_running(execution)
    if step is None:
        given = json.loads(execution.input)
        return Beginning(json.dumps(given if changes is None else merged(given, changes)))
    known = known_at(workflow, execution, read_visits(execution, events), step)
    return Beginning(execution.input, known if changes is None else _changed(known, workflow, changes))


def refuse_running(execution: Execution) -> None:
    """Two executions that do the same work at the same time are nobody's wish."""
    if execution.status is Status.RUNNING:
        raise UsageError(f"{execution.name} is still running", hint="wait for its end, or stop it")


def known_at(workflow: CompiledWorkflow, execution: Execution, visits: Visits, step: str) -> StartPoint:
    """What an execution knew when it came to a step, the last time.

    Raises `UsageError` when the workflow has no such step, or the execution did not come to it.
    """
    state = _state_of(workflow, step)
    variables: dict[str, Any] = {}
    found: StartPoint | None = None
    for visit in visits.all:
        if visit.parent is not None:
            continue
        if visit.name == state:
            reason = {"of": execution.name, "from": state}
            found = StartPoint(state, json.loads(visit.given), dict(variables), REPLAY, reason)
        variables |= {name: json.loads(text) for name, text in visit.assigned.items()}
    if found is None:
        reached = ", ".join(f'"{one}"' for one in steps_reached(workflow, visits))
        raise UsageError(
            f'{execution.name} did not come to the step "{step}"',
            hint=f"it can begin at {reached}" if reached else "run it again from its beginning",
        )
    return found


def begin_at(
    workflow: CompiledWorkflow, step: str, variables: Mapping[str, Any], given: Any = None
) -> StartPoint:
    """A step to begin at that no execution came to before, with these variables.

    Raises `UsageError` for a step or a variable that the workflow does not have.
    """
    state = _state_of(workflow, step)
    named = {name.removeprefix("$"): value for name, value in variables.items()}
    _check_names(named, set(_assigned(workflow.definition or {})), workflow)
    return StartPoint(state, given, named, REPLAY, {"from": state})


def steps_reached(workflow: CompiledWorkflow, visits: Visits) -> list[str]:
    """The states at which an execution can be run again, in the order in which it first came to them."""
    states = _states_of(workflow)
    reached = (visit.name for visit in visits.all if visit.parent is None)
    return [name for name in dict.fromkeys(reached) if name in states]


def is_native(workflow: CompiledWorkflow) -> bool:
    """True for a machine that nobody compiled: its data is no `$data`."""
    return workflow.definition is not None and workflow.definition["StartAt"] != WORKFLOW_INPUT


def merged(value: Any, changes: Any) -> Any:
    """A JSON value with a JSON Merge Patch applied.

    Source: https://www.rfc-editor.org/rfc/rfc7396#section-2
    """
    if not isinstance(changes, dict):
        return changes
    result = dict(value) if isinstance(value, dict) else {}
    for name, change in changes.items():
        if change is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), change)
    return result


def _states_of(workflow: CompiledWorkflow) -> Mapping[str, Any]:
    """The states of the machine itself, without those before the first step. Raises `UsageError`."""
    if workflow.definition is None:
        raise UsageError(f'the workflow "{workflow.name}" has mistakes', hint="see them: cws check")
    states = workflow.definition["States"]
    return {name: state for name, state in states.items() if name not in RESERVED_STEPS}


def _state_of(workflow: CompiledWorkflow, step: str) -> str:
    states = _states_of(workflow)
    if step in states:
        return step
    if around := next((name for name, state in states.items() if step in _inside(state)), None):
        raise UsageError(
            f'"{step}" runs inside "{around}", and only that can be run again as a whole',
            hint=f'begin there: "{around}"',
        )
    raise UsageError(f'the workflow "{workflow.name}" has no step "{step}"', hint=did_you_mean(step, states))


def _inside(state: Definition) -> Iterator[str]:
    for machine in machines_inside(state):
        for name, inner in machine["States"].items():
            yield name
            yield from _inside(inner)


def _changed(known: StartPoint, workflow: CompiledWorkflow, changes: Any) -> StartPoint:
    """What was known, with changes of variables; those of a machine's input have no `$`."""
    native = is_native(workflow)
    if not isinstance(changes, dict):
        if native:
            return replace(known, input=changes)
        raise UsageError("the changes are no object of variables", hint='write {"data": {"name": "value"}}')
    of_variables = {
        name.removeprefix("$"): one for name, one in changes.items() if name.startswith("$") or not native
    }
    _check_names(of_variables, {*known.variables, *_assigned(workflow.definition or {})}, workflow)
    rest = {name: one for name, one in changes.items() if native and not name.startswith("$")}
    return replace(
        known,
        input=merged(known.input, rest) if rest else known.input,
        variables=merged(known.variables, of_variables),
    )


def _check_names(names: Iterable[str], known: set[str], workflow: CompiledWorkflow) -> None:
    for name in names:
        if name not in known:
            raise UsageError(
                f'the workflow "{workflow.name}" has no variable ${name}', hint=did_you_mean(name, known)
            )


def _assigned(definition: Definition) -> Iterator[str]:
    """The variables that the states of a machine itself assign."""
    for state in definition.get("States", {}).values():
        for place in (state, *state.get("Choices", ()), *state.get("Catch", ())):
            yield from (name.removesuffix(".$") for name in place.get("Assign", ()))
