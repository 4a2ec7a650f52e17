"""Executions that start executions: `arn:aws:states:::states:startExecution` and its patterns.

The child begins in the turn in which its parent calls for it, and the parent is told in the turn in which the
child ends; both are written in one transaction, so whenever the process dies, neither knows more than the
other. A parent that no longer waits stops the child that it waited for.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coworks.asl.failures import RUNTIME, TASK_FAILED
from coworks.engine.errors import (
    EngineError,
    ExecutionAlreadyExistsError,
    InvalidExecutionInputError,
    InvalidNameError,
    StateMachineDoesNotExistError,
    StateMachineTypeNotSupportedError,
)
from coworks.engine.json_text import json_text
from coworks.engine.names import check_name
from coworks.engine.payloads import check_input
from coworks.engine.records import Execution, Status
from coworks.engine.resources import Resource
from coworks.engine.tasks import Broken, Done, sdk_metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coworks.asl import Call
    from coworks.engine.loop.live import LiveRuns
    from coworks.engine.loop.starts import Starts
    from coworks.engine.names import Arns
    from coworks.engine.quotas import Quotas
    from coworks.engine.records import Through
    from coworks.engine.runs.run import Run
    from coworks.engine.tasks import Report
    from coworks.engine.versions import Versions

_CODES = {
    StateMachineDoesNotExistError: "StateMachineDoesNotExist",
    StateMachineTypeNotSupportedError: "StateMachineTypeNotSupported",
    ExecutionAlreadyExistsError: "ExecutionAlreadyExists",
    InvalidExecutionInputError: "InvalidExecutionInput",
    InvalidNameError: "InvalidName",
}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a call wants started."""

    machine: str
    name: str | None
    input: str
    through: Through | None


class Families:
    """See the module."""

    def __init__(
        self,
        live: LiveRuns,
        starts: Starts,
        arns: Arns,
        versions: Versions,
        quotas: Quotas,
    ) -> None:
        self._live = live
        self._starts = starts
        self._quotas = quotas
        self._arns = arns
        self._versions = versions
        self._parents: dict[int, set[int]] = {}

    def start(self, run: Run, branch: int, call: Call, now: float) -> None:
        """A branch of a run calls for a child."""
        resource = Resource(call.resource)
        try:
            wanted = self._wanted(call.arguments)
            child = self._starts.start_any(
                wanted.machine,
                wanted.name,
                wanted.input,
                wanted.through,
                now,
                awaited=resource.waits_for_end,
            )
        except EngineError as error:
            run.report(branch, self._refusal(error, call.arguments), now)
            return
        started = {
            "ExecutionArn": self._arn(child),
            "StartDate": _milliseconds(child.started),
            **sdk_metadata({}, 200, str(uuid.uuid4())),
        }
        awaited = child.id if resource.waits_for_end else None
        if awaited is not None:  # the store knows it only once this turn is written
            self._parents.setdefault(awaited, set()).add(run.record.id)
        run.nested.started(branch, started, awaited, now)

    def follow(self, run: Run, now: float) -> list[Run]:
        """The parents that were told, and the children that were stopped, because this run was moved."""
        followed = self._tell_parents(run, now)
        for child_id in run.nested.take_orphans():
            child = self._live.get(child_id)
            if child.running:
                self._live.move(child, lambda child: child.abort(None, None, now), now)
                followed.append(child)
        return followed

    def _tell_parents(self, run: Run, now: float) -> list[Run]:
        if not run.has_just_ended:
            return []
        child = run.record
        parents = self._parents.pop(child.id, set()) | run.awaited_by
        told = []
        for identity in sorted(parents):
            parent = self._live.get(identity)
            for branch, resource in parent.nested.waiting_for(child.id):
                report = self._outcome(child, resource)
                self._live.move(parent, _telling(branch, report, now), now)
                told.append(parent)
        return told

    def _outcome(self, child: Execution, resource: Resource) -> Report:
        """What becomes of the call of a parent: `.sync` gets the JSON texts, `.sync:2` their values."""
        told = self._described(child)
        if child.status is not Status.SUCCEEDED:
            return Broken(TASK_FAILED, json_text(told))
        if resource.pattern == "sync:2":
            told |= {name: json.loads(told[name]) for name in ("Input", "Output")}
        return Done(told)

    def _described(self, child: Execution) -> dict[str, Any]:
        told = {
            "Cause": child.cause,
            "Error": child.error,
            "ExecutionArn": self._arn(child),
            "Input": child.input,
            "InputDetails": {"Included": True},
            "Name": child.name,
            "Output": child.output,
            "OutputDetails": None if child.output is None else {"Included": True},
            "StartDate": _milliseconds(child.started),
            "StateMachineArn": self._arns.machine(child.machine),
            "Status": str(child.status),
            "StopDate": None if child.stopped is None else _milliseconds(child.stopped),
        }
        return {name: value for name, value in told.items() if value is not None}

    def _wanted(self, arguments: Any) -> _Wanted:
        given = arguments if isinstance(arguments, dict) else {}
        machine, through = self._machine(str(given.get("StateMachineArn")))
        name, value = given.get("Name"), given.get("Input", {})
        if name is not None:
            check_name(str(name), "an execution", self._quotas.name)
        text = value if isinstance(value, str) else json_text(value)
        check_input(text, self._quotas)
        return _Wanted(machine, None if name is None else str(name), text, through)

    def _machine(self, arn: str) -> tuple[str, Through | None]:
        """The machine that an ARN names; `${name}` is one of the same project, as deployments fill it in."""
        if arn.startswith("${"):
            return arn.removeprefix("${").removesuffix("}"), None
        if qualified := self._arns.qualified_of(arn):
            return qualified[0], self._versions.through(*qualified)
        if name := self._arns.name_of(arn):
            return name, None
        raise StateMachineDoesNotExistError(f"State Machine Does Not Exist: '{arn}'")

    def _refusal(self, error: EngineError, arguments: Mapping[str, Any]) -> Broken:
        code = _CODES.get(type(error))
        if code is None:
            return Broken(RUNTIME, error.message)
        message = error.message
        if isinstance(error, StateMachineDoesNotExistError):
            message = f"State Machine Does Not Exist: '{arguments.get('StateMachineArn')}'"
        if isinstance(error, ExecutionAlreadyExistsError):
            machine, _ = self._machine(str(arguments["StateMachineArn"]))
            message = (
                f"Execution Already Exists: '{self._arns.execution(machine, str(arguments.get('Name')))}'"
            )
        told = f"Service: AWSStepFunctions; Status Code: 400; Error Code: {code}; Request ID: {uuid.uuid4()}"
        return Broken(f"StepFunctions.{code}Exception", f"{message} ({told}; Proxy: null)")

    def _arn(self, child: Execution) -> str:
        write = self._arns.express if child.express else self._arns.execution
        return write(child.machine, child.name)


def _telling(branch: int, report: Report, now: float) -> Callable[[Run], object]:
    return lambda parent: parent.report(branch, report, now)


def _milliseconds(moment: float) -> int:
    return int(moment * 1000)
