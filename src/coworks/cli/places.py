"""Where executions are: on this machine, or in a stage on AWS. Both answer the commands in the same words."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol

from coworks.errors import CoWorksError
from coworks.local.control import Control
from coworks.local.replay import Beginning
from coworks.local.runs import description, failure
from coworks.project import load_project, read_settings, source_maps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from coworks.biz import CompiledWorkflow, SourceMap
    from coworks.engine import Execution, Status
    from coworks.project import Project

_LOCAL_STAGE: Final = "local"


class Place(Protocol):
    """The executions of a project in one place. With `wait`, they are returned once they are over."""

    def newest(self, workflow: str | None, status: Status | None, limit: int) -> list[Execution]: ...

    def find(self, identity: str) -> Execution: ...

    def events(self, execution: Execution) -> list[Mapping[str, Any]]: ...

    def start(self, workflow: str, text: str, *, wait: bool) -> Execution: ...

    def begin(self, workflow: str, beginning: Beginning, *, wait: bool) -> Execution: ...

    def stop(self, execution: Execution) -> Execution: ...

    def redrive(self, execution: Execution, *, wait: bool) -> Execution: ...

    def sources(self, workflow: str) -> SourceMap: ...

    def workflow(self, name: str) -> CompiledWorkflow: ...

    @property
    def is_at_work(self) -> bool:
        """True when executions go on by themselves once the command is over."""

    @property
    def option(self) -> str:
        """What commands about this place end with."""


def described(place: Place, execution: Execution) -> dict[str, Any]:
    """An execution with its steps, and where these are written."""
    return description(execution, place.events(execution), place.sources(execution.machine))


def failed(place: Place, execution: Execution) -> str:
    """How an execution failed, and where, in one line."""
    return failure(execution, place.events(execution), place.sources(execution.machine))


@contextmanager
def opened(root: Path, stage: str | None) -> Iterator[Place]:
    """The executions of a stage on AWS, or of this machine when none is named. Raises `CoWorksError`."""
    if stage not in (None, _LOCAL_STAGE):
        # What deploys is loaded by who asks for it: commands about this machine do without.
        place: Place = import_module("coworks.cli.aws_place").OnAws(root, stage)
        yield place
        return
    here = ThisMachine(root)
    try:
        yield here
    finally:
        here.close()


class ThisMachine:
    """The executions of the embedded engine."""

    option = ""

    def __init__(self, root: Path) -> None:
        self._settings = read_settings(root)
        self._control = Control(self._settings)
        self.close = self._control.close
        self.find = self._control.find
        self.events = self._control.events
        self.newest = self._control.executions

    @cached_property
    def _project(self) -> Project:
        """Loaded by the commands that run something: it imports the services."""
        return load_project(self._settings.root)

    def sources(self, workflow: str) -> SourceMap:
        return source_maps(self._settings).get(workflow, {})

    @property
    def is_at_work(self) -> bool:
        return self._control.is_served

    def workflow(self, name: str) -> CompiledWorkflow:
        return self._project.workflow(name)

    def start(self, workflow: str, text: str, *, wait: bool) -> Execution:
        return self.begin(workflow, Beginning(text), wait=wait)

    def begin(self, workflow: str, beginning: Beginning, *, wait: bool) -> Execution:
        if self.workflow(workflow).definition is None:
            raise CoWorksError(f'the workflow "{workflow}" has mistakes', hint="see them: cws check")
        return self._control.begin(self._project, workflow, beginning, wait=wait)

    def stop(self, execution: Execution) -> Execution:
        return self._control.stop(self._project, execution)

    def redrive(self, execution: Execution, *, wait: bool) -> Execution:
        return self._control.redrive(self._project, execution, wait=wait)
