"""The one door of this folder: a workflow's text -> its state machine, its triggers and its problems.

Nothing is raised for a mistake in the text. The state machine is written only when there is no error; it is
the same, byte for byte, for the same text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from coworks.biz.advice import advise
from coworks.biz.beginning import write_beginning
from coworks.biz.contract_check import check_contracts
from coworks.biz.cycles import Wait, check_workflows, waits_of
from coworks.biz.expressions import check_expressions
from coworks.biz.flow import build_flow, check_flow
from coworks.biz.names import BEGINNING, END, WORKFLOW_INPUT
from coworks.biz.payloads import check_machine
from coworks.biz.problems import Problem, Report
from coworks.biz.raw_calls import check_calls, waits_in
from coworks.biz.raw_states import check_raw_states, raw_states, speak
from coworks.biz.source import read_source
from coworks.biz.source_map import Origin, SourceMap, map_added, map_steps
from coworks.biz.states import write_states
from coworks.biz.steps.kind import all_steps
from coworks.biz.use import USE, expand
from coworks.biz.workflow import Workflow, read_workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.biz.contracts import ServiceContract
    from coworks.biz.flow import Flow
    from coworks.biz.nodes import MapNode
    from coworks.biz.takes import Workflows
    from coworks.biz.triggers import Trigger


@dataclass(frozen=True, slots=True)
class CompiledWorkflow:
    """A workflow, ready to run when `definition` is not None.

    `source_map` says which step and which place of the file each state comes from, those that the compiler
    added included; `problems` are sorted by place.
    """

    name: str
    file: str
    comment: str | None
    definition: dict[str, Any] | None
    triggers: tuple[Trigger, ...]
    source_map: SourceMap
    problems: tuple[Problem, ...]
    waits: tuple[Wait, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "warning")

    def with_triggers(self, triggers: tuple[Trigger, ...], problems: tuple[Problem, ...]) -> CompiledWorkflow:
        """With more triggers, and their problems: a mistake in one keeps the workflow from running."""
        return replace(self.with_problems(problems), triggers=(*self.triggers, *triggers))

    def with_problems(self, problems: tuple[Problem, ...]) -> CompiledWorkflow:
        """With more problems."""
        is_wrong = any(problem.severity == "error" for problem in problems)
        return replace(
            self,
            definition=None if is_wrong else self.definition,
            problems=tuple(sorted((*self.problems, *problems))),
        )

    def to_json(self) -> str:
        """The state machine in the author's order; the same text gives the same bytes."""
        return json.dumps(self.definition, indent=2, ensure_ascii=False) + "\n"


def compile_workflow(
    name: str,
    text: str,
    *,
    file: str,
    services: Mapping[str, ServiceContract] | None = None,
    workflows: Workflows | None = None,
    library: Mapping[str, str] | None = None,
) -> CompiledWorkflow:
    """Compile the text of a workflow.

    Without `services`, orders are not checked against them; nor `biz` steps without `workflows`, whose names
    these are, or what they take by their names. `library` holds the texts of the workflows that others may
    `use`, by their names.
    """
    text = text.removeprefix("\ufeff")
    report = Report(file, text)
    root = read_source(text, report)
    if root is not None and root.get(USE):
        root = expand(root, library or {}, report)
    if root is None:
        return CompiledWorkflow(name, file, None, None, (), {}, report.problems())
    return _compile(name, root, report, services, workflows)


def _compile(
    name: str,
    root: MapNode,
    report: Report,
    services: Mapping[str, ServiceContract] | None,
    workflows: Workflows | None,
) -> CompiledWorkflow:
    workflow = read_workflow(root, report)
    flow = build_flow(workflow.steps, workflow.catch, report)
    check_flow(flow, report)
    check_expressions(flow, report)
    if services is not None:
        check_contracts(all_steps(workflow.steps), services, report)
    if workflows is not None:
        check_workflows(all_steps(workflow.steps), workflows, report)
    raw = tuple(raw_states(workflow.steps).values())
    check_calls(raw, services, workflows, report)
    definition = None if report.has_errors() else write_machine(workflow, flow, name)
    if definition is not None:
        check_raw_states(workflow.steps, definition, report)
        check_machine(definition, workflow.place, report)
        advise(workflow, flow, root, report)
        definition = None if report.has_errors() else definition
    source_map = _source_map(workflow, definition, report.file)
    return CompiledWorkflow(
        name,
        report.file,
        workflow.comment,
        definition,
        workflow.triggers,
        source_map,
        report.problems(),
        (*waits_of(all_steps(workflow.steps), report), *waits_in(raw, report)),
    )


def _source_map(workflow: Workflow, definition: dict[str, Any] | None, file: str) -> SourceMap:
    """Where each state comes from; those of the workflow itself come from `input` and `states`."""
    steps = map_steps(file, workflow.steps)
    defaults = workflow.defaults.key_place if workflow.defaults else workflow.place
    beginning = BEGINNING & (definition["States"].keys() if definition else {WORKFLOW_INPUT})
    own = {**dict.fromkeys(beginning, Origin(file, defaults)), END: Origin(file, workflow.place)}
    return own | steps | (map_added(definition, steps) if definition else {})


def write_machine(workflow: Workflow, flow: Flow, name: str) -> dict[str, Any]:
    """The state machine of a workflow without errors; `name` is its own, by which it calls itself."""
    first = flow.steps[0].name
    states = {**write_beginning(workflow, name, first), **write_states(flow, END, workflow=name)}
    machine: dict[str, Any] = {} if workflow.comment is None else {"Comment": workflow.comment}
    speak(states, machine)
    machine["StartAt"] = WORKFLOW_INPUT
    if workflow.timeout is not None:
        machine["TimeoutSeconds"] = workflow.timeout
    return machine | {"States": states}
