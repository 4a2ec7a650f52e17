"""The values that a person may use at a step: variables, with their fields where those are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coworks.biz.completion.known import Surroundings
from coworks.biz.flow import build_flow
from coworks.biz.names import DATA, ERROR, FUNCTION_NAMES
from coworks.biz.nodes import MapNode
from coworks.biz.problems import Report
from coworks.biz.source import read_source
from coworks.biz.steps.approve import Approve
from coworks.biz.steps.kind import all_steps
from coworks.biz.steps.tech import Tech
from coworks.biz.variables import variables_inside, variables_of
from coworks.biz.workflow import read_workflow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.biz.steps.kind import Kind
    from coworks.biz.variables import Variables
    from coworks.biz.workflow import Workflow

FUNCTIONS: Final = tuple(sorted((f"${name}" for name in FUNCTION_NAMES), key=str.lower))
"""The functions of JSONata and of Step Functions, as they are called."""

ALONE: Final = Surroundings()

# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html (error output)
_OF_ERROR: Final = ("Error", "Cause")


@dataclass(frozen=True, slots=True)
class Values:
    """What is known at a step: the variables, each before its fields, and the steps that it may go to."""

    variables: tuple[str, ...] = ()
    jumps: tuple[str, ...] = ()


def variables_at(
    text: str, step: str, around: Surroundings = ALONE, *, after: bool = False
) -> tuple[str, ...]:
    """What is set on every way to a step, or once it is done: `$data`, its parts, the results before.

    Nothing for a step that is not there, or a text that cannot be read.
    """
    return values_at(text, step, around, after=after).variables


def values_at(text: str, step: str | None, around: Surroundings = ALONE, *, after: bool = False) -> Values:
    """What is known at a step, or outside of the steps for None."""
    report = Report("", text)
    root = read_source(text, report)
    if root is None:
        return Values()
    workflow = read_workflow(root, report)
    whole = variables_of(build_flow(workflow.steps, workflow.catch, report))
    if step is None:
        return Values((), _names(whole))
    found = _find(whole, step)
    if found is None:
        return Values()
    here, number = found
    surely, _ = here.at(number)
    known = surely | (here.sets[number] if after else frozenset())
    return Values(tuple(_listed(known, workflow, around)), _names(here))


def _names(variables: Variables) -> tuple[str, ...]:
    return tuple(one.name for one in variables.flow.steps)


def _listed(known: frozenset[str], workflow: Workflow, around: Surroundings) -> Iterator[str]:
    """The input first, then the results, then what was caught; fields follow what they are of."""
    results = {one.variable: one.kind for one in all_steps(workflow.steps) if one.has_result}
    fields = {name: _fields_of(kind, around) for name, kind in results.items()}
    fields |= {DATA: _input_names(workflow), ERROR: _OF_ERROR}
    ordered = [DATA, *sorted(known - {DATA, ERROR}), ERROR]
    for name in (one for one in ordered if one in known):
        yield f"${name}"
        yield from (f"${name}.{field}" for field in fields.get(name, ()) if field.isidentifier())


def _input_names(workflow: Workflow) -> tuple[str, ...]:
    """The names in the input: those that it takes, and those that have a value."""
    value = workflow.defaults.value if workflow.defaults else None
    given = [entry.key for entry in value.entries] if isinstance(value, MapNode) else []
    taken = [one.name for one in workflow.takes if not one.is_piece]
    return tuple(dict.fromkeys([*taken, *given]))


def _fields_of(kind: Kind | None, around: Surroundings) -> tuple[str, ...]:
    """The fields of the result of a step."""
    if isinstance(kind, Approve):
        return kind.RESULT
    entry = around.entry(kind.service.text, kind.verb, kind.path) if isinstance(kind, Tech) else None
    return entry.answers if entry else ()


def _find(variables: Variables, step: str) -> tuple[Variables, int] | None:
    """The variables of the scope that has a step, and the number of the step there."""
    flow = variables.flow
    for number, one in enumerate(flow.steps):
        if one.name == step:
            return variables, number
        for scope, inner in zip(one.kind.scopes() if one.kind else (), flow.inner[number], strict=True):
            given = [scalar.text for scalar in scope.given]
            found = _find(variables_inside(variables, number, inner, given), step)
            if found is not None:
                return found
    return None
