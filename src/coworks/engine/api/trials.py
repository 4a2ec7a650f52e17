"""TestState.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from coworks.asl import Forking, GoTo, StateFailure, find_state, parse_machine, parse_state
from coworks.asl.states import DistributedMap, Task
from coworks.asl.timestamps import format_timestamp
from coworks.engine.api import shapes
from coworks.engine.api.definitions import read_definition
from coworks.engine.api.errors import ApiError, validation
from coworks.engine.api.mocks import check_mock
from coworks.engine.api.operation import Operation, Parameters
from coworks.engine.json_text import json_text, storable
from coworks.engine.payloads import check_input
from coworks.engine.trial import Mock, Trial, Verdict, run_trial

if TYPE_CHECKING:
    from coworks.asl import State
    from coworks.engine.engine import Engine

_NOT_TEXTS: Final = frozenset(
    {"errorDetails", "maxConcurrency", "toleratedFailureCount", "toleratedFailurePercentage"}
)
"""The stages that are told as they are, not as JSON text."""


def test_state(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    state = _state(parameters)
    mock = _mock(state, parameters)
    if mock is None and isinstance(state, Task) and "roleArn" not in parameters:
        raise validation("RoleArn must be specified when testing a Task state")
    text = parameters.get("input", "{}")
    check_input(text, engine.quotas)
    configuration = parameters.get("stateConfiguration", {})
    retries = configuration.get("retrierRetryCount", 0)
    given = json.loads(text)
    trial = Trial(
        state,
        given,
        _object(parameters, "variables"),
        _context(engine, state, given, parameters),
        mock,
        retries,
        configuration.get("mapIterationFailureCount", 0),
        configuration.get("mapItemReaderData", ""),
    )
    verdict = run_trial(trial, engine.call, engine.clock.now())
    write = _writer_like(text, parameters.get("mock", {}).get("result", "{}"))
    answer = _told(verdict, write)
    if parameters.get("inspectionLevel", "INFO") != "INFO":
        answer["inspectionData"] = _inspected(trial, text, verdict, write)
    return answer


# What is asked


def _state(parameters: Parameters) -> State:
    """The state under test: the definition is its own, or a machine's that has a state of this name."""
    name = parameters.get("stateName")
    if name is None:
        return read_definition(parameters["definition"], parse_state)
    state = find_state(read_definition(parameters["definition"], parse_machine), name)
    if state is None:
        raise validation("State not found in definition")
    return state


def _mock(state: State, parameters: Parameters) -> Mock | None:
    mock = parameters.get("mock")
    if mock is None:
        _check_can_do_without(state, parameters)
        return None
    if not isinstance(state, (Task, Forking)):
        raise validation(f"State type '{state.kind}' is not supported when a mock is specified")
    if parameters.get("revealSecrets"):
        raise validation("TestState does not support RevealSecrets when a mock is specified.")
    if "result" in mock and "errorOutput" in mock:
        raise validation("A test mock should have only one of the following fields: [result, errorOutput].")
    if "errorOutput" in mock:
        return Mock(failure=_failure(state, parameters))
    if "result" not in mock:
        raise validation("A test mock should have one of the following fields: [result, errorOutput].")
    return Mock(_result(state, mock))


def _check_can_do_without(state: State, parameters: Parameters) -> None:
    """Refuse what AWS tests only with a mock."""
    if isinstance(state, Forking):
        raise ApiError(
            "InvalidDefinition",
            "TestState API does not support Map or Parallel states. Supported state types include:"
            " [Task, Wait, Pass, Succeed, Fail, Choice]",
        )
    if isinstance(state, Task) and (
        ":activity:" in state.resource or state.resource.endswith((".sync", ".sync:2", ".waitForTaskToken"))
    ):
        raise ApiError(
            "InvalidDefinition",
            "TestState API supports Activity tasks and the .sync and .waitForTaskToken service integration"
            " patterns only when a mock is specified",
        )
    for name in ("context", "stateConfiguration"):
        if name in parameters:
            raise validation(f"{name} is only supported when a mock is specified")


def _failure(state: State, parameters: Parameters) -> StateFailure:
    output = parameters["mock"]["errorOutput"]
    if output.get("error") is None:
        raise validation("The field 'error' is required when errorOutput is specified")
    origin = parameters.get("stateConfiguration", {}).get("errorCausedByState")
    if origin is not None:
        machines = state.machines if isinstance(state, Forking) else ()
        if not any(find_state(machine, origin) for machine in machines):
            raise validation(f"errorCausedByState names no state inside the state under test: '{origin}'")
    return StateFailure(output["error"], output.get("cause"))


def _result(state: State, mock: dict[str, Any]) -> Any:
    try:
        result = json.loads(mock["result"])
    except (ValueError, RecursionError):
        raise validation("Mocked result must be valid JSON") from None
    if isinstance(state, DistributedMap) and state.writer:
        if not isinstance(result, dict):
            raise validation("Mocked result must be a JSON object.")
    elif isinstance(state, Forking) and not isinstance(result, list):
        raise validation("Mocked result must be an array.")
    mode = mock.get("fieldValidationMode", "STRICT")
    if isinstance(state, Task) and mode != "NONE":
        check_mock(state.resource, result, complete=mode == "STRICT")
    return result


def _context(engine: Engine, state: State, given: Any, parameters: Parameters) -> dict[str, Any]:
    """The context object that is given, or one as an execution that AWS makes for the test would have."""
    if "context" in parameters:
        return _checked_context(_object(parameters, "context"))
    machine, name, now = str(uuid.uuid4()), str(uuid.uuid4()), format_timestamp(engine.clock.now())
    here: dict[str, Any] = {"Name": "StateName", "EnteredTime": now}
    if state.retries:
        here["RetryCount"] = parameters.get("stateConfiguration", {}).get("retrierRetryCount", 0)
    task = {"Task": {"Token": str(uuid.uuid4())}} if state.takes_token else {}
    return {
        **task,
        "Execution": {
            "Id": engine.arns.express(machine, name),
            "Input": given,
            "Name": name,
            "RoleArn": parameters.get("roleArn"),
            "StartTime": now,
        },
        "StateMachine": {"Id": engine.arns.machine(machine), "Name": machine},
        "State": here,
    }


_TEXTS: Final = {
    "Execution": ("Id", "Name", "RoleArn", "StartTime", "RedriveTime"),
    "StateMachine": ("Id", "Name"),
    "State": ("EnteredTime", "Name"),
    "Task": ("Token",),
}


def _checked_context(context: dict[str, Any]) -> dict[str, Any]:
    """Refuse a context object whose well-known members have other types than AWS's."""
    for part, names in _TEXTS.items():
        inside = context.get(part, {})
        if not isinstance(inside, dict):
            raise validation(f"Invalid Context object provided: '{part}' must be an object")
        for name in names:
            if not isinstance(inside.get(name, ""), str):
                raise validation(f"Invalid Context object provided: '{part}.{name}' must be a string")
    return context


def _object(parameters: Parameters, name: str) -> dict[str, Any]:
    """The JSON object that a member holds as text; an empty one when it is absent."""
    try:
        value = json.loads(parameters.get(name, "{}"))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise validation(f"The field '{name}' must be a JSON object")
    return value


# What is answered


Write = Callable[[Any], str]


def _writer_like(*texts: str) -> Write:
    """Writes JSON as the client does, with spaces or without: AWS hands on what it was given as it was."""
    compact = all(text == json_text(json.loads(text)) for text in texts)
    return json_text if compact else _spaced


def _spaced(value: Any) -> str:
    return storable(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _told(verdict: Verdict, write: Write) -> dict[str, Any]:
    told: dict[str, Any] = {"status": str(verdict.ending)}
    if isinstance(verdict.outcome, GoTo):
        told["output"] = write(verdict.outcome.output)
        told |= {"nextState": verdict.outcome.next} if verdict.outcome.next else {}
    if met := verdict.failure:
        told |= {
            name: said for name, said in (("error", met.error), ("cause", met.cause)) if said is not None
        }
    return told


def _inspected(trial: Trial, text: str, verdict: Verdict, write: Write) -> dict[str, Any]:
    stages = {name: value if name in _NOT_TEXTS else write(value) for name, value in verdict.stages.items()}
    assigned = verdict.outcome.assigned if isinstance(verdict.outcome, GoTo) else {}
    if variables := {**trial.variables, **assigned}:
        stages["variables"] = write(variables)
    return {"input": text, **stages}


OPERATIONS = {
    "TestState": Operation(
        test_state,
        shapes.Structure(
            {
                "definition": shapes.DEFINITION,
                "roleArn": shapes.ARN,
                "input": shapes.INPUT,
                "inspectionLevel": shapes.Text(among=("INFO", "DEBUG", "TRACE")),
                "revealSecrets": shapes.Flag(),
                "variables": shapes.INPUT,
                "stateName": shapes.NAME,
                "context": shapes.INPUT,
                "mock": shapes.Structure(
                    {
                        "result": shapes.INPUT,
                        "errorOutput": shapes.Structure(
                            {"error": shapes.Text(0, 256), "cause": shapes.Text(0, 32_768, secret=True)}
                        ),
                        "fieldValidationMode": shapes.Text(among=("STRICT", "PRESENT", "NONE")),
                    }
                ),
                "stateConfiguration": shapes.Structure(
                    {
                        "retrierRetryCount": shapes.Integer(0, 2**31 - 1),
                        "errorCausedByState": shapes.NAME,
                        "mapIterationFailureCount": shapes.Integer(0, 2**31 - 1),
                        "mapItemReaderData": shapes.INPUT,
                    }
                ),
            },
            ("definition",),
        ),
    )
}
