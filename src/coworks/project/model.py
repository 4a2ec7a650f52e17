"""What a loaded project is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coworks.errors import did_you_mean
from coworks.project.errors import UnknownWorkflowError

if TYPE_CHECKING:
    from pathlib import Path

    from coworks.biz import CompiledWorkflow, Problem
    from coworks.project.settings import Settings
    from coworks.project.subscriptions import Subscription
    from coworks.project.workflows import WorkflowFile
    from coworks.tech import TechMicroService


@dataclass(frozen=True, slots=True)
class Service:
    """A technical service that is ready to be called, and what it wants to hear."""

    name: str
    file: Path
    app: TechMicroService
    subscriptions: tuple[Subscription, ...] = ()


@dataclass(frozen=True, slots=True)
class BrokenService:
    """A technical service whose module could not be imported, or holds no service.

    `report` is for people: the traceback of the user's own code, or our message with its fix.
    """

    name: str
    file: Path
    report: str


@dataclass(frozen=True, slots=True)
class Project:
    """A project as it stands in its folder. `root_service` names the service that is served at `/`,
    `environment` the variables that its `.env` files gave to the process, `files` where its workflows are.
    """

    settings: Settings
    services: tuple[Service, ...]
    broken: tuple[BrokenService, ...]
    workflows: tuple[CompiledWorkflow, ...]
    root_service: str | None = None
    environment: frozenset[str] = frozenset()
    files: tuple[WorkflowFile, ...] = ()

    @property
    def root(self) -> Path:
        return self.settings.root

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of all workflows, in the order of files and lines."""
        return tuple(sorted(problem for workflow in self.workflows for problem in workflow.problems))

    def workflow(self, name: str) -> CompiledWorkflow:
        """The workflow of this name. Raises `UnknownWorkflowError` with the near name."""
        for workflow in self.workflows:
            if workflow.name == name:
                return workflow
        names = [workflow.name for workflow in self.workflows]
        raise UnknownWorkflowError(
            f'no workflow is named "{name}"',
            hint=did_you_mean(name, names) or f"write it: {self.root / 'biz' / name}.yml",
        )
