"""The variables that a person may use at a place of a workflow, to be offered while it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coworks.biz.flow import build_flow
from coworks.biz.names import DATA, ERROR
from coworks.biz.nodes import MapNode
from coworks.biz.problems import Report
from coworks.biz.source import read_source
from coworks.biz.variables import variables_inside, variables_of
from coworks.biz.workflow import read_workflow

if TYPE_CHECKING:
    from coworks.biz.nodes import Entry
    from coworks.biz.variables import Variables


def variables_at(text: str, step: str, *, after: bool = False) -> tuple[str, ...]:
    """What is set on every way to a step, or once it is done: `$data`, its parts, the results before.

    Nothing for a step that is not there, or a text that cannot be read.
    """
    report = Report("", text)
    root = read_source(text, report)
    if root is None:
        return ()
    workflow = read_workflow(root, report)
    names = _find(variables_of(build_flow(workflow.steps, workflow.catch, report)), step, after)
    if names is None:
        return ()
    data = [f"${DATA}", *(f"${DATA}.{key}" for key in _keys(workflow.defaults))] if DATA in names else []
    results = sorted(f"${name}" for name in names - {DATA, ERROR})
    return (*data, *results, *((f"${ERROR}",) if ERROR in names else ()))


def _keys(defaults: Entry | None) -> list[str]:
    """The names in the input, those that need no quotes in an expression."""
    value = defaults.value if defaults else None
    return (
        [entry.key for entry in value.entries if entry.key.isidentifier()]
        if isinstance(value, MapNode)
        else []
    )


def _find(variables: Variables, step: str, after: bool) -> frozenset[str] | None:
    """The names that are set at a step of this scope, or of one inside it."""
    flow = variables.flow
    for number, one in enumerate(flow.steps):
        if one.name == step:
            surely, _ = variables.at(number)
            return surely | (variables.sets[number] if after else frozenset())
        for scope, inner in zip(one.kind.scopes() if one.kind else (), flow.inner[number], strict=True):
            given = [scalar.text for scalar in scope.given]
            found = _find(variables_inside(variables, number, inner, given), step, after)
            if found is not None:
                return found
    return None
