"""Calling another service with its own methods, the same way locally and on AWS.

    mail = connect("mail")
    mail.post_send(to_addrs=["ops@example.com"], subject="Server is down")

The method's name says the route, as it does in the service: positional arguments are path segments, named
ones the query of a GET, HEAD or DELETE, else the body. What the service raises is raised here, under the
same class where it is one of ours.

A call is an order, carried in process under `cws run` and by Lambda's Invoke on AWS, where IAM says who may
call whom; with `url` it goes over HTTP, where the service's `auth` does. `mail.queue.post_send(...)` leaves
the order in the service's queue instead (`queues.py`).
"""

from __future__ import annotations

import json
import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from coworks.errors import CoWorksError, UsageError
from coworks.tech import http_errors
from coworks.tech.http_errors import HTTPError
from coworks.tech.outgoing import aws_client, deployed_name, order_json, order_maker
from coworks.tech.queues import Queue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coworks.tech.outgoing import Order
    from coworks.tech.service import TechMicroService


# What may be in a key: the signs of ASCII that are seen, but the quotation mark (see `openapi.py`).
_KEY_SIGNS = frozenset(map(chr, range(0x21, 0x7F))) - {'"'}


class RemoteError(CoWorksError):
    """A service failed with an error that is none of ours; `error` is its name."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(f"{error}: {message}", hint="see the log of that service")
        self.error = error


class Carrier(Protocol):
    """Carries an order to a service: gives the body of the answer, or raises what the service raised."""

    def __call__(self, service: str, order: Order) -> Any: ...


class Client:
    """A service, called by its own methods. Made by `connect`."""

    def __init__(self, service: str, carrier: Carrier, headers: Mapping[str, str] | None = None) -> None:
        self._service = service
        self._carrier = carrier
        self._headers = dict(headers or {})

    def __getattr__(self, name: str) -> Callable[..., Any]:
        order_of = order_maker(name, self._headers)

        def call(*segments: Any, **arguments: Any) -> Any:
            return self._carrier(self._service, order_of(segments, arguments))

        return call

    @property
    def queue(self) -> Queue:
        """The service's queue, with the same methods: they send the order and give the message's id."""
        return Queue(self._service, self._headers)

    def __repr__(self) -> str:
        return f"<Client of {self._service}>"


def connect(
    service: str | type[TechMicroService],
    *,
    url: str | None = None,
    token: str = "",
    idempotency_key: str | None = None,
) -> Client:
    """A client of a service, by its name or its class.

    With `url` the calls go there over HTTP, with `token` as their Authorization header. A call raises what
    the service raised (`HTTPError` and its classes), `RemoteError` for an error of another kind.

    `idempotency_key` is sent with each call, and with each message of the client's queue: an entry that is
    `idempotent` then does once what is asked of it again, after a failure on the way. Give each thing to be
    done a key of its own. Raises `UsageError` for a key that no header can hold.
    """
    name = service if isinstance(service, str) else service.name
    carrier = HttpCarrier(url, token) if url is not None else _current_carrier
    return Client(name, carrier, _key_header(idempotency_key))


def _key_header(key: str | None) -> dict[str, str]:
    if key is None:
        return {}
    longest: int = import_module("coworks.tech.idempotency").LONGEST_KEY
    if not (isinstance(key, str) and 0 < len(key) <= longest and _KEY_SIGNS.issuperset(key)):
        raise UsageError(
            f"{key!r} is no idempotency key",
            hint=f"give 1 to {longest} letters, digits and signs of ASCII, without spaces and quotes",
        )
    return {"Idempotency-Key": key}


_OPENING = (
    "ProxyHandler",
    "UnknownHandler",
    "HTTPHandler",
    "HTTPSHandler",
    "HTTPDefaultErrorHandler",
    "HTTPErrorProcessor",
)


class LambdaCarrier:
    """Carries orders by Lambda's Invoke. `client` makes the boto3 client, once, at the first call."""

    def __init__(self, client: Callable[[], Any], environment: Mapping[str, str] = os.environ) -> None:
        self._make_client = client
        self._client: Any = None
        self._environment = environment

    def __call__(self, service: str, order: Order) -> Any:
        function = deployed_name("FUNCTION", service, self._environment)
        self._client = self._client or self._make_client()
        answer = self._client.invoke(FunctionName=function, Payload=order_json(order).encode())
        told = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise error_of(told.get("errorType", "Error"), told.get("errorMessage", ""))
        return told["body"]


class HttpCarrier:
    """Carries orders over HTTP to the address of one service."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": token} if token else {}

    def __call__(self, service: str, order: Order) -> Any:
        requests = import_module("urllib.request")
        body = order_json(order["body"]).encode() if "body" in order else None
        headers = {**self._headers, **order["headers"]} | (
            {"Content-Type": "application/json"} if body else {}
        )
        request = requests.Request(self._address(order), body, headers, method=order["method"])
        try:
            with _opener(requests).open(request, timeout=29) as answer:
                return _decoded(answer.read(), answer.headers.get_content_type())
        except import_module("urllib.error").HTTPError as error:
            with error:
                told = _decoded(error.read(), error.headers.get_content_type())
            detail = told.get("detail", "") if isinstance(told, dict) else str(told)
            if location := error.headers.get("Location"):
                detail = f"{self._url} is not its address, it names {location}: connect to that one"
            raise _error_of_status(error.code, detail) from None

    def _address(self, order: Order) -> str:
        query = import_module("urllib.parse").urlencode(order.get("query", {}), doseq=True)
        return f"{self._url}{order['path']}{'?' if query else ''}{query}"


def _opener(requests: Any) -> Any:
    """What opens addresses over HTTP and follows no redirect, which would carry the token elsewhere."""
    opener = requests.OpenerDirector()
    for kind in _OPENING:
        opener.add_handler(getattr(requests, kind)())
    return opener


def _decoded(content: bytes, kind: str) -> Any:
    if kind == "application/json" or kind.endswith("+json"):
        return json.loads(content) if content else None
    return content.decode() if kind.startswith("text/") else content or None


def error_of(name: str, message: str) -> CoWorksError:
    """The error of this class name, when it is one of ours."""
    kind = getattr(http_errors, name, None)
    if isinstance(kind, type) and issubclass(kind, HTTPError):
        return kind(message)
    return RemoteError(name, message)


def _error_of_status(status: int, message: str) -> HTTPError:
    for kind in vars(http_errors).values():
        if isinstance(kind, type) and issubclass(kind, HTTPError) and vars(kind).get("status") == status:
            return kind(message)
    return HTTPError(message, status=status)


_CARRIERS: list[Carrier] = [LambdaCarrier(lambda: aws_client("lambda"))]


def carry_by(carrier: Carrier) -> Callable[[], None]:
    """Let calls be carried by `carrier`, until the function that this returns is called."""
    _CARRIERS.append(carrier)
    return lambda: _CARRIERS.remove(carrier)


def _current_carrier(service: str, order: Order) -> Any:
    return _CARRIERS[-1](service, order)
