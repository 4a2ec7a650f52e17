"""How a run of a workflow went, for a test to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coworks.errors import CoWorksError, did_you_mean
from coworks.local.calls_made import calls_made
from coworks.local.runs import described
from coworks.testing.paths import PathTaken, Visited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.biz import CompiledWorkflow
    from coworks.engine import Execution
    from coworks.local.calls_made import CallMade
    from coworks.local.visits import Visits


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """How a workflow went.

    `status` is Step Functions' word; `path` the names of the steps it took, in order; `steps` what is told of
    each (status, output, tries, error, cause); `calls` what was called, whoever answered; `mails` those of
    the predefined mail service, the newest first; `history` the events as AWS tells them; `names` all steps
    of the workflow; `id` that of its execution.
    """

    status: str
    output: Any
    error: str | None
    cause: str | None
    path: PathTaken
    steps: tuple[dict[str, Any], ...]
    calls: tuple[CallMade, ...] = ()
    mails: tuple[dict[str, Any], ...] = ()
    history: tuple[Mapping[str, Any], ...] = ()
    names: frozenset[str] = frozenset()
    id: str = ""

    def visited(self, step: str) -> Visited:
        """True when the run came to the step. Raises `CoWorksError` when the workflow has no such step."""
        return Visited(self._known(step), self.path)

    def result(self, step: str) -> Any:
        """What the step gave, the last time that it was done; raises `CoWorksError` when it never was."""
        given = [one["output"] for one in self.steps if one["name"] == self._known(step) and "output" in one]
        if not given:
            raise CoWorksError(f'the step "{step}" gave nothing', hint=repr(self.visited(step)))
        return given[-1]

    def calls_of(self, step: str) -> tuple[CallMade, ...]:
        """The calls that the step made, tries after an error as well."""
        return tuple(call for call in self.calls if call.step == self._known(step))

    def _known(self, step: str) -> str:
        if step not in self.names:
            raise unknown_step("the workflow", step, self.names)
        return step


def unknown_step(workflow: str, step: str, names: frozenset[str]) -> CoWorksError:
    """That a workflow has no such step, with the near name."""
    return CoWorksError(f'{workflow} has no step "{step}"', hint=did_you_mean(step, sorted(names)))


def run_of(
    execution: Execution,
    visits: Visits,
    history: tuple[Mapping[str, Any], ...],
    compiled: CompiledWorkflow,
    mails: tuple[dict[str, Any], ...],
) -> WorkflowRun:
    """An execution as a run; `visits` are those of its `history`."""
    told = described(execution, visits, compiled.source_map)
    said = ": ".join(one for one in (told.get("error"), told.get("cause")) if one)
    end = f"{told['status']} with {said}" if said else told["status"]
    return WorkflowRun(
        told["status"],
        told.get("output"),
        told.get("error"),
        told.get("cause"),
        PathTaken((step["name"] for step in told["steps"]), end),
        tuple(told["steps"]),
        tuple(calls_made(history, compiled.source_map)),
        mails,
        history,
        step_names(compiled),
        execution.name,
    )


def step_names(compiled: CompiledWorkflow) -> frozenset[str]:
    """The names of the steps; of a machine in the States Language, those of its states."""
    steps = {origin.step for origin in compiled.source_map.values() if origin.step}
    return frozenset(steps or compiled.source_map)
