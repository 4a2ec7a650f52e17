"""State machines that ask one thing each of an engine, and how many states an execution enters."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from benchmarks.engine.clients import Boto3, Light

CHAIN = 1000
TURNS = 2000
ITEMS = 1000
BRANCHES, DEPTH = 10, 20
SHORT = 200
CALLERS = 16
CALLS = 100

FUNCTION = "echo"


@dataclass(frozen=True, slots=True)
class Workload:
    """`executions` of a machine, each of which enters so many states, are started by `callers` at once."""

    name: str
    definition: str
    transitions: int
    input: str = "{}"
    executions: int = 1
    callers: int = 1
    client: type[Light | Boto3] = Light


def chain(length: int, name: str = "S") -> dict[str, Any]:
    """A machine of Pass states in a row."""
    states: dict[str, Any] = {
        f"{name}{number}": {"Type": "Pass", "Next": f"{name}{number + 1}"} for number in range(length - 1)
    }
    states[f"{name}{length - 1}"] = {"Type": "Pass", "End": True}
    return {"StartAt": f"{name}0", "States": states}


def choice_loop(turns: int) -> dict[str, Any]:
    """Counts in the input, by an intrinsic function."""
    again = {"Variable": "$.n", "NumericLessThan": turns, "Next": "Count"}
    count = {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Again"}
    return {
        "StartAt": "Again",
        "States": {
            "Again": {"Type": "Choice", "Choices": [again], "Default": "Done"},
            "Count": count,
            "Done": {"Type": "Succeed"},
        },
    }


def variables_loop(turns: int) -> dict[str, Any]:
    """Counts in a variable, in JSONata."""
    again = {"Condition": f"{{% $n < {turns} %}}", "Next": "Count"}
    return {
        "QueryLanguage": "JSONata",
        "StartAt": "Begin",
        "States": {
            "Begin": {"Type": "Pass", "Assign": {"n": 0}, "Next": "Again"},
            "Again": {"Type": "Choice", "Choices": [again], "Default": "Done"},
            "Count": {"Type": "Pass", "Assign": {"n": "{% $n + 1 %}"}, "Next": "Again"},
            "Done": {"Type": "Succeed"},
        },
    }


def map_over() -> dict[str, Any]:
    state = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": chain(1), "End": True}
    return {"StartAt": "Each", "States": {"Each": state}}


def parallel() -> dict[str, Any]:
    branches = [chain(DEPTH, f"B{number}-") for number in range(BRANCHES)]
    return {"StartAt": "All", "States": {"All": {"Type": "Parallel", "Branches": branches, "End": True}}}


def lambda_loop() -> dict[str, Any]:
    """Calls a function for each turn."""
    again = {"Variable": "$.n", "NumericLessThan": CALLS, "Next": "Call"}
    call = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": FUNCTION, "Payload.$": "$"},
        "ResultPath": None,
        "Next": "Count",
    }
    loop = choice_loop(CALLS)
    loop["States"] |= {"Call": call, "Again": {"Type": "Choice", "Choices": [again], "Default": "Done"}}
    return loop


def items(number: int) -> str:
    return json.dumps({"items": list(range(number))})


WORKLOADS = (
    Workload("chain of Pass", json.dumps(chain(CHAIN)), CHAIN),
    Workload("Choice loop, intrinsic", json.dumps(choice_loop(TURNS)), 2 * TURNS + 2, '{"n": 0}'),
    Workload("JSONata variables loop", json.dumps(variables_loop(TURNS)), 2 * TURNS + 3),
    Workload("Map over 1,000 items", json.dumps(map_over()), ITEMS + 1, items(ITEMS)),
    Workload("Parallel 10 x 20", json.dumps(parallel()), BRANCHES * DEPTH + 1),
    Workload("200 short, 16 callers", json.dumps(chain(3)), 3, executions=SHORT, callers=CALLERS),
    Workload("200 short, one boto3", json.dumps(chain(3)), 3, executions=SHORT, client=Boto3),
    Workload("Lambda task loop", json.dumps(lambda_loop()), 3 * CALLS + 2, '{"n": 0}'),
)
