"""What a task calls: the caller's side of a call, how it goes, and its failures.

The engine knows nothing of services: it is given `invoke(resource, arguments)` and tells the history how
it went. `lambda_invoker` makes one for functions: a name to a Python callable.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
"""

from __future__ import annotations

import json
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coworks.engine.json_text import json_text
from coworks.engine.resources import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.asl import Call

Invoke = Callable[[str, Any], Any]
"""Calls a resource with arguments (a JSON value) and gives its answer (a JSON value).

Raises `TaskError` for a failure with an error name and a cause of its own; any other exception fails the
task under the name of its class."""

LAMBDA_INVOKE = "arn:aws:states:::lambda:invoke"


class TaskError(Exception):
    """A task failed, with Step Functions' two words about it."""

    def __init__(self, error: str, cause: str | None = None) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause

    @classmethod
    def of(cls, error: BaseException) -> TaskError:
        return error if isinstance(error, TaskError) else cls(type(error).__name__, str(error))


@dataclass(frozen=True, slots=True)
class ActivityTask:
    """What a worker gets to do: the input is JSON text, the token is for the answer."""

    token: str
    input: str


@dataclass(frozen=True, slots=True)
class Done:
    """Whoever has a task's token says: it is done, with this result."""

    result: Any


@dataclass(frozen=True, slots=True)
class Broken:
    """Whoever has a task's token says: it failed."""

    error: str | None
    cause: str | None


@dataclass(frozen=True, slots=True)
class Beat:
    """Whoever has a task's token says: it is under way."""


Report = Done | Broken | Beat


def made(invoke: Invoke, call: Call) -> Any:
    """What a call's resource answers. Values travel as JSON, as they would on AWS."""
    resource = Resource(call.resource)
    if resource.pattern not in {"", "waitForTaskToken"}:
        raise TaskError(
            "States.Runtime",
            f"The end of {resource.called} cannot be waited for here: .{resource.pattern} is there for"
            " states:startExecution only. Call it without, and poll, or use .waitForTaskToken.",
        )
    return json.loads(json_text(invoke(resource.called, json.loads(json_text(call.arguments)))))


def sdk_metadata(headers: Mapping[str, str], status: int, request: str) -> dict[str, Any]:
    """What the answers of optimised integrations tell of their HTTP call."""
    return {
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in headers.items()},
            "HttpHeaders": dict(headers),
            "HttpStatusCode": status,
        },
        "SdkResponseMetadata": {"RequestId": request},
    }


def lambda_invoker(call: Callable[[str, Any], Any]) -> Invoke:
    """An `Invoke` for functions; `call(function, payload)` runs one, named as the state names it.

    `arn:aws:states:::lambda:invoke` names it in its arguments and answers with Lambda's own response around
    the payload; the ARN of a function, the older form, takes and gives the payload itself. A function that
    raises fails the task as Lambda does: the class is the error, and the cause is Lambda's JSON about it
    (https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html).
    """

    def invoke(resource: str, arguments: Any) -> Any:
        if Resource(resource).is_function:
            return _run(call, resource, arguments)
        if resource != LAMBDA_INVOKE:
            raise TaskError("States.Runtime", f"The resource {resource} is not available here.")
        try:
            payload = _run(call, arguments["FunctionName"], _payload(arguments.get("Payload")))
        except TaskError as error:
            raise TaskError(error.error, _compact(error.cause)) from error
        return {"ExecutedVersion": "$LATEST", "Payload": payload, "StatusCode": 200}

    return invoke


def _run(call: Callable[[str, Any], Any], function: str, payload: Any) -> Any:
    try:
        return call(function, payload)
    except TaskError:
        raise
    except Exception as error:
        raise TaskError(type(error).__name__, _lambda_cause(error)) from error


def _payload(given: Any) -> Any:
    """The payload of `lambda:invoke`: a text is the JSON text that Lambda gets, nothing an empty object."""
    if not isinstance(given, str):
        return {} if given is None else given
    try:
        return json.loads(given)
    except ValueError:
        return given


def _lambda_cause(error: Exception) -> str:
    told = {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": str(uuid.uuid4()),
        "stackTrace": traceback.format_tb(error.__traceback__)[1:],
    }
    return json.dumps(told)


def _compact(cause: str | None) -> str | None:
    """Lambda's JSON as `lambda:invoke` tells it, without the spaces."""
    try:
        return cause and json.dumps(json.loads(cause), separators=(",", ":"), ensure_ascii=False)
    except ValueError:
        return cause
