"""Runs of distributed Maps over the API: described, listed, changed while they run."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.engine.api.conftest import Caller

from coworks.engine import Engine, ManualClock

MAP_RUNS = "arn:aws:states:us-east-1:000000000000:mapRun:"
NAP = {"Type": "Wait", "Seconds": 9, "End": True}
ODD = {
    "Type": "Choice",
    "Choices": [{"Variable": "$", "NumericLessThan": 2, "Next": "Bad"}],
    "Default": "Nap",
}
STATES = {"Odd?": ODD, "Bad": {"Type": "Fail", "Error": "Odd"}, "Nap": NAP}


def started(call: Caller, **fields: Any) -> dict[str, str]:
    """An execution of a distributed Map over four numbers, of which one fails at once."""
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    processor = {"ProcessorConfig": config, "StartAt": "Odd?", "States": STATES}
    each = {"Type": "Map", "Label": "each", "ItemProcessor": processor, "End": True, **fields}
    arn = call.create(definition=json.dumps({"StartAt": "Each", "States": {"Each": each}}))
    execution = call("StartExecution", stateMachineArn=arn, name="one", input="[1, 2, 3, 4]")["executionArn"]
    (listed,) = call("ListMapRuns", executionArn=execution)["mapRuns"]
    return {"machine": arn, "execution": execution, "run": listed["mapRunArn"]}


def counts(call: Caller, run: str) -> dict[str, int]:
    told: dict[str, int] = call("DescribeMapRun", mapRunArn=run)["itemCounts"]
    return {name: count for name, count in told.items() if count}


def test_a_map_run_is_described_while_it_runs(call: Caller) -> None:
    arns = started(call, ToleratedFailureCount=2, MaxConcurrency=2)
    told = call("DescribeMapRun", mapRunArn=arns["run"])
    items = {"pending": 1, "running": 2, "failed": 1, "total": 4, "succeeded": 0, "timedOut": 0, "aborted": 0}
    rest = {"resultsWritten": 0, "failuresNotRedrivable": 0, "pendingRedrive": 0}
    assert told.pop("startDate") > 0
    assert told == {
        "mapRunArn": arns["run"],
        "executionArn": arns["execution"],
        "status": "RUNNING",
        "maxConcurrency": 2,
        "toleratedFailureCount": 2,
        "toleratedFailurePercentage": 0.0,
        "itemCounts": items | rest,
        "executionCounts": items | rest,
        "redriveCount": 0,
    }
    assert arns["run"].startswith(f"{MAP_RUNS}machine/each:")


def test_batches_count_as_executions_and_as_items(call: Caller, engine: Engine) -> None:
    states = {"Nap": NAP}
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    processor = {"ProcessorConfig": config, "StartAt": "Nap", "States": states}
    arns = started(call, ItemProcessor=processor, ItemBatcher={"MaxItemsPerBatch": 3})
    engine.run_through()
    told = call("DescribeMapRun", mapRunArn=arns["run"])
    assert (told["status"], told["stopDate"] > told["startDate"]) == ("SUCCEEDED", True)
    assert (told["itemCounts"]["succeeded"], told["executionCounts"]["succeeded"]) == (4, 2)


def test_a_map_run_lists_its_child_executions(call: Caller) -> None:
    arns = started(call, ToleratedFailureCount=2)
    listed = call("ListExecutions", mapRunArn=arns["run"])["executions"]
    assert {(one["mapRunArn"], one["itemCount"]) for one in listed} == {(arns["run"], 1)}
    (failed,) = call("ListExecutions", mapRunArn=arns["run"], statusFilter="FAILED")["executions"]
    told = call("DescribeExecution", executionArn=failed["executionArn"])
    assert (told["input"], told["error"], told["mapRunArn"]) == ("1", "Odd", arns["run"])
    events = call("GetExecutionHistory", executionArn=failed["executionArn"])["events"]
    assert events[-1]["type"] == "ExecutionFailed"
    assert len(call("ListExecutions", stateMachineArn=arns["machine"])["executions"]) == 1


def test_more_children_run_at_once_when_the_map_run_is_updated(call: Caller) -> None:
    arns = started(call, ToleratedFailureCount=1, MaxConcurrency=1)
    assert counts(call, arns["run"]) == {"failed": 1, "running": 1, "pending": 2, "total": 4}
    assert call("UpdateMapRun", mapRunArn=arns["run"], maxConcurrency=3) == {}
    assert counts(call, arns["run"]) == {"failed": 1, "running": 3, "total": 4}


def test_a_map_run_fails_when_it_tolerates_less_than_what_failed(call: Caller) -> None:
    arns = started(call, ToleratedFailureCount=1)
    call("UpdateMapRun", mapRunArn=arns["run"], toleratedFailureCount=0)
    told = call("DescribeExecution", executionArn=arns["execution"])
    assert (told["status"], told["error"]) == ("FAILED", "States.ExceedToleratedFailureThreshold")
    assert counts(call, arns["run"]) == {"failed": 1, "aborted": 3, "total": 4}


def test_a_map_run_that_is_redriven_tells_of_it(call: Caller, engine: Engine) -> None:
    arns = started(call, ToleratedFailureCount=0, MaxConcurrency=1)
    assert counts(call, arns["run"]) == {"failed": 1, "pending": 3, "total": 4}
    call("RedriveExecution", executionArn=arns["execution"])
    told = call("DescribeMapRun", mapRunArn=arns["run"])
    assert (told["status"], told["redriveCount"], told["redriveDate"] > 0) == ("FAILED", 1, True)
    (child,) = call("ListExecutions", mapRunArn=arns["run"], redriveFilter="REDRIVEN")["executions"]
    shown = call("DescribeExecution", executionArn=child["executionArn"])
    assert (shown["redriveStatus"], shown["redriveCount"]) == ("REDRIVABLE_BY_MAP_RUN", 1)
    assert isinstance(engine.clock, ManualClock)
    engine.clock.advance(15 * 24 * 3600)
    assert call("DescribeMapRun", mapRunArn=arns["run"])["executionCounts"]["failuresNotRedrivable"] == 1


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, "ValidationException"),
        ({"toleratedFailurePercentage": 100.5}, "ValidationException"),
        ({"maxConcurrency": -1}, "ValidationException"),
        ({"maxConcurrency": "many"}, "SerializationException"),
    ],
)
def test_settings_that_cannot_be_are_refused(call: Caller, parameters: dict[str, Any], code: str) -> None:
    arns = started(call, ToleratedFailureCount=1)
    assert call.error("UpdateMapRun", mapRunArn=arns["run"], **parameters)[0] == code


def test_a_map_run_that_is_over_cannot_be_updated(call: Caller) -> None:
    arns = started(call)
    refused = call.error("UpdateMapRun", mapRunArn=arns["run"], maxConcurrency=3)
    assert refused == ("ValidationException", "The Map Run is FAILED and can no longer be updated")


@pytest.mark.parametrize("operation", ["DescribeMapRun", "ListExecutions", "UpdateMapRun"])
def test_a_map_run_that_is_not_known_is_not_found(call: Caller, operation: str) -> None:
    arn = f"{MAP_RUNS}machine/each:nothing"
    assert call.error(operation, mapRunArn=arn, maxResults=1, maxConcurrency=1) == (
        "ResourceNotFound",
        f"Resource not found: '{arn}'",
    )


def test_executions_are_listed_of_a_machine_or_a_map_run(call: Caller) -> None:
    arns = started(call)
    both = {"stateMachineArn": arns["machine"], "mapRunArn": arns["run"]}
    assert {call.error("ListExecutions", **given)[0] for given in ({}, both)} == {"ValidationException"}
