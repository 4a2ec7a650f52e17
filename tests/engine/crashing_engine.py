"""A process for the crash test: runs an engine on a file until all is done, unless it is killed before.

    python crashing_engine.py FOLDER LIFE EXECUTIONS

Of the children of its distributed Maps, some fail until they are redriven, which a helper does.

In the folder, each call of a task and each task of an activity appends a line to `effects`, each token that
is handed out one to `tokens`, each start that was acknowledged one to `started`. Those who answer for tokens
and the workers of the activity live in this process, and die with it.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from coworks.engine import Engine, SqliteStore, Status, TaskError, ThreadWorkers
from coworks.engine.errors import ExecutionNotRedrivableError, TaskTimedOutError
from coworks.engine.names import Arns

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


ASK = {
    **TASK,
    "Resource": "arn:aws:states:::work:do.waitForTaskToken",
    "Arguments": {**TOLD, "state": "Ask", "round": 0, "token": "{% $states.context.Task.Token %}"},
    "End": True,
}
CALLBACKS = {"QueryLanguage": "JSONata", "StartAt": "Ask", "States": {"Ask": ASK}}

LATE = [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 1000}]
DIG = {
    **TASK,
    "Resource": Arns().activity("dig"),
    "Arguments": {**TOLD, "state": "Dig", "round": 0},
    "TimeoutSeconds": 2,
    "Retry": LATE,
    "End": True,
}
ACTIVITIES = {"QueryLanguage": "JSONata", "StartAt": "Dig", "States": {"Dig": DIG}}

CALL = {
    "Type": "Task",
    "Resource": "arn:aws:states:::states:startExecution.sync:2",
    "Arguments": {
        "StateMachineArn": Arns().machine("forks"),
        "Name": "{% $states.context.Execution.Name & '-child' %}",
    },
    "Output": "{% $states.result.Output %}",
    "End": True,
}
PARENTS = {"QueryLanguage": "JSONata", "StartAt": "Call", "States": {"Call": CALL}}

GIVEN = {"of": "{% $states.context.Execution.Name %}", "item": "{% $states.context.Map.Item.Value %}"}
EVERY = {
    "Type": "Map",
    "Items": "{% $map([1..6], function($n) {$n}) %}",
    "MaxConcurrency": 3,
    "ItemSelector": GIVEN,
    "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Every",
        "States": {
            "Every": {
                **TASK,
                "Arguments": {
                    "execution": "{% $states.input.of %}",
                    "state": "Every",
                    "round": "{% $states.input.item %}",
                    "try": "{% $states.context.Execution.RedriveCount %}",
                },
                "Next": "Doze",
            },
            "Doze": {"Type": "Wait", "Seconds": 1, "Output": "{% $states.input.round %}", "End": True},
        },
    },
    "End": True,
}
MAPS = {"QueryLanguage": "JSONata", "StartAt": "All", "States": {"All": EVERY}}
MACHINES = {
    "forks": FORKS,
    "callbacks": CALLBACKS,
    "activities": ACTIVITIES,
    "parents": PARENTS,
    "maps": MAPS,
    "m": MACHINE,
}


def append(path: Path, line: str) -> None:
    descriptor = os.open(path, APPEND)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


class Outside:
    """What the engine calls, and who answers."""

    def __init__(self, folder: Path) -> None:
        self._effects = folder / "effects"
        self._tokens = folder / "tokens"
        self._tokens.touch()

    def do(self, resource: str, told: dict[str, Any]) -> Any:
        if "token" in told:
            append(self._tokens, f"{told['execution']} {told['token']}")
        self._note(told)
        time.sleep(random.uniform(0, 0.05))
        if told["state"] == "Broken":
            raise TaskError("Broken")
        if told["state"] == "Every" and told["round"] % 2 and told["try"] < 1:
            raise TaskError("Odd")
        if told["state"] in {"Flaky", "One"} and told["try"] < 1:
            raise TaskError("Busy")
        return told

    def answer(self, engine: Engine) -> None:
        """Answer for every token, those of former lives too; a life is not told what another has answered."""
        answered: set[str] = set()
        while True:
            for line in self._tokens.read_text().splitlines():
                token = line.partition(" ")[2]
                if token not in answered:
                    answered.add(token)
                    with suppress(TaskTimedOutError):
                        engine.send_task_success(token, '"yes"')
            time.sleep(random.uniform(0, 0.2))

    def dig(self, engine: Engine) -> None:
        """Do the tasks of the activity."""
        while True:
            task = engine.poll_activity("dig", "worker").result()
            self._note(json.loads(task.input))
            time.sleep(random.uniform(0, 0.05))
            with suppress(TaskTimedOutError):
                engine.send_task_success(task.token, '"dug"')

    def redrive(self, engine: Engine) -> None:
        """Have what failed go on."""
        while True:
            for one in engine.list_executions(status=Status.FAILED, limit=10):
                with suppress(ExecutionNotRedrivableError):
                    engine.redrive_execution(one.machine, one.name)
            time.sleep(random.uniform(0, 0.2))

    def _note(self, told: dict[str, Any]) -> None:
        append(self._effects, f"{told['execution']} {told['state']} {told['round']} {told['try']}")


def is_all_done(engine: Engine) -> bool:
    """True when nothing is left to be redriven either."""
    found = engine.list_executions(limit=10_000)
    return all(one.status is Status.SUCCEEDED for one in found)


def main(folder: Path, life: str, executions: int) -> None:
    outside = Outside(folder)
    store = SqliteStore(folder / "engine.db")
    engine = Engine(store, outside.do, workers=ThreadWorkers(limit=16))
    for machine, definition in MACHINES.items():
        engine.put_state_machine(machine, definition)
    engine.activities.create("dig")
    engine.start()
    for helper in (outside.answer, outside.dig, outside.dig, outside.redrive):
        threading.Thread(target=helper, args=(engine,), daemon=True).start()
    print("ready", flush=True)
    for number in range(executions):
        machine = list(MACHINES)[number % len(MACHINES)]
        name = f"{machine}-{life}-{number}"
        engine.start_execution(machine, name=name)
        append(folder / "started", name)
        time.sleep(random.uniform(0, 0.02))
    while engine.list_executions(status=Status.RUNNING, limit=1) or not is_all_done(engine):
        time.sleep(0.02)
    engine.stop()
    os._exit(0)  # the helpers wait for an engine that is no more


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
