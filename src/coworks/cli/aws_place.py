"""The executions of a stage on AWS, as the commands about executions want them."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from coworks.deploy.preparation import executions_of, locate
from coworks.deploy.stacks import connect
from coworks.engine import Execution, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from coworks.biz import SourceMap
    from coworks.deploy.stacks.executions import DeployedExecution
    from coworks.local.replay import Beginning

_LOOK_EVERY: Final = 1.0


class OnAws:
    """The executions of Step Functions, in one stage."""

    def __init__(self, root: Path, stage: str | None, pause: Callable[[float], None] = time.sleep) -> None:
        located = locate(root, stage, ())
        self._executions = executions_of(located.project, connect(located.options))
        self.workflow = located.project.workflow
        self._pause = pause
        self.option = f" --stage {located.options.stage}"

    is_at_work = True

    def sources(self, workflow: str) -> SourceMap:
        return self.workflow(workflow).source_map

    def newest(self, workflow: str | None, status: Status | None, limit: int) -> list[Execution]:
        return [_read(one) for one in self._executions.newest(workflow, status, limit)]

    def find(self, identity: str) -> Execution:
        return _read(self._executions.find(identity))

    def events(self, execution: Execution) -> list[Mapping[str, Any]]:
        return list(self._executions.history(execution.machine, execution.name))

    def start(self, workflow: str, text: str, *, wait: bool) -> Execution:
        name = self._executions.start(workflow, text)
        begun = Execution(0, 0, workflow, name, Status.RUNNING, text, time.time())
        return self._ended(begun) if wait else begun

    def begin(self, workflow: str, beginning: Beginning, *, wait: bool) -> Execution:
        return self.start(workflow, beginning.input, wait=wait)

    def stop(self, execution: Execution) -> Execution:
        self._executions.stop(execution.machine, execution.name)
        return self._again(execution)

    def redrive(self, execution: Execution, *, wait: bool) -> Execution:
        self._executions.redrive(execution.machine, execution.name)
        again = self._again(execution)
        return self._ended(again) if wait else again

    def _ended(self, execution: Execution) -> Execution:
        while (found := self._again(execution)).status is Status.RUNNING:
            self._pause(_LOOK_EVERY)
        return found

    def _again(self, execution: Execution) -> Execution:
        return self.find(f"{execution.machine}:{execution.name}")


def _read(one: DeployedExecution) -> Execution:
    """What AWS tells of an execution, as a record of the engine."""
    told = asdict(one)
    return Execution(0, 0, told.pop("workflow"), status=Status(told.pop("status")), **told)
