"""Lambda in front of the services: each is a function of its name.

An asynchronous call is a delivery of the bus: on disk when it is accepted, made again after one minute and
after two more when it fails, and then given up, where people see it (asynchronous.py, destinations.py).

Sources: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html,
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.functions import service_named
from coworks.errors import did_you_mean
from coworks.local.aws.destinations import Destinations
from coworks.local.aws.failures import failure_of
from coworks.local.aws.log_tail import log_tail
from coworks.local.aws.protocols import RestApi, Route, rest_answer
from coworks.local.aws.wire import AwsAnswer, AwsError
from coworks.local.calls import function_arn

if TYPE_CHECKING:
    from coworks.errors import CoWorksError
    from coworks.local.aws.asynchronous import AsynchronousCalls
    from coworks.local.aws.wire import AwsRequest
    from coworks.local.bus import Bus
    from coworks.local.invoker import Services

_FUNCTIONS: Final = "/2015-03-31/functions"
_LARGEST: Final = 6 * 1024 * 1024
_LARGEST_EVENT: Final = 1024 * 1024


def functions_api(services: Services, bus: Bus, calls: AsynchronousCalls) -> RestApi:
    """The API of the functions: they are called and told of, not made."""
    functions = Functions(services, bus)
    destinations = Destinations(functions, calls)
    routes = (
        Route("POST", re.compile(f"{_FUNCTIONS}/([^/]+)/invocations"), functions.invoke),
        Route("GET", re.compile(f"{_FUNCTIONS}/?"), functions.list),
        Route("GET", re.compile(f"{_FUNCTIONS}/([^/]+)"), functions.get),
        Route("GET", re.compile(f"{_FUNCTIONS}/([^/]+)/configuration"), functions.configuration),
    )
    return RestApi((*routes, *destinations.routes()), _refused)


class Functions:
    """The services as functions."""

    def __init__(self, services: Services, bus: Bus) -> None:
        self._services = services
        self._bus = bus

    def invoke(self, request: AwsRequest, function: str) -> AwsAnswer:
        name, event = self.name_of(function), _event(request.body)
        kind = request.headers.get("x-amz-invocation-type", "RequestResponse")
        if kind == "DryRun":
            return AwsAnswer(204, b"", _headers())
        if kind == "Event":
            return self._call_later(name, event, len(request.body))
        if kind != "RequestResponse":
            said = f"Value '{kind}' at 'invocationType' must be one of RequestResponse, Event, DryRun"
            raise AwsError("InvalidParameterValueException", said)
        if request.headers.get("x-amz-log-type") == "Tail":
            return self._call_with_log(name, event)
        return self._call_now(name, event, str(uuid.uuid4()))

    def list(self, request: AwsRequest) -> AwsAnswer:
        return rest_answer({"Functions": [_configuration(name) for name in self._services.names]})

    def get(self, request: AwsRequest, function: str) -> AwsAnswer:
        configuration = _configuration(self.name_of(function))
        return rest_answer({"Configuration": configuration, "Tags": {}})

    def configuration(self, request: AwsRequest, function: str) -> AwsAnswer:
        return rest_answer(_configuration(self.name_of(function)))

    def name_of(self, function: str) -> str:
        """The service of a function's name or ARN. Raises `AwsError` when there is none."""
        name = service_named(function)
        if name not in self._services.names:
            hint = did_you_mean(name, self._services.names)
            said = f"Function not found: {function_arn(name)}{f' ({hint})' if hint else ''}"
            raise AwsError("ResourceNotFoundException", said, status=404)
        return name

    def _call_later(self, name: str, event: Any, size: int) -> AwsAnswer:
        if size > _LARGEST_EVENT:
            said = f"an event of an asynchronous call has up to {_LARGEST_EVENT} bytes"
            raise AwsError("RequestTooLargeException", said, status=413)
        return AwsAnswer(202, b"", _headers(self._bus.call(name, event)))

    def _call_now(self, name: str, event: Any, identity: str) -> AwsAnswer:
        headers = _headers(identity) | {"x-amz-executed-version": "$LATEST"}
        try:
            told = self._services.call(name, event)
        except Exception as error:  # noqa: BLE001 - a service may raise whatever it wants
            told = failure_of(error)
            headers["x-amz-function-error"] = "Unhandled"
        return AwsAnswer(200, json.dumps(told, ensure_ascii=False).encode(), headers)

    def _call_with_log(self, name: str, event: Any) -> AwsAnswer:
        identity = str(uuid.uuid4())
        with log_tail(identity) as tail:
            answer = self._call_now(name, event, identity)
        log = base64.b64encode(tail.text()).decode()
        return replace(answer, headers={**answer.headers, "x-amz-log-result": log})


def _configuration(name: str) -> dict[str, Any]:
    return {
        "FunctionName": name,
        "FunctionArn": function_arn(name),
        "Version": "$LATEST",
        "PackageType": "Zip",
        "State": "Active",
        "LastUpdateStatus": "Successful",
    }


def _event(body: bytes) -> Any:
    if len(body) > _LARGEST:
        raise AwsError("RequestTooLargeException", f"a payload has up to {_LARGEST} bytes", status=413)
    try:
        return json.loads(body or b"{}")
    except ValueError as error:
        said = f"Could not parse request body into json: {error}"
        raise AwsError("InvalidRequestContentException", said) from None


def _headers(identity: str | None = None) -> dict[str, str]:
    return {"content-type": "application/json", "x-amzn-requestid": identity or str(uuid.uuid4())}


def _refused(error: CoWorksError) -> AwsError:
    return AwsError("ServiceException", error.explain(), status=500)
