"""HTTP requests as the events that API Gateway sends to a Lambda, and its answers as HTTP again.

The payload format is 2.0 of HTTP APIs, so a service meets here what it meets on AWS.
Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import itertools
import json
import secrets
import time
import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from starlette.responses import Response

from coworks.local.calls import function_arn
from coworks.tech.percent import parse_query
from coworks.tech.request import Request as Asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

REMAINING_MILLISECONDS = 29_000
"""What API Gateway leaves a service: 29 seconds."""


LARGEST_PAYLOAD: Final = 6_291_556
"""Bytes of an event, and of an answer: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

_LONGEST_ESCAPE: Final = 6


# Ids of requests are opaque, and need only differ: a number is made in no time.
_OF_THIS_PROCESS: Final = secrets.token_hex(8)
_NUMBERS: Final = itertools.count(1)


class LambdaContext:
    """The context of a Lambda call, as far as it means something on one machine.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    def __init__(self, function_name: str) -> None:
        self.function_name = function_name
        self.function_version = "$LATEST"
        self.invoked_function_arn = function_arn(function_name)
        self.memory_limit_in_mb = "128"
        self.log_group_name = f"/aws/lambda/{function_name}"
        self.log_stream_name = "local"
        self._ends = time.monotonic() + REMAINING_MILLISECONDS / 1000

    @cached_property
    def aws_request_id(self) -> str:
        """Made when it is asked for: most calls do not."""
        return str(uuid.uuid4())

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._ends - time.monotonic()) * 1000))


def event_of(request: Request, path: str, body: bytes, service: str) -> dict[str, Any]:
    """The event of a request. `path` is raw (percent-encoded) and without the service's prefix."""
    headers = _headers(request)
    text, encoded = _body(body)
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": request.url.query,
        "headers": headers,
        "requestContext": _request_context(request, path, headers, service),
        "isBase64Encoded": encoded,
    }
    if cookies := request.headers.get("cookie"):
        event["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
    if body:
        event["body"] = text
    return event


def is_too_large(event: Mapping[str, Any], body: bytes) -> bool:
    """Whether Lambda would refuse the event of a request with this body."""
    if len(body) * _LONGEST_ESCAPE < LARGEST_PAYLOAD - 100_000:
        return False
    return len(json.dumps(event, ensure_ascii=False).encode()) > LARGEST_PAYLOAD


def asked_of(request: Request, path: str, body: bytes) -> Asked:
    """The request as services know one, for what is asked here without an event. Raises `HTTPError`."""
    return Asked(
        request.method, path, query=parse_query(request.url.query), headers=_headers(request), body=body
    )


def _headers(request: Request) -> dict[str, str]:
    """Lower-case names, repeated ones joined by commas, cookies apart: as payload 2.0 has them."""
    joined: dict[str, str] = {}
    for name, value in request.headers.items():
        if name != "cookie":
            joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _body(body: bytes) -> tuple[str, bool]:
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True


def _request_context(request: Request, path: str, headers: Mapping[str, str], service: str) -> dict[str, Any]:
    now = time.time()
    return {
        "accountId": "000000000000",
        "apiId": service,
        "domainName": headers.get("host", "localhost"),
        "domainPrefix": service,
        "http": {
            "method": request.method,
            "path": unquote(path),
            "protocol": f"HTTP/{request.scope['http_version']}",
            "sourceIp": request.client.host if request.client else "127.0.0.1",
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": f"{_OF_THIS_PROCESS}{next(_NUMBERS):x}",
        "routeKey": "$default",
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }


def size_of(answer: Mapping[str, Any]) -> int:
    """Bytes of the body of a Lambda's answer, as it is sent: in base64 when it is no text."""
    return len((answer.get("body") or "").encode())


def response_of(answer: Mapping[str, Any]) -> Response:
    """The HTTP answer that a Lambda's answer stands for."""
    body = answer.get("body") or ""
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    response = Response(content, answer["statusCode"])
    for name, value in (answer.get("headers") or {}).items():
        response.headers[name] = str(value)
    for cookie in answer.get("cookies") or ():
        response.headers.append("set-cookie", cookie)
    return response
