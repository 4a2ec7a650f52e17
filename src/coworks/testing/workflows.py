"""Running a workflow in memory: the engine that `cws run` uses, on a clock that is turned by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from coworks.project import load_project
from coworks.testing.memory import START, ProjectInMemory

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from coworks.testing.beginnings import AtStep
    from coworks.testing.runs import WorkflowRun


def run(
    workflow: str,
    data: Any = None,
    *,
    project: Path | str = ".",
    answers: Mapping[str, Any] | None = None,
    clock: datetime | None = None,
    at: AtStep | None = None,
) -> WorkflowRun:
    """Run a workflow of a project to its end, with its own services; waits and retries take no time.

    `answers` gives, by the name of a step, what its call is answered instead of being made: a value, an error
    (an exception or its class), a function of the call (`CallMade`), or several `in_turn`. `clock` is the
    moment at which the run starts (an aware datetime). With `at` it begins at a later step: `at_step`.

    Raises `CoWorksError` with every reason when a service does not load, the workflow does not compile, or a
    step is named that it does not have.
    """
    with ProjectInMemory(load_project(Path(project)), clock=clock or START, triggers=False) as memory:
        return memory.run(workflow, data, answers=answers, at=at)
