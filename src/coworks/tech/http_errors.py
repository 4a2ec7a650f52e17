"""The errors an entry raises to answer with a status: Chalice's names, one class a status.

Raised in an entry, a hook or `auth`, they become `application/problem+json` (RFC 9457); in an order they are
raised to the caller, so that Step Functions sees their class name. Subclass them to name your own errors:

    class NoSuchMailError(NotFoundError):
        title = "No such mail"
"""

from __future__ import annotations

from coworks.errors import CoWorksError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class HTTPError(CoWorksError):
    """An error that answers with `status`.

    `message` is the detail told to the caller; `extra` becomes further members of the problem; `headers` are
    sent with the answer. `HTTPError("short and stout", status=418)` serves the statuses without a class.
    """

    status: int = 500
    title: str = "Internal Server Error"

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        hint: str | None = None,
        headers: Mapping[str, str] | None = None,
        **extra: object,
    ) -> None:
        if status is not None and status != self.status:
            self.status = status
            self.title = title_of(status)
        super().__init__(message or self.title, hint=hint)
        self.headers = dict(headers or {})
        self.extra = extra


class BadRequestError(HTTPError):
    status = 400
    title = "Bad Request"


class UnauthorizedError(HTTPError):
    """Says who you are first. Without a `WWW-Authenticate` header of its own it asks for `Bearer`."""

    status = 401
    title = "Unauthorized"


class ForbiddenError(HTTPError):
    status = 403
    title = "Forbidden"


class NotFoundError(HTTPError):
    status = 404
    title = "Not Found"


class MethodNotAllowedError(HTTPError):
    status = 405
    title = "Method Not Allowed"


class RequestTimeoutError(HTTPError):
    status = 408
    title = "Request Timeout"


class ConflictError(HTTPError):
    status = 409
    title = "Conflict"


class PayloadTooLargeError(HTTPError):
    status = 413
    title = "Content Too Large"


class UnsupportedMediaTypeError(HTTPError):
    status = 415
    title = "Unsupported Media Type"


class UnprocessableEntityError(HTTPError):
    status = 422
    title = "Unprocessable Content"


class TooManyRequestsError(HTTPError):
    status = 429
    title = "Too Many Requests"


class InternalServerError(HTTPError):
    status = 500
    title = "Internal Server Error"


class BadGatewayError(HTTPError):
    status = 502
    title = "Bad Gateway"


class ServiceUnavailableError(HTTPError):
    status = 503
    title = "Service Unavailable"


class GatewayTimeoutError(HTTPError):
    status = 504
    title = "Gateway Timeout"


def title_of(status: int) -> str:
    """The name of a status: RFC 9110's for those with a class, else what its first digit says."""
    if known := ERROR_OF_STATUS.get(status):
        return known.title
    return "Client Error" if status < 500 else "Server Error"


def error_for(status: int, message: str) -> HTTPError:
    """The error of the class of this status, `HTTPError` itself when it has none."""
    return ERROR_OF_STATUS.get(status, HTTPError)(message, status=status)


ERROR_OF_STATUS: dict[int, type[HTTPError]] = {
    error.status: error
    for error in (
        BadRequestError,
        UnauthorizedError,
        ForbiddenError,
        NotFoundError,
        MethodNotAllowedError,
        RequestTimeoutError,
        ConflictError,
        PayloadTooLargeError,
        UnsupportedMediaTypeError,
        UnprocessableEntityError,
        TooManyRequestsError,
        InternalServerError,
        BadGatewayError,
        ServiceUnavailableError,
        GatewayTimeoutError,
    )
}
