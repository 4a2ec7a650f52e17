"""Lambda authorizers: API Gateway asks who may call, and `auth` says it.

| asked by | with | answered by |
|---|---|---|
| REST API | TOKEN or REQUEST | an IAM policy |
| HTTP API | REQUEST, payload 1.0 | an IAM policy |
| HTTP API | REQUEST, payload 2.0 | `{"isAuthorized": ..., "context": ...}` (simple responses enabled) |

A gateway keeps a policy for the next calls of the same token, so it holds all that `auth` allows, not only
what was asked. Where it allows more than `auth` did (its `*` passes slashes), or where a simple answer is
kept for another address, the handler refuses: the routes travel to it in the context. See `auth.py`.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from __future__ import annotations

import logging

from coworks.tech.auth import auth_request_of, carried_context
from coworks.tech.events import http_api, rest_api
from coworks.tech.events.fields import text
from coworks.tech.grants import AuthResponse
from coworks.tech.http_errors import BadRequestError, HTTPError, InternalServerError, UnauthorizedError
from coworks.tech.percent import percent_encode
from coworks.tech.problems import problem
from coworks.tech.request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from coworks.tech.auth import AuthRequest
    from coworks.tech.dispatch import Dispatcher

log = logging.getLogger("coworks.tech")

# What a policy reads as more than itself.
_WILD = frozenset("*?$")


def answer_simply(event: dict[str, Any], context: Any, dispatcher: Dispatcher) -> dict[str, Any]:
    """Whether this one call is allowed, for an HTTP API. Raises `InternalServerError` when `auth` fails."""
    try:
        request = http_api.read(event, context)
        asked = auth_request_of(request, "REQUEST", event.get("routeArn"))
    except HTTPError:
        return _simple(None)
    if dispatcher.is_public(request):
        return _simple(AuthResponse(()))
    try:
        response = _decision(request, asked, dispatcher)
    except UnauthorizedError:
        return _simple(None)
    return _simple(response if response.allows(request.segments) else None)


def answer_policy(event: dict[str, Any], context: Any, dispatcher: Dispatcher) -> dict[str, Any]:
    """All that the caller is allowed, for a REST API.

    Raises `UnauthorizedError("Unauthorized")`, which the gateway answers by 401, when `auth` raised it, and
    `InternalServerError` when `auth` fails.
    """
    stage = ""
    try:
        arn = text(event, "methodArn")
        stage, method, path = _parts(arn)
        request = _request(event, context, method, path)
        asked = auth_request_of(request, event["type"], arn)
    except HTTPError:
        return _policy("Deny", [f"{stage}/*" if stage else "*"])
    response = _response(request, asked, dispatcher)
    resources = _resources(stage, response, dispatcher)
    if response.allows(request.segments) and _WILD.isdisjoint(arn.removeprefix(stage)):
        # The address as it was written, which may be another spelling of one that is allowed.
        resources.append(arn)
    if not resources:
        return _policy("Deny", [f"{stage}/*"], response.principal_id)
    allowed = _policy("Allow", list(dict.fromkeys(resources)), response.principal_id)
    return {**allowed, "context": carried_context(response)}


def _parts(arn: str) -> tuple[str, str, str]:
    """The stage, method and path of `arn:aws:execute-api:region:account:api/stage/GET/path`."""
    api, _, rest = arn.partition("/")
    stage, _, rest = rest.partition("/")
    method, _, path = rest.partition("/")
    if ":execute-api:" not in api or not stage or not method:
        raise BadRequestError("methodArn in the event is not that of a method")
    return f"{api}/{stage}", method, f"/{path}"


def _request(event: dict[str, Any], context: Any, method: str, path: str) -> Request:
    if event["type"] == "REQUEST":
        return rest_api.read(event, context)
    headers = {"authorization": text(event, "authorizationToken", "")}
    return Request(method, path, headers=headers, event=event, context=context)


def _response(request: Request, asked: AuthRequest, dispatcher: Dispatcher) -> AuthResponse:
    try:
        return _decision(request, asked, dispatcher)
    except UnauthorizedError:
        if dispatcher.is_public(request):
            return AuthResponse(())
        raise


def _decision(request: Request, asked: AuthRequest, dispatcher: Dispatcher) -> AuthResponse:
    """What `auth` says; a refusal that it raises allows nothing."""
    try:
        return dispatcher.authorise(request, asked)
    except Exception as error:
        status = problem(error).status
        if status == 401:
            # The text is a word of API Gateway's: it alone makes a 401.
            raise UnauthorizedError("Unauthorized") from None
        if status < 500:
            return AuthResponse(())
        log.error("auth failed", exc_info=error)
        raise InternalServerError("auth failed; the log of the service says why") from None


def _simple(response: AuthResponse | None) -> dict[str, Any]:
    if response is None:
        return {"isAuthorized": False, "context": {}}
    context = {"principalId": response.principal_id, **carried_context(response)}
    return {"isAuthorized": True, "context": context}


def _policy(effect: str, resources: list[str], principal_id: str = "user") -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resources}
    return {
        "principalId": principal_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
    }


def _resources(stage: str, response: AuthResponse, dispatcher: Dispatcher) -> list[str]:
    """The routes of an authorisation and the public entries, as a policy names them."""
    if any(route.strip("/") == "*" for route in response.routes):
        return [f"{stage}/*"]
    resources = [f"{stage}/*/{_pattern(route)}" for route in response.routes]
    for entry in dispatcher.entries:
        if entry.public:
            methods = (*entry.methods, *(["HEAD"] if "GET" in entry.methods else []))
            resources += [f"{stage}/{method}/{_pattern(_starred(entry.path))}" for method in methods]
    if dispatcher.cors is not None:
        resources.append(f"{stage}/OPTIONS/*")
    return resources


def _starred(template: str) -> str:
    return "/".join("*" if part[:1] == "{" else part for part in template.split("/"))


def _pattern(route: str) -> str:
    return "/".join(percent_encode(part) for part in route.split("/") if part)
