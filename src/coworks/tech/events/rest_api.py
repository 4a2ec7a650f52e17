"""API Gateway REST API (payload format 1.0, Lambda proxy integration).

The query comes decoded, the path does not; an HTTP API that is set to this format decodes the path too, and
is told by the `version` of its events. Repeated headers and parameters come in `multiValue...` beside the
plain ones, which then hold the last value only.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

from coworks.tech.auth import gateway_answer
from coworks.tech.events.fields import (
    as_written,
    headers_of,
    lists,
    mapping,
    origin_of,
    raw_body,
    text,
    texts,
    without_base,
    without_stage,
)
from coworks.tech.events.wire import wire
from coworks.tech.http_errors import HTTPError
from coworks.tech.request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from coworks.tech.dispatch import Dispatcher
    from coworks.tech.responses import Response


def answer(event: dict[str, Any], context: Any, dispatcher: Dispatcher) -> dict[str, Any]:
    try:
        request = read(event, context)
    except HTTPError as error:
        return write(dispatcher.refuse(error, origin_of(event)))
    return write(dispatcher.respond(request))


def read(event: dict[str, Any], context: Any) -> Request:
    """The request of an event; raises `HTTPError` when the event makes none."""
    about = mapping(event, "requestContext")
    path = _path(event, about)
    # Most requests have no body, and many no authorizer in front.
    body, authorizer = event.get("body"), about.get("authorizer")
    # By place: by name it would take twice the time.
    return Request(
        text(event, "httpMethod").upper(),
        as_written(path, about) if "%" in path and event.get("version") == "1.0" else path,
        _query(event),
        headers_of(event),
        "" if body is None else raw_body(event),
        event,
        context,
        gateway_answer(authorizer) if authorizer else None,
    )


def write(response: Response) -> dict[str, Any]:
    """The answer of payload format 1.0: repeated headers in `multiValueHeaders`."""
    status, headers, body, is_base64 = wire(response)
    sent: dict[str, Any] = {
        "statusCode": status,
        "headers": headers,
        "body": body,
        "isBase64Encoded": is_base64,
    }
    if response.headers and (
        several := {name: each for name, each in headers.items() if isinstance(each, list)}
    ):
        sent["headers"] = {name: value for name, value in headers.items() if name not in several}
        sent["multiValueHeaders"] = several
    return sent


def _path(event: dict[str, Any], about: dict[str, Any]) -> str:
    """The path below the stage, which AWS leaves out of `path` and some emulators do not.

    On a domain of one's own, both paths have the base path that the API is mapped to.
    """
    path = text(event, "path") or "/"
    if path != about.get("path"):
        return path
    below = without_stage(path, about.get("stage"))
    if below is not path:
        return below
    return without_base(path, event.get("resource"), mapping(event, "pathParameters"))


def _query(event: dict[str, Any]) -> dict[str, str | list[str]]:
    given = event.get("multiValueQueryStringParameters")
    if not given:
        return {**texts(event, "queryStringParameters")}
    if type(given) is not dict:
        given = mapping(event, "multiValueQueryStringParameters")
    query: dict[str, str | list[str]] = {}
    for name, values in given.items():
        # Nearly always one text; the rest is looked at with care.
        if type(values) is list and len(values) == 1 and type(values[0]) is type(name) is str:
            query[name] = values[0]
        else:
            several = lists(event, "multiValueQueryStringParameters")[name]
            query[name] = several if len(several) > 1 else several[0]
    return query
