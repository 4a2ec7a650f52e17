"""Authorisation: what `auth` is asked, what it may answer, and what its answer allows.

On AWS the API's authorizer asks the service's own Lambda, and the request then carries the answer. Where no
authorizer stands in front (a Function URL, the local server) the handler asks `auth` itself, so that a
service is guarded the same everywhere. Orders are not asked: IAM says who may invoke a function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coworks.errors import CoWorksError
from coworks.tech.grants import AuthResponse
from coworks.tech.http_errors import ForbiddenError, UnauthorizedError

if TYPE_CHECKING:
    from coworks.tech.request import Headers, Request


class AuthRequest:
    """What `auth` decides on.

    `auth_type` is "TOKEN" or "REQUEST"; `token` is the whole `Authorization` header, "" without one;
    `method_arn` is API Gateway's name of the call, None where no gateway asks. `path` is in canonical form
    (`Request.path`), so that a coded letter does not hide an address.
    """

    __slots__ = ("auth_type", "headers", "method", "method_arn", "path", "query", "token")

    def __init__(
        self,
        auth_type: str,
        token: str,
        method_arn: str | None = None,
        *,
        method: str,
        path: str,
        headers: Headers,
        query: dict[str, str | list[str]],
    ) -> None:
        self.auth_type = auth_type
        self.token = token
        self.method_arn = method_arn
        self.method = method
        self.path = path
        self.headers = headers
        self.query = query


def auth_request_of(request: Request) -> AuthRequest:
    """What the handler asks `auth` when no authorizer did."""
    headers = request.headers
    return AuthRequest(
        "REQUEST",
        headers.get("authorization", ""),
        method=request.method,
        path=request.path,
        headers=headers,
        query=request.query,
    )


def as_auth_response(answer: object) -> AuthResponse:
    """What `auth` returned, in its long form. Nothing else than an explicit yes is taken for one."""
    if isinstance(answer, AuthResponse):
        return answer
    if answer is True:
        return AuthResponse(("*",))
    if answer is False:
        return AuthResponse(())
    if isinstance(answer, (list, tuple)) and all(isinstance(route, str) for route in answer):
        return AuthResponse(answer)
    raise CoWorksError(
        f"auth returned a {type(answer).__name__}, so nothing is allowed",
        hint='return True, False, a list of routes such as ["product/*"], or an AuthResponse',
    )


def granted(answer: object, request: Request) -> AuthResponse:
    """The authorisation of a request; raises 401 when it has no credentials, 403 when they do not do."""
    response = as_auth_response(answer)
    if response.allows(request.segments):
        return response
    if "authorization" in request.headers:
        raise ForbiddenError("not allowed")
    raise UnauthorizedError("this address needs an Authorization header")


def gateway_answer(authorizer: object) -> AuthResponse | None:
    """The answer of the authorizer that let this event through, from its `requestContext.authorizer`.

    None when none stood in front. REST APIs put the context beside `principalId`; HTTP APIs put it under
    `lambda`, `jwt` or `iam`. The gateway has already compared the routes: all that arrives here is allowed.
    """
    if not isinstance(authorizer, dict) or not authorizer:
        return None
    inner = authorizer.get("lambda")
    context = inner if isinstance(inner, dict) else authorizer
    return AuthResponse(("*",), str(authorizer.get("principalId", "user")), context)
