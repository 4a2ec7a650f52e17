"""AWS's three protocols: operations as functions behind one door each, errors in the protocol's own shape.

Sources: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html,
https://smithy.io/2.0/aws/protocols/aws-query-protocol.html,
https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import unquote
from xml.sax.saxutils import escape

from coworks.errors import CoWorksError
from coworks.local.aws.wire import AwsAnswer, AwsError

if TYPE_CHECKING:
    import re

    from coworks.local.aws.wire import AwsRequest

Told: TypeAlias = dict[str, Any]
Translate: TypeAlias = Callable[[CoWorksError], AwsError]
_OLDEST: Final = "application/x-amz-json-1.0"


def json_answer(value: Mapping[str, Any], status: int = 200, **headers: str) -> AwsAnswer:
    """An answer in JSON; `_` in the names of headers stands for `-`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    told = {"content-type": _OLDEST, "x-amzn-requestid": str(uuid.uuid4()), **named}
    return AwsAnswer(status, json.dumps(value, ensure_ascii=False).encode(), told)


def json_refusal(error: AwsError, namespace: str = "") -> AwsAnswer:
    legacy = {"x_amzn_query_error": f"{error.legacy};Sender"} if error.legacy else {}
    told = {"__type": f"{namespace}{error.code}", "message": error.message}
    return json_answer(told, error.status, x_amzn_errortype=error.code, **legacy)


class JsonApi:
    """An API in AWS JSON. An operation gets the members of the request and the address of the endpoint."""

    def __init__(
        self,
        operations: Mapping[str, Callable[[Told, str], Told]],
        translate: Translate,
        *,
        namespace: str = "",
    ) -> None:
        self._operations = operations
        self._translate = translate
        self._namespace = namespace

    def answer(self, request: AwsRequest) -> AwsAnswer:
        try:
            operation = self._operations.get(request.target[1])
            if operation is None:
                raise AwsError("UnknownOperationException", _not_here(request.target[1]))
            told = {name: value for name, value in request.json().items() if value is not None}
            return json_answer(operation(told, request.base))
        except AwsError as error:
            return json_refusal(error, self._namespace)
        except CoWorksError as error:
            return json_refusal(self._translate(error), self._namespace)


class QueryApi:
    """An API in the query protocol: parameters in a form, answers in XML.

    An operation gives the members of its result, lists and maps of texts among them; see `xml_of`.
    """

    def __init__(
        self, operations: Mapping[str, Callable[[dict[str, str]], Told]], translate: Translate, namespace: str
    ) -> None:
        self._operations = operations
        self._translate = translate
        self._namespace = namespace

    def answer(self, request: AwsRequest) -> AwsAnswer:
        form = request.form()
        name = form.get("Action", "")
        try:
            operation = self._operations.get(name)
            if operation is None:
                raise AwsError("InvalidAction", _not_here(name))
            return self._told(name, operation(form))
        except AwsError as error:
            return self._refusal(error)
        except CoWorksError as error:
            return self._refusal(self._translate(error))

    def _told(self, operation: str, members: Told) -> AwsAnswer:
        metadata = f"<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata>"
        result = f"<{operation}Result>{xml_of(members)}</{operation}Result>"
        body = f'<{operation}Response xmlns="{self._namespace}">{result}{metadata}</{operation}Response>'
        return AwsAnswer(200, body.encode(), {"content-type": "text/xml"})

    def _refusal(self, error: AwsError) -> AwsAnswer:
        told = xml_of({"Error": {"Type": "Sender", "Code": error.code, "Message": error.message}})
        body = (
            f'<ErrorResponse xmlns="{self._namespace}">{told}'
            f"<RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
        )
        return AwsAnswer(error.status, body.encode(), {"content-type": "text/xml"})


@dataclass(frozen=True, slots=True)
class Entries:
    """A map, which XML has as entries of a `key` and a `value`."""

    texts: Mapping[str, str]


def xml_of(members: Mapping[str, Any]) -> str:
    """Members as XML: a text, an object, a list (`member` elements) or `Entries`; None is left out."""
    return "".join(f"<{name}>{_content(one)}</{name}>" for name, one in members.items() if one is not None)


def _content(value: Any) -> str:
    if isinstance(value, Entries):
        return "".join(
            f"<entry><key>{escape(key)}</key><value>{escape(text)}</value></entry>"
            for key, text in value.texts.items()
        )
    if isinstance(value, list):
        return "".join(f"<member>{_content(one)}</member>" for one in value)
    return xml_of(value) if isinstance(value, dict) else escape(str(value))


@dataclass(frozen=True, slots=True)
class Route:
    """An operation of a REST API. Groups of the pattern are given to it, decoded, after the request."""

    method: str
    pattern: re.Pattern[str]
    perform: Callable[..., AwsAnswer]


class RestApi:
    """An API in REST and JSON."""

    def __init__(self, routes: tuple[Route, ...], translate: Translate) -> None:
        self._routes = routes
        self._translate = translate

    def route(self, request: AwsRequest) -> Route | None:
        """The operation that the request is for; None when it is none of this API's."""
        fitting = (
            one
            for one in self._routes
            if one.method == request.method and one.pattern.fullmatch(request.path)
        )
        return next(fitting, None)

    def answer(self, request: AwsRequest) -> AwsAnswer:
        route = self.route(request)
        try:
            found = route.pattern.fullmatch(request.path) if route else None
            if route is None or found is None:
                raise AwsError("UnknownOperationException", _not_here(request.path), status=404)
            return route.perform(request, *map(unquote, found.groups()))
        except AwsError as error:
            return rest_refusal(error)
        except CoWorksError as error:
            return rest_refusal(self._translate(error))


def rest_answer(value: Mapping[str, Any], status: int = 200) -> AwsAnswer:
    return json_answer(value, status, content_type="application/json")


def rest_refusal(error: AwsError) -> AwsAnswer:
    told = {"Type": "User", "Message": error.message, "message": error.message}
    return json_answer(told, error.status, x_amzn_errortype=error.code, content_type="application/json")


def _not_here(operation: str) -> str:
    return f"{operation or 'the request'} is not available here"
