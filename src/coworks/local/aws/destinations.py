"""Lambda's operations on how asynchronous calls are made.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Protocol

from coworks.local.aws.asynchronous import LONGEST_AGE
from coworks.local.aws.members import Members
from coworks.local.aws.protocols import Route, rest_answer
from coworks.local.aws.targets import target_of
from coworks.local.aws.wire import AwsAnswer, AwsError

if TYPE_CHECKING:
    from coworks.local.aws.asynchronous import AsynchronousCalls
    from coworks.local.aws.wire import AwsRequest

_INVALID: Final = "InvalidParameterValueException"
_MEMBERS: Final = Members(_INVALID, _INVALID)
_PATH: Final = "/2019-09-25/functions/([^/]+)/event-invoke-config"
_WHEN: Final = ("OnSuccess", "OnFailure")


class Names(Protocol):
    """Tells the service of a function's name or ARN. Raises `AwsError`."""

    def name_of(self, function: str) -> str: ...


class Destinations:
    """The operations."""

    def __init__(self, names: Names, calls: AsynchronousCalls) -> None:
        self._names = names
        self._calls = calls

    def routes(self) -> tuple[Route, ...]:
        path = re.compile(_PATH)
        return (
            Route("PUT", path, self._put),
            Route("POST", path, self._update),
            Route("GET", path, self._get),
            Route("DELETE", path, self._delete),
            Route("GET", re.compile(f"{_PATH}/list"), self._list),
        )

    def _put(self, request: AwsRequest, function: str) -> AwsAnswer:
        return self._configure(self._names.name_of(function), _read(request))

    def _update(self, request: AwsRequest, function: str) -> AwsAnswer:
        """What is not told stays as it is."""
        name = self._names.name_of(function)
        return self._configure(name, {**(self._calls.configuration(name) or {}), **_read(request)})

    def _configure(self, name: str, told: dict[str, Any]) -> AwsAnswer:
        return rest_answer(self._calls.configure(name, told))

    def _get(self, request: AwsRequest, function: str) -> AwsAnswer:
        return rest_answer(self._known(function))

    def _delete(self, request: AwsRequest, function: str) -> AwsAnswer:
        self._known(function)
        self._calls.forget(self._names.name_of(function))
        return AwsAnswer(204, b"")

    def _list(self, request: AwsRequest, function: str) -> AwsAnswer:
        found = self._calls.configuration(self._names.name_of(function))
        return rest_answer({"FunctionEventInvokeConfigs": [found] if found else []})

    def _known(self, function: str) -> dict[str, Any]:
        name = self._names.name_of(function)
        found = self._calls.configuration(name)
        if found is None:
            said = f"The function {name} doesn't have an EventInvokeConfig"
            raise AwsError("ResourceNotFoundException", said, status=404)
        return found


def _read(request: AwsRequest) -> dict[str, Any]:
    """The members of a request that are told. Raises `AwsError`."""
    told = request.json()
    found: dict[str, Any] = {}
    for name, least, most in (("MaximumRetryAttempts", 0, 2), ("MaximumEventAgeInSeconds", 60, LONGEST_AGE)):
        if told.get(name) is not None:
            found[name] = _MEMBERS.number(told, name, least, most, most)
    destinations = _MEMBERS.table(told, "DestinationConfig")
    for when in _WHEN:
        if arn := _MEMBERS.optional_text(_MEMBERS.table(destinations, when), "Destination"):
            _check_destination(arn)
    return found | ({"DestinationConfig": destinations} if destinations else {})


def _check_destination(arn: str) -> None:
    kind, name = target_of(arn, _INVALID)
    if kind == "workflow" or name.endswith(".fifo"):
        raise AwsError(_INVALID, f"{arn} can be no destination: it is a queue, a topic or a function")
