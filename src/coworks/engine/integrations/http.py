"""`arn:aws:states:::http:invoke`: a call to any HTTP endpoint.

On AWS an EventBridge connection holds the credentials. Here it is the variable `CWS_CONNECTION_NAME` of the
environment, for the connection of that name: a JSON object of `headers`, `query` and `body`, which are added
to those of the call.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
"""

from __future__ import annotations

import json
import os
import re
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from coworks.engine.integrations.members import parsed
from coworks.engine.json_text import json_text
from coworks.engine.tasks import TaskError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http.client import HTTPResponse

LONGEST: Final = 60
"""Seconds that a call may take, as on AWS."""

_NO_WORD = re.compile(r"\W+")


class HttpInvoke:
    """See the module; `environment` holds the connections."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment

    def call(self, arguments: Any) -> Any:
        given = arguments if isinstance(arguments, dict) else {}
        request = _request(given, self._connection(given))
        try:
            with _OPENER.open(request, timeout=LONGEST) as response:
                return _answered(response)
        except urllib.error.HTTPError as error:
            with error:
                body = error.read().decode(errors="replace")
            raise TaskError(f"States.Http.StatusCode.{error.code}", body) from error
        except (OSError, ValueError) as error:
            raise TaskError("States.Http.Socket", str(error)) from error

    def _connection(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What the connection adds. Raises `TaskError` when there is none, with how to set it."""
        holder = arguments.get("Authentication") or arguments.get("InvocationConfig") or {}
        arn = holder.get("ConnectionArn") if isinstance(holder, dict) else None
        if not isinstance(arn, str) or not arn:
            raise TaskError("States.Runtime", "The field 'Authentication.ConnectionArn' is required.")
        name = arn.partition(":connection/")[2].partition("/")[0] or arn
        variable = f"CWS_CONNECTION_{_NO_WORD.sub('_', name).upper()}"
        told = parsed(self._environment.get(variable, ""))
        if not isinstance(told, dict):
            raise TaskError(
                "States.Runtime",
                f"The connection '{name}' is not known here: set {variable} to a JSON object such as"
                ' {"headers": {"Authorization": "Bearer ..."}}, or to {} when none is needed.',
            )
        return told


def _request(given: Mapping[str, Any], connection: Mapping[str, Any]) -> urllib.request.Request:
    url = str(given.get("ApiEndpoint", ""))
    if urlsplit(url).scheme not in {"http", "https"}:
        raise TaskError("States.Runtime", f"The field 'ApiEndpoint' must be an HTTP address, not '{url}'.")
    query = urlencode({**_object(given, "QueryParameters"), **_object(connection, "query")}, doseq=True)
    headers = {"Content-Type": "application/json", **_object(given, "Headers")}
    body = _with_connection(given.get("RequestBody"), connection.get("body"))
    data = None if body is None else _encoded(body, given, headers)
    joined = f"{url}{'&' if '?' in url else '?'}{query}" if query else url
    return urllib.request.Request(  # noqa: S310 - the scheme is checked above
        joined,
        data,
        {name: str(value) for name, value in {**headers, **_object(connection, "headers")}.items()},
        method=str(given.get("Method", "GET")),
    )


def _with_connection(body: Any, added: Any) -> Any:
    return {**(body or {}), **added} if isinstance(added, dict) and isinstance(body or {}, dict) else body


def _encoded(body: Any, given: Mapping[str, Any], headers: dict[str, Any]) -> bytes:
    transform = _object(given, "Transform")
    if transform.get("RequestBodyEncoding") == "URL_ENCODED" and isinstance(body, dict):
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return urlencode(body, doseq=True).encode()
    return (body if isinstance(body, str) else json_text(body)).encode()


def _object(holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def _answered(response: HTTPResponse) -> dict[str, Any]:
    headers: dict[str, list[str]] = {}
    for name, value in response.headers.items():
        headers.setdefault(name.lower(), []).append(value)
    body = response.read().decode(errors="replace")
    return {
        "Headers": headers,
        "ResponseBody": json.loads(body) if _is_json(headers, body) else body,
        "StatusCode": response.status,
        "StatusText": response.reason,
    }


def _is_json(headers: Mapping[str, list[str]], body: str) -> bool:
    return "json" in headers.get("content-type", [""])[0] and not isinstance(parsed(body), str)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer: what the connection adds must not go elsewhere."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)
