"""Technical services: a Python class becomes entries, and entries become one Lambda handler.

    class -> declaration.py -> entries.py -> router.py          when the class is defined
    event -> events/ -> Request -> dispatch.py -> Response      at each call
             dispatch.py: route, auth, hooks, binding, the entry itself

The class is the declaration: names are routes, parameters are path segments, query and body. Every door of
the Lambda (`events.DOORS`) is told apart by the shape of its event. What asks something, over HTTP or as an
order, becomes the same `Request`, and the one `Response` is written back in the form of its door; what only
tells something goes to a method `on_...`, and gateways ask `auth`.

This folder is what a Lambda ships: the standard library only, and little of it, since each import is paid
for at every cold start. That is why there is no dataclass (`dataclasses` brings `inspect`, 5 to 7 ms), no
`typing` (2.5 ms; only type checkers see what it names), no `urllib.parse` (2.5 ms) and no `http` here;
signatures are read from code objects, and rooms that few services need are loaded when they are needed.
"""

from coworks.tech.auth import AuthRequest
from coworks.tech.cors import CORSConfig
from coworks.tech.entries import Entry, Parameter, entry
from coworks.tech.events import UnknownEventError
from coworks.tech.files import FileParam
from coworks.tech.grants import AuthResponse
from coworks.tech.hooks import NoReceiverError
from coworks.tech.http_errors import (
    BadGatewayError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    GatewayTimeoutError,
    HTTPError,
    InternalServerError,
    MethodNotAllowedError,
    NotFoundError,
    PayloadTooLargeError,
    RequestTimeoutError,
    ServiceUnavailableError,
    TooManyRequestsError,
    UnauthorizedError,
    UnprocessableEntityError,
    UnsupportedMediaTypeError,
)
from coworks.tech.request import Headers, Request
from coworks.tech.responses import AnswerError, Response
from coworks.tech.service import Blueprint, TechMicroService

__all__ = [
    "AnswerError",
    "AuthRequest",
    "AuthResponse",
    "BadGatewayError",
    "BadRequestError",
    "Blueprint",
    "CORSConfig",
    "ConflictError",
    "Entry",
    "FileParam",
    "ForbiddenError",
    "GatewayTimeoutError",
    "HTTPError",
    "Headers",
    "InternalServerError",
    "MethodNotAllowedError",
    "NoReceiverError",
    "NotFoundError",
    "Parameter",
    "PayloadTooLargeError",
    "Request",
    "RequestTimeoutError",
    "Response",
    "ServiceUnavailableError",
    "TechMicroService",
    "TooManyRequestsError",
    "UnauthorizedError",
    "UnknownEventError",
    "UnprocessableEntityError",
    "UnsupportedMediaTypeError",
    "entry",
]
