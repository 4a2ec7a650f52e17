"""API Gateway HTTP API (payload format 2.0) and Lambda Function URL, which send the same event.

The path is decoded once: a Function URL sends it as it was written, an HTTP API has decoded it already, so
that a coded slash is a separator there, and a coded ? ends the path. AWS does not tell of the difference; it
was seen in events captured on AWS (https://github.com/hotsock/voker/pull/8).

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

from coworks.tech.auth import gateway_answer
from coworks.tech.events.fields import (
    as_written,
    mapping,
    origin_of,
    raw_body,
    text,
    without_base,
    without_stage,
)
from coworks.tech.events.wire import wire
from coworks.tech.http_errors import HTTPError
from coworks.tech.percent import parse_query
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
    raw_query = text(event, "rawQueryString", "")
    path = text(event, "rawPath") or "/"
    stage = about.get("stage")
    below = path if stage == "$default" and "pathParameters" not in event else _below(path, stage, event)
    # By place: by name it would take twice the time.
    return Request(
        text(mapping(about, "http"), "method").upper(),
        as_written(below, about) if "%" in below else below,
        parse_query(raw_query) if raw_query else {},
        _headers(event),
        raw_body(event),
        event,
        context,
        gateway_answer(about.get("authorizer")),
    )


def write(response: Response) -> dict[str, Any]:
    """The answer of payload format 2.0: cookies apart, other repeated headers joined by commas."""
    status, headers, body, is_base64 = wire(response)
    sent: dict[str, Any] = {
        "statusCode": status,
        "headers": headers,
        "body": body,
        "isBase64Encoded": is_base64,
    }
    for name, value in list(headers.items()):
        if name.lower() == "set-cookie":
            sent["cookies"] = value if isinstance(value, list) else [value]
            del headers[name]
        elif isinstance(value, list):
            headers[name] = ", ".join(value)
    return sent


def _below(path: str, stage: object, event: dict[str, Any]) -> str:
    """The path below the stage or, on a domain of one's own, below what the API is mapped to."""
    below = without_stage(path, stage)
    if below is not path or "pathParameters" not in event:
        return below
    resource = text(event, "routeKey", "").partition(" ")[2]
    return without_base(path, resource, mapping(event, "pathParameters"))


def _headers(event: dict[str, Any]) -> dict[str, Any]:
    headers = mapping(event, "headers")
    return {**headers, "cookie": event["cookies"]} if event.get("cookies") else headers
