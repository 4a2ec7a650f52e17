"""The operations on runs of distributed Maps.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html,
API_ListMapRuns.html, API_UpdateMapRun.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coworks.engine.api import shapes
from coworks.engine.api.arns import map_run_name, no_resource
from coworks.engine.api.errors import validation
from coworks.engine.api.executions import found_execution
from coworks.engine.api.operation import Operation, Parameters
from coworks.engine.errors import ResourceNotFoundError
from coworks.engine.page_tokens import read_token, write_token
from coworks.engine.records import MapRun, Status

if TYPE_CHECKING:
    from coworks.engine.engine import Engine

_COUNTED: Final = {
    "running": Status.RUNNING,
    "succeeded": Status.SUCCEEDED,
    "failed": Status.FAILED,
    "timedOut": Status.TIMED_OUT,
    "aborted": Status.ABORTED,
    "pendingRedrive": Status.PENDING_REDRIVE,
}
_SETTINGS: Final = {
    "maxConcurrency": "at_once",
    "toleratedFailureCount": "tolerated_count",
    "toleratedFailurePercentage": "tolerated_percentage",
}


def describe(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    run = _map_run(engine, parameters)
    owner = engine.map_runs.execution(run)
    executions, items = _counts(engine, run)
    told = {
        "mapRunArn": engine.arns.map_run(run.machine, run.name),
        "executionArn": engine.arns.execution(owner.machine, owner.name),
        "status": str(run.status),
        "startDate": run.started,
        "maxConcurrency": run.at_once,
        "toleratedFailureCount": run.tolerated_count or 0,
        "toleratedFailurePercentage": float(run.tolerated_percentage or 0),
        "itemCounts": items,
        "executionCounts": executions,
        "redriveCount": run.redrives,
    }
    times = {"stopDate": run.stopped, "redriveDate": run.redriven}
    return told | {name: time for name, time in times.items() if time is not None}


def _counts(engine: Engine, run: MapRun) -> tuple[dict[str, int], dict[str, int]]:
    """How many child executions and how many items stand how."""
    tally = engine.map_runs.tally(run)
    executions, items = (
        {name: tally.get(status, (0, 0))[which] for name, status in _COUNTED.items()} for which in (0, 1)
    )
    left = run.items - sum(items.values())
    # Nobody knows how many executions the items that have not begun will make, unless each has its own.
    alone = sum(items.values()) == sum(executions.values())
    redrivable = engine.map_runs.redrivable(run)
    for which, (counts, pending) in enumerate(((executions, left if alone else 0), (items, left))):
        unsuccessful = sum(counts[name] for name in ("failed", "timedOut", "aborted", "pendingRedrive"))
        counts |= {
            "pending": pending,
            "total": pending + sum(counts.values()),
            "resultsWritten": counts["succeeded"] if run.written else 0,
            "failuresNotRedrivable": unsuccessful - redrivable[which],
        }
    return executions, items


def list_map_runs(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    owner = found_execution(engine, parameters)
    query = ["map runs", owner.id]
    first = read_token(query, parameters.get("nextToken")) or 0
    limit = parameters.get("maxResults") or 100
    runs = engine.map_runs.of(owner)
    listed = {"mapRuns": [_listed(engine, run) for run in runs[first : first + limit]]}
    if len(runs) > first + limit:
        return listed | {"nextToken": write_token(query, first + limit)}
    return listed


def _listed(engine: Engine, run: MapRun) -> dict[str, Any]:
    owner = engine.map_runs.execution(run)
    told = {
        "executionArn": engine.arns.execution(owner.machine, owner.name),
        "mapRunArn": engine.arns.map_run(run.machine, run.name),
        "stateMachineArn": engine.arns.machine(owner.machine),
        "startDate": run.started,
    }
    return told if run.stopped is None else told | {"stopDate": run.stopped}


def update(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    run = _map_run(engine, parameters)
    changes = {field: parameters[name] for name, field in _SETTINGS.items() if name in parameters}
    if not changes:
        raise validation(f"At least one of {', '.join(_SETTINGS)} must be set")
    if not engine.update_map_run(run, **changes):
        raise validation(f"The Map Run is {run.status} and can no longer be updated")
    return {}


def _map_run(engine: Engine, parameters: Parameters) -> MapRun:
    arn = parameters["mapRunArn"]
    try:
        return engine.map_runs.named(map_run_name(engine.arns, arn))
    except ResourceNotFoundError:
        raise no_resource(arn) from None


OPERATIONS = {
    "DescribeMapRun": Operation(describe, shapes.Structure({"mapRunArn": shapes.LONG_ARN}, ("mapRunArn",))),
    "ListMapRuns": Operation(
        list_map_runs,
        shapes.Structure(
            {"executionArn": shapes.ARN, "maxResults": shapes.PAGE, "nextToken": shapes.TOKEN},
            ("executionArn",),
        ),
    ),
    "UpdateMapRun": Operation(
        update,
        shapes.Structure(
            {
                "mapRunArn": shapes.LONG_ARN,
                "maxConcurrency": shapes.Integer(0, 2**31 - 1),
                "toleratedFailurePercentage": shapes.Number(0, 100),
                "toleratedFailureCount": shapes.Integer(0, 2**63 - 1),
            },
            ("mapRunArn",),
        ),
    ),
}
