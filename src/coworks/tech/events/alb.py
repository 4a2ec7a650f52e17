"""Application Load Balancer, with or without multi-value headers.

Path and query come as they were written, coded; a stage there is none. A target group that is set to
multi-value headers sends and takes `multiValueHeaders`, the others send and take `headers`.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

from __future__ import annotations

from coworks.tech.events.fields import headers_of, lists, origin_of, raw_body, text, texts
from coworks.tech.events.wire import wire
from coworks.tech.http_errors import HTTPError, title_of
from coworks.tech.percent import add_value, percent_decode
from coworks.tech.request import Headers, Request
from coworks.tech.responses import Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from coworks.tech.dispatch import Dispatcher

_HEALTH_CHECKER = "ELB-HealthChecker/"
_COOKIE = "setcookie"
# RFC 9110 section 15; those of errors are in `title_of`.
_REASONS = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "No Content",
    206: "Partial Content",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
}


def answer(event: dict[str, Any], context: Any, dispatcher: Dispatcher) -> dict[str, Any]:
    several = isinstance(event.get("multiValueHeaders"), dict)
    try:
        request = read(event, context)
        if _is_health_check(request) and not dispatcher.is_public(request):
            # It carries no token: an address that is nobody's or guarded tells that the function runs.
            return write(Response("healthy"), several)
    except HTTPError as error:
        return write(dispatcher.refuse(error, origin_of(event)), several)
    return write(dispatcher.respond(request), several)


def read(event: dict[str, Any], context: Any) -> Request:
    """The request of an event; raises `HTTPError` when the event makes none."""
    # By place: by name it would take twice the time.
    return Request(
        text(event, "httpMethod").upper(),
        text(event, "path") or "/",
        _query(event),
        headers_of(event),
        raw_body(event),
        event,
        context,
    )


def write(response: Response, several: bool) -> dict[str, Any]:
    """The answer that a load balancer takes; `several` when its target group has multi-value headers."""
    status, headers, body, is_base64 = wire(response)
    sent: dict[str, Any] = {
        "statusCode": status,
        "statusDescription": f"{status} {_REASONS.get(status) or _title(status)}",
        "body": body,
        "isBase64Encoded": is_base64,
    }
    if several:
        sent["multiValueHeaders"] = {
            name: value if isinstance(value, list) else [value] for name, value in headers.items()
        }
    else:
        sent["headers"] = _single(headers)
    return sent


def _title(status: int) -> str:
    return title_of(status) if status >= 400 else "Redirection" if status >= 300 else "Success"


def _single(headers: dict[str, str | list[str]]) -> dict[str, str]:
    """One value a header: repeated ones joined by commas, and cookies told apart by the case of the name."""
    single: dict[str, str] = {}
    for name, value in headers.items():
        if not isinstance(value, list):
            single[name] = value
        elif name.lower() == "set-cookie":
            single |= {_cookie_name(number): cookie for number, cookie in enumerate(value)}
        else:
            single[name] = ", ".join(value)
    return single


def _cookie_name(number: int) -> str:
    """`set-cookie` in the spelling of this number: JSON knows many, HTTP one."""
    letters = "".join(
        letter.upper() if number >> place & 1 else letter for place, letter in enumerate(_COOKIE)
    )
    return f"{letters[:3]}-{letters[3:]}"


def _query(event: dict[str, Any]) -> dict[str, str | list[str]]:
    query: dict[str, str | list[str]] = {}
    given = lists(event, "multiValueQueryStringParameters")
    for name, values in (given or texts(event, "queryStringParameters")).items():
        for value in [values] if isinstance(values, str) else values:
            add_value(query, _decoded(name), _decoded(value))
    return query


def _decoded(text: str) -> str:
    return percent_decode(text.replace("+", " "))


def _is_health_check(request: Request) -> bool:
    headers: Headers = request.headers
    agent: str = headers.get("user-agent", "")
    return agent.startswith(_HEALTH_CHECKER)
