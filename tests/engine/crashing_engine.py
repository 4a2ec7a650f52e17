"""A process for the crash test: runs an engine on a file until all is done, unless it is killed before.

    python crashing_engine.py DATABASE EFFECTS STARTED LIFE EXECUTIONS

Each call of a task appends a line to EFFECTS, each start that was acknowledged one to STARTED.
"""

from __future__ import annotations

import os
import random
import sys
import time
from typing import Any

from coworks.engine import Engine, SqliteStore, Status, TaskError, ThreadWorkers

APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT
TOLD: dict[str, Any] = {
    "execution": "{% $states.context.Execution.Name %}",
    "state": "{% $states.context.State.Name %}",
    "round": "{% $round %}",
    "try": "{% $states.context.State.RetryCount %}",
}
BUSY = [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "BackoffRate": 1}]
TASK: dict[str, Any] = {"Type": "Task", "Resource": "arn:aws:states:::work:do", "Arguments": TOLD}
AGAIN = {"Condition": "{% $round < 2 %}", "Next": "Quick", "Assign": {"round": "{% $round + 1 %}"}}
MACHINE = {
    "QueryLanguage": "JSONata",
    "StartAt": "Begin",
    "States": {
        "Begin": {"Type": "Pass", "Assign": {"round": 1}, "Next": "Quick"},
        "Quick": {**TASK, "Next": "Rest"},
        "Rest": {"Type": "Wait", "Seconds": 1, "Next": "Flaky"},
        "Flaky": {**TASK, "Retry": BUSY, "Next": "More"},
        "More": {"Type": "Choice", "Choices": [AGAIN], "Default": "Broken"},
        "Broken": {**TASK, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "End"}], "End": True},
        "End": {"Type": "Pass", "Output": "{% $states.input.Error %}", "End": True},
    },
}

ONE = {
    **TASK,
    "Arguments": {**TOLD, "state": "One", "round": "{% $states.input %}"},
    "Retry": BUSY,
    "Next": "Nap",
}
EACH = {
    "Type": "Map",
    "Items": "{% $map([1..6], function($n) {$n}) %}",
    "MaxConcurrency": 3,
    "ItemProcessor": {
        "StartAt": "One",
        "States": {"One": ONE, "Nap": {"Type": "Wait", "Seconds": 1, "Output": 1, "End": True}},
    },
    "Output": "{% $sum($states.result) %}",
    "End": True,
}
SIDE = {**TASK, "Arguments": {**TOLD, "state": "Side", "round": 0}, "Output": 10, "End": True}
FORKS = {
    "QueryLanguage": "JSONata",
    "StartAt": "Both",
    "States": {
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Each", "States": {"Each": EACH}},
                {"StartAt": "Side", "States": {"Side": SIDE}},
            ],
            "End": True,
        },
    },
}


def append(path: str, line: str) -> None:
    descriptor = os.open(path, APPEND)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


def main(database: str, effects: str, started: str, life: str, executions: str) -> None:
    def do(resource: str, told: dict[str, Any]) -> Any:
        append(effects, f"{told['execution']} {told['state']} {told['round']} {told['try']}")
        time.sleep(random.uniform(0, 0.05))
        if told["state"] == "Broken":
            raise TaskError("Broken")
        if told["state"] in {"Flaky", "One"} and told["try"] < 1:
            raise TaskError("Busy")
        return told

    store = SqliteStore(database)
    engine = Engine(store, do, workers=ThreadWorkers(limit=16))
    engine.put_state_machine("m", MACHINE)
    engine.put_state_machine("forks", FORKS)
    engine.start()
    print("ready", flush=True)
    for number in range(int(executions)):
        forks = number % 5 == 0
        name = f"{'forks' if forks else 'run'}-{life}-{number}"
        engine.start_execution("forks" if forks else "m", name=name)
        append(started, name)
        time.sleep(random.uniform(0, 0.02))
    while engine.list_executions(status=Status.RUNNING, limit=1):
        time.sleep(0.02)
    engine.stop()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
