"""The operations on executions.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html,
API_DescribeExecution.html, API_ListExecutions.html, API_GetExecutionHistory.html, API_StopExecution.html,
API_RedriveExecution.html
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from coworks.engine.api import shapes
from coworks.engine.api.arns import execution_names, map_run_name, new_name, no_resource, qualified_names
from coworks.engine.api.errors import ApiError, no_execution, no_machine, validation
from coworks.engine.api.machines import current_machine
from coworks.engine.api.operation import Later, Operation, Parameters
from coworks.engine.errors import (
    ExecutionAlreadyExistsError,
    ExecutionDoesNotExistError,
    ResourceNotFoundError,
    StateMachineDoesNotExistError,
)
from coworks.engine.history import without_data
from coworks.engine.loop.driver import ANSWER_WITHIN, unwritten
from coworks.engine.page_tokens import read_token, write_token
from coworks.engine.records import Execution, Status, Through, Which
from coworks.engine.runs.context import started_through

if TYPE_CHECKING:
    from concurrent.futures import Future

    from coworks.engine.engine import Engine
    from coworks.engine.machines import Revision


def start(engine: Engine, parameters: Parameters) -> dict[str, Any] | Later:
    arn = parameters["stateMachineArn"]
    machine, through = started_machine(engine, arn)
    name = parameters.get("name")
    if name is not None:
        new_name(name, "an execution", engine.quotas.name)
    if machine.settings.type == "EXPRESS":
        begun = engine.start_express(machine, parameters.get("input", "{}"), name=name, through=through)
        return {"executionArn": engine.arns.express(begun.machine, begun.name), "startDate": begun.started}
    coming = engine.begin_execution(machine.name, parameters.get("input", "{}"), name=name, through=through)
    return Later(coming, partial(_begun, engine, parameters, machine.name), ANSWER_WITHIN)


def _begun(
    engine: Engine, parameters: Parameters, machine: str, coming: Future[Execution] | None
) -> dict[str, Any]:
    if coming is None:
        raise unwritten()
    try:
        execution = coming.result()
    except StateMachineDoesNotExistError:
        raise no_machine(parameters["stateMachineArn"]) from None
    except ExecutionAlreadyExistsError:
        taken = engine.arns.execution(machine, parameters["name"])
        raise ApiError("ExecutionAlreadyExists", f"Execution Already Exists: '{taken}'") from None
    return {"executionArn": engine.arns.execution(machine, execution.name), "startDate": execution.started}


def started_machine(engine: Engine, arn: str) -> tuple[Revision, Through | None]:
    """What an execution runs that is started by the ARN of a machine, a version or an alias.

    `ARN#TestCase` has its calls mocked.
    """
    arn, mark, case = arn.partition("#")
    machine, through = _started(engine, arn)
    if not mark:
        return machine, through
    if not engine.mocks.has(machine.name, case):
        raise validation(f"SFN_MOCK_CONFIG has no test case '{case}' for the state machine '{machine.name}'")
    return machine, replace(through or Through(machine.id), test_case=case)


def _started(engine: Engine, arn: str) -> tuple[Revision, Through | None]:
    names = qualified_names(engine.arns, arn)
    if names is None:
        return current_machine(engine, arn), None
    try:
        through = engine.versions.through(*names)
    except ResourceNotFoundError:
        raise no_machine(arn) from None
    return engine.machines.revision(through.revision), through


def start_sync(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    machine, through = started_machine(engine, parameters["stateMachineArn"])
    if machine.settings.type != "EXPRESS":
        raise unsupported_type()
    name = parameters.get("name")
    if name is not None:
        new_name(name, "an execution", engine.quotas.name)
    over = engine.run_express(machine, parameters.get("input", "{}"), name=name, through=through)
    stopped = over.stopped or over.started
    told: dict[str, Any] = {
        "executionArn": engine.arns.express(over.machine, over.name),
        "stateMachineArn": parameters["stateMachineArn"],
        "name": over.name.partition(":")[0],
        "startDate": over.started,
        "stopDate": stopped,
        "status": str(over.status),
        "billingDetails": _bill(stopped - over.started),
    }
    if parameters.get("includedData") == "METADATA_ONLY":
        return told
    return told | _data(over)


def _bill(seconds: float) -> dict[str, int]:
    """What AWS would count: 64 MB, and hundreds of milliseconds."""
    return {"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": max(1, ceil(seconds * 10)) * 100}


def unsupported_type() -> ApiError:
    return ApiError(
        "StateMachineTypeNotSupported",
        "This operation is not supported by this type of state machine",
    )


def stop(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    found = found_execution(engine, parameters)
    stopped = engine.stop_execution(
        found.machine, found.name, error=parameters.get("error"), cause=parameters.get("cause")
    )
    return {"stopDate": stopped.stopped}


def describe(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    found = found_execution(engine, parameters)
    told: dict[str, Any] = _listed(engine, found) | _redrive_status(engine, found)
    if parameters.get("includedData") == "METADATA_ONLY":
        return told
    return told | _data(found)


def _data(execution: Execution) -> dict[str, Any]:
    """The parts of a description that are data of the execution."""
    told: dict[str, Any] = {"input": execution.input, "inputDetails": {"included": True}}
    if execution.output is not None:
        told |= {"output": execution.output, "outputDetails": {"included": True}}
    failure = {"error": execution.error, "cause": execution.cause}
    return told | {key: value for key, value in failure.items() if value is not None}


def _redrive_status(engine: Engine, execution: Execution) -> dict[str, str]:
    reason = engine.redrive_obstacle(execution)
    if reason is None and execution.map_run is not None:
        return {"redriveStatus": "REDRIVABLE_BY_MAP_RUN"}
    if reason is None:
        return {"redriveStatus": "REDRIVABLE"}
    return {"redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}


def redrive(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    found = found_execution(engine, parameters)
    again = engine.redrive_execution(found.machine, found.name, token=parameters.get("clientToken"))
    return {"redriveDate": again.redriven}


def list_executions(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    arn, run = parameters.get("stateMachineArn"), parameters.get("mapRunArn")
    if (arn is None) == (run is None):
        raise validation("Exactly one of stateMachineArn and mapRunArn must be specified")
    which = _listed_machine(engine, arn) if arn else _listed_run(engine, str(run))
    redriven = parameters.get("redriveFilter")
    query = ["executions", arn or run, parameters.get("statusFilter"), redriven]
    before = read_token(query, parameters.get("nextToken"))
    limit = parameters.get("maxResults") or 100
    which = replace(
        which,
        status=Status(parameters["statusFilter"]) if "statusFilter" in parameters else None,
        redriven=None if redriven is None else redriven == "REDRIVEN",
    )
    found = engine.find_executions(which, limit=limit + 1, before=tuple(before) if before else None)
    counted = [{"itemCount": one.items} if one.map_run else {} for one in found[:limit]]
    listed = [_listed(engine, one) | count for one, count in zip(found, counted, strict=False)]
    if len(found) > limit:
        last = found[limit - 1]
        return {"executions": listed, "nextToken": write_token(query, [last.started, last.id])}
    return {"executions": listed}


def _listed_run(engine: Engine, arn: str) -> Which:
    """The child executions of a map run."""
    try:
        return Which(map_run=engine.map_runs.named(map_run_name(engine.arns, arn)).name)
    except ResourceNotFoundError:
        raise no_resource(arn) from None


def _listed_machine(engine: Engine, arn: str) -> Which:
    """The executions of a machine, or those that were started by a version or an alias of it."""
    names = qualified_names(engine.arns, arn)
    if names is None:
        found = current_machine(engine, arn)
        if found.settings.type == "EXPRESS":
            raise unsupported_type()
        return Which(found.name)
    machine, qualifier = names
    if qualifier.isdecimal():
        return Which(machine, version=int(qualifier))
    return Which(machine, alias=engine.versions.alias(machine, qualifier).name)


def history(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    found = found_execution(engine, parameters)
    backwards = parameters.get("reverseOrder", False)
    query = ["history", found.id, backwards]
    beyond = read_token(query, parameters.get("nextToken")) or (_AFTER_ALL if backwards else 0)
    limit = parameters.get("maxResults") or 100
    read = engine.get_history_page(found, beyond=beyond, limit=limit + 1, backwards=backwards)
    page = read[:limit]
    answer: dict[str, Any] = {"events": page}
    if len(read) > limit:
        answer["nextToken"] = write_token(query, page[-1]["id"])
    if not parameters.get("includeExecutionData", True):
        answer["events"] = [without_data(event) for event in page]
    return answer


_AFTER_ALL: Final = 2**62
"""No event has such an id."""


def found_execution(engine: Engine, parameters: Parameters) -> Execution:
    arn = parameters["executionArn"]
    try:
        return engine.describe_execution(*execution_names(engine.arns, arn))
    except ExecutionDoesNotExistError:
        raise no_execution(arn) from None


def _listed(engine: Engine, execution: Execution) -> dict[str, Any]:
    told = {
        "executionArn": engine.arns.execution(execution.machine, execution.name),
        "stateMachineArn": engine.arns.machine(execution.machine),
        "name": execution.name,
        "status": str(execution.status),
        "startDate": execution.started,
        "redriveCount": execution.redrives,
        **started_through(execution, engine.arns),
    }
    if execution.redriven is not None:
        told["redriveDate"] = execution.redriven
    if execution.map_run is not None:
        told["mapRunArn"] = engine.arns.map_run(execution.machine, execution.map_run)
    return told if execution.stopped is None else told | {"stopDate": execution.stopped}


_START = shapes.Structure(
    {
        "stateMachineArn": shapes.ARN,
        "name": shapes.NAME,
        "input": shapes.INPUT,
        "traceHeader": shapes.Text(0, 256),
    },
    ("stateMachineArn",),
)
# The order is the one of AWS's message.
_STATUSES = ("SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING")

OPERATIONS = {
    "StartExecution": Operation(start, _START, brief=True),
    "StartSyncExecution": Operation(
        start_sync, replace(_START, members={**_START.members, "includedData": shapes.INCLUDED_DATA})
    ),
    "RedriveExecution": Operation(
        redrive,
        shapes.Structure({"executionArn": shapes.ARN, "clientToken": shapes.Text(1, 64)}, ("executionArn",)),
    ),
    "StopExecution": Operation(
        stop,
        shapes.Structure(
            {
                "executionArn": shapes.ARN,
                "error": shapes.ERROR,
                "cause": shapes.CAUSE,
            },
            ("executionArn",),
        ),
    ),
    "DescribeExecution": Operation(
        describe,
        shapes.Structure(
            {"executionArn": shapes.ARN, "includedData": shapes.INCLUDED_DATA}, ("executionArn",)
        ),
        brief=True,
    ),
    "ListExecutions": Operation(
        list_executions,
        shapes.Structure(
            {
                "stateMachineArn": shapes.ARN,
                "statusFilter": shapes.Text(among=_STATUSES),
                "maxResults": shapes.PAGE,
                "nextToken": shapes.Text(1, 3096),
                "mapRunArn": shapes.Text(1, 2000),
                "redriveFilter": shapes.Text(among=("REDRIVEN", "NOT_REDRIVEN")),
            }
        ),
    ),
    "GetExecutionHistory": Operation(
        history,
        shapes.Structure(
            {
                "executionArn": shapes.ARN,
                "maxResults": shapes.PAGE,
                "reverseOrder": shapes.Flag(),
                "nextToken": shapes.TOKEN,
                "includeExecutionData": shapes.Flag(),
            },
            ("executionArn",),
        ),
    ),
}
