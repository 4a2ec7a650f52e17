"""The order: the direct call of a service, by a workflow, a client or a queue.

    {"coworks": 1, "method": "POST", "path": "/send", "query": {}, "headers": {}, "body": {}}

answers `{"statusCode", "headers", "body"}` with the body as JSON value and header names in lower case.
Bytes travel in base64 both ways, told by `"isBase64Encoded": true`. What fails is raised, so that Step
Functions sees the error's class as its type and its text as the cause, and can Retry and Catch on it.
"""

from __future__ import annotations

import binascii

from coworks.tech.events.fields import from_base64, mapping, text
from coworks.tech.events.wire import checked_headers
from coworks.tech.http_errors import BadRequestError, error_for
from coworks.tech.request import Request
from coworks.tech.responses import content_of, from_json, to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from coworks.tech.dispatch import Dispatcher
    from coworks.tech.responses import Response

VERSION = 1


def answer(
    event: dict[str, Any], context: Any, dispatcher: Dispatcher, carrier: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The answer to an order. Raises the error it failed with, whatever its class.

    `carrier` is the message it came in, if any: the request has it as its `event`.
    """
    return write(dispatcher.respond(read(event, context, carrier or event)))


def order_in(value: object) -> dict[str, Any] | None:
    """The order that a message holds, as JSON text or as an object; None when it holds none."""
    if isinstance(value, str):
        try:
            value = from_json(value)
        except ValueError:
            return None
    return value if isinstance(value, dict) and "coworks" in value else None


def read(event: dict[str, Any], context: Any, carrier: dict[str, Any]) -> Request:
    """The request of an order; raises `BadRequestError` when it makes none."""
    version = event["coworks"]
    if type(version) is not int or version != VERSION:
        raise BadRequestError(
            f"an order of version {version!r}, and this service reads version {VERSION}",
            hint='send {"coworks": 1}',
        )
    path = text(event, "path")
    if "?" in path:
        raise BadRequestError("the path of an order has a ? in it", hint='put the parameters in "query"')
    body = event.get("body")
    return Request(
        text(event, "method").upper(),
        path,
        query=_query(mapping(event, "query")),
        headers=mapping(event, "headers"),
        body=from_base64(text(event, "body")) if event.get("isBase64Encoded") else body,
        event=carrier,
        context=context,
        is_order=True,
    )


def write(response: Response) -> dict[str, Any]:
    """The answer to an order; raises the error of a status of 400 and over, and `AnswerError`."""
    if response.status >= 400:
        raise response.error or error_for(response.status, _message(response.body))
    content, content_type = content_of(response.body)
    headers = {name.lower(): value for name, value in checked_headers(response).items()}
    if content_type:
        headers.setdefault("content-type", content_type)
    sent: dict[str, Any] = {"statusCode": response.status, "headers": headers, "body": response.body}
    if isinstance(content, bytes):
        sent["body"] = binascii.b2a_base64(content, newline=False).decode()
        sent["isBase64Encoded"] = True
    elif content_type and not isinstance(response.body, str):
        # Through JSON and back: the caller gets what AWS would give, and nothing the service still holds.
        sent["body"] = from_json(content)
    return sent


def _query(given: dict[str, Any]) -> dict[str, str | list[str]]:
    """The query of an order as an address would carry it; null is a parameter that is not given."""
    query: dict[str, str | list[str]] = {}
    for name, value in given.items():
        if isinstance(value, list):
            query[name] = [_parameter(name, each) for each in value]
        elif value is not None:
            query[name] = _parameter(name, value)
    return query


def _parameter(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return to_json(value)
    raise BadRequestError(
        f'the query parameter "{name}" is no text, number or boolean', hint='send it in "body"'
    )


def _message(body: Any) -> str:
    return body if isinstance(body, str) else "" if body is None else to_json(body)
