"""The logging configuration of a machine leads to Python's logging."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
STATES = {
    "Ask": {
        "Type": "Task",
        "Resource": "arn:aws:states:::work:do",
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "No"}],
        "End": True,
    },
    "No": {"Type": "Fail", "Error": "No"},
}


def refuse(resource: str, given: Any) -> Any:
    raise ValueError(given)


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[..., list[tuple[str, Json]]]:
    """The levels and records of an execution of a machine with this configuration."""

    def run(level: str, *, data: bool = False, kind: str = "STANDARD") -> list[tuple[str, Json]]:
        store = MemoryStore()
        settings = {"type": kind, "logging": {"level": level, "includeExecutionData": data}}
        definition = json.dumps({"StartAt": "Ask", "States": STATES})
        store.add_revision("m", definition, json.dumps(settings), 1.0)
        engine = Engine(store, refuse, clock=ManualClock(), workers=InlineWorkers())
        machine = engine.machines.current("m")
        with caplog.at_level(logging.INFO, "coworks.executions"):
            if kind == "EXPRESS":
                engine.run_express(machine, '{"secret": 1}', name="one")
            else:
                engine.start_execution("m", '{"secret": 1}', name="one")
        found = [one for one in caplog.records if one.name == "coworks.executions"]
        return [(one.levelname, json.loads(one.getMessage())) for one in found]

    return run


def test_all_events_are_logged_with_their_levels(logged: Callable[..., list[tuple[str, Json]]]) -> None:
    assert [(level, event["type"]) for level, event in logged("ALL")] == [
        ("INFO", "ExecutionStarted"),
        ("INFO", "TaskStateEntered"),
        ("INFO", "TaskScheduled"),
        ("INFO", "TaskStarted"),
        ("ERROR", "TaskFailed"),
        ("INFO", "TaskStateExited"),
        ("ERROR", "FailStateEntered"),
        ("CRITICAL", "ExecutionFailed"),
    ]


@pytest.mark.parametrize(
    ("level", "kinds"),
    [
        ("ERROR", ["TaskFailed", "FailStateEntered", "ExecutionFailed"]),
        ("FATAL", ["ExecutionFailed"]),
        ("OFF", []),
    ],
)
def test_a_level_leaves_out_those_below(
    logged: Callable[..., list[tuple[str, Json]]], level: str, kinds: list[str]
) -> None:
    assert [event["type"] for _, event in logged(level)] == kinds


def test_a_record_is_that_of_cloudwatch(logged: Callable[..., list[tuple[str, Json]]]) -> None:
    _, last = logged("FATAL")[0]
    assert last.pop("event_timestamp").isdecimal()
    assert last == {
        "id": "8",
        "type": "ExecutionFailed",
        "details": {"error": "No"},
        "previous_event_id": "7",
        "execution_arn": "arn:aws:states:us-east-1:000000000000:execution:m:one",
        "redrive_count": "0",
    }


@pytest.mark.parametrize("data", [False, True])
def test_data_are_logged_when_they_are_asked_for(
    logged: Callable[..., list[tuple[str, Json]]], data: bool
) -> None:
    _, first = logged("ALL", data=data)[0]
    assert ("secret" in json.dumps(first["details"])) is data
    assert first["details"]["roleArn"]


def test_an_express_execution_logs_what_is_kept_nowhere_else(
    logged: Callable[..., list[tuple[str, Json]]],
) -> None:
    found = logged("ERROR", kind="EXPRESS")
    assert [event["type"] for _, event in found] == ["TaskFailed", "FailStateEntered", "ExecutionFailed"]
    assert ":express:m:one:" in found[0][1]["execution_arn"]
