"""The executions of deployed workflows: found, started, stopped, redriven; `workflow:id` names one.

Express workflows keep none: what they did is in their logs.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coworks.deploy.errors import DeployError
from coworks.deploy.naming import ALIAS
from coworks.deploy.stacks.aws import asking_aws, code_of
from coworks.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

_NO_MACHINE: Final = "StateMachineDoesNotExist"
_NO_EXECUTION: Final = frozenset({_NO_MACHINE, "ExecutionDoesNotExist", "InvalidArn"})
_EXPRESS: Final = "StateMachineTypeNotSupported"
# What ListExecutions leaves out, DescribeExecution tells: asked for those whose error is of use.
_WITH_ERROR: Final = frozenset({"FAILED", "TIMED_OUT", "ABORTED"})
MOST_COUNTED: Final = 1000
STOPPED: Final = "Stopped by cws."


@dataclass(frozen=True, slots=True)
class DeployedExecution:
    """An execution as AWS tells it: `status` in its words, JSON texts, moments as seconds since 1970."""

    workflow: str
    name: str
    status: str
    started: float
    stopped: float | None = None
    input: str = "{}"
    output: str | None = None
    error: str | None = None
    cause: str | None = None


class DeployedExecutions:
    """The executions of a stage. `machines` has the ARN of the state machine of each workflow."""

    def __init__(self, states: Any, machines: Mapping[str, str], stage: str) -> None:
        self._states = states
        self._machines = machines
        self._stage = stage

    def newest(self, workflow: str | None, status: str | None, limit: int) -> list[DeployedExecution]:
        """Executions, the newest first; only those that failed tell their input.

        Raises `UsageError` for an unknown workflow, `DeployError` when it is not deployed, or is Express.
        """
        chosen = [self._known(workflow)] if workflow else list(self._machines)
        with asking_aws():
            found = [one for name in chosen for one in self._listed(name, status, limit, bool(workflow))]
            newest = sorted(found, key=lambda one: -one.started)[:limit]
            return [self._with_error(one) for one in newest]

    def find(self, identity: str) -> DeployedExecution:
        """The execution of this id, or of `workflow:id`. Raises `UsageError` when there is none, or more."""
        workflow, colon, name = identity.rpartition(":")
        chosen = [self._known(workflow)] if colon else list(self._machines)
        found = [told for one in chosen if (told := self._execution(one, name))]
        if not found:
            listing = f"cws executions list --stage {self._stage}"
            raise UsageError(f'there is no execution "{identity}"', hint=f"list them: {listing}")
        if len(found) > 1:
            choices = ", ".join(f"{one.workflow}:{one.name}" for one in found)
            raise UsageError(f'several executions are named "{identity}"', hint=f"say which: {choices}")
        return found[0]

    def history(self, workflow: str, name: str) -> Iterator[dict[str, Any]]:
        """The events of an execution, the oldest first, with seconds since 1970 as `timestamp`."""
        with asking_aws():
            pages = self._states.get_paginator("get_execution_history")
            for page in pages.paginate(executionArn=self._arn(workflow, name)):
                yield from ({**event, "timestamp": _seconds(event["timestamp"])} for event in page["events"])

    def start(self, workflow: str, text: str) -> str:
        """Start an execution of what is deployed, with JSON text as its input; its id.

        Raises `UsageError` for an unknown workflow, `DeployError` when it is not deployed.
        """
        machine = f"{self._machines[self._known(workflow)]}:{ALIAS}"
        with asking_aws():
            try:
                arn: str = self._states.start_execution(stateMachineArn=machine, input=text)["executionArn"]
            except Exception as error:
                if code_of(error) == _NO_MACHINE:
                    raise _not_deployed(workflow) from None
                raise
        return arn.split(":", 7)[7]

    def stop(self, workflow: str, name: str) -> None:
        """Stop an execution."""
        with asking_aws():
            self._states.stop_execution(executionArn=self._arn(workflow, name), cause=STOPPED)

    def redrive(self, workflow: str, name: str) -> None:
        """Have an execution go on from where it failed. Raises `DeployError` with AWS's reason."""
        with asking_aws():
            self._states.redrive_execution(executionArn=self._arn(workflow, name))

    def running(self, workflow: str) -> int:
        """How many executions run, up to a thousand; none where nothing is deployed, or it is Express."""
        with asking_aws():
            return len(self._listed(workflow, "RUNNING", MOST_COUNTED, must=False))

    def _known(self, workflow: str) -> str:
        if workflow not in self._machines:
            raise UsageError(
                f'the project has no workflow "{workflow}"', hint=did_you_mean(workflow, self._machines)
            )
        return workflow

    def _listed(self, workflow: str, status: str | None, limit: int, must: bool) -> list[DeployedExecution]:
        """The newest executions of a workflow. What keeps none is an error if there `must` be some."""
        asked = {"stateMachineArn": self._machines[workflow]} | ({"statusFilter": status} if status else {})
        pages = self._states.get_paginator("list_executions").paginate(
            **asked, PaginationConfig={"MaxItems": limit}
        )
        try:
            return [_read(workflow, one) for page in pages for one in page["executions"]]
        except Exception as error:
            refused = {_NO_MACHINE: _not_deployed, _EXPRESS: _keeps_none}.get(code_of(error))
            if refused is None:
                raise
            if must:
                raise refused(workflow) from None
            return []

    def _execution(self, workflow: str, name: str) -> DeployedExecution | None:
        """The execution of this name, None when the workflow has none."""
        with asking_aws():
            try:
                return self._described(workflow, name)
            except Exception as error:
                if code_of(error) in _NO_EXECUTION:
                    return None
                raise

    def _with_error(self, one: DeployedExecution) -> DeployedExecution:
        return self._described(one.workflow, one.name) if one.status in _WITH_ERROR else one

    def _described(self, workflow: str, name: str) -> DeployedExecution:
        return _read(workflow, self._states.describe_execution(executionArn=self._arn(workflow, name)))

    def _arn(self, workflow: str, name: str) -> str:
        return f"{self._machines[workflow].replace(':stateMachine:', ':execution:')}:{name}"


def _read(workflow: str, told: Mapping[str, Any]) -> DeployedExecution:
    stopped = told.get("stopDate")
    return DeployedExecution(
        workflow,
        told["name"],
        told["status"],
        _seconds(told["startDate"]),
        None if stopped is None else _seconds(stopped),
        told.get("input", "{}"),
        told.get("output"),
        told.get("error"),
        told.get("cause"),
    )


def _seconds(moment: datetime) -> float:
    return moment.timestamp()


def _not_deployed(workflow: str) -> DeployError:
    return DeployError(f'the workflow "{workflow}" is not deployed', hint=f"cws deploy {workflow}")


def _keeps_none(workflow: str) -> DeployError:
    return DeployError(
        f'the workflow "{workflow}" is Express, and AWS keeps no list of its executions',
        hint=f"see its logs: cws logs {workflow}",
    )
