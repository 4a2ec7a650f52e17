"""What a service may override: who is allowed in, and what happens around its entries."""

from __future__ import annotations

from coworks.errors import CoWorksError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, ClassVar, TypeAlias

    from coworks.tech.auth import AuthRequest
    from coworks.tech.grants import AuthResponse
    from coworks.tech.request import Request
    from coworks.tech.responses import Response

    CallNext: TypeAlias = Callable[[Request], Response]
    Middleware: TypeAlias = Callable[[Request, CallNext], Response]


class NoReceiverError(CoWorksError):
    """Something came that is no order, and the service has no method that receives it."""


class Hooks:
    """The hooks of a service, each doing nothing until it is overridden.

    A request goes: middleware, `before_first_request`, route, `auth`, `before_request`, the entry,
    `handle_exception` if something was raised, `after_request`, and out through the middleware.
    """

    name: str
    buckets: ClassVar[Mapping[str, Mapping[str, str]]]

    def auth(self, auth_request: AuthRequest) -> bool | Sequence[str] | AuthResponse:
        """Who is allowed: True, False, a list of routes (`["product/*"]`) or an `AuthResponse`.

        Without an `auth` of its own a service lets everybody in.
        """
        return True

    def before_first_request(self) -> None:
        """Runs once, before the first request or message; when it raises, that one fails, the next tries."""

    def before_request(self, request: Request) -> object:
        """Runs before each entry that was found and allowed; what it returns, if anything, is the answer."""

    def after_request(self, request: Request, response: Response) -> Response | None:
        """Runs on each answer, errors included; returns another response, or None to keep this one."""

    def handle_exception(self, request: Request, error: Exception) -> object:
        """Sees each error; what it returns, if anything, is the answer. It may raise another instead."""

    def on_message(self, message: dict[str, Any]) -> object:
        """Receives a message of a queue whose body is no order: the record as SQS sends it."""
        raise _no_receiver(self, "on_message", "a message that is no order")

    def on_notification(self, notification: dict[str, Any]) -> object:
        """Receives a notification of a topic that is no order: the `Sns` part of its record."""
        raise _no_receiver(self, "on_notification", "a notification that is no order")

    def on_event(self, event: dict[str, Any]) -> object:
        """Receives an event or a schedule of EventBridge whose detail is no order."""
        raise _no_receiver(self, "on_event", "an event that is no order")

    def on_object(self, stored: dict[str, Any]) -> object:
        """Receives what happened to an object of a bucket: S3's `object` with its `key` decoded, and beside
        it `bucket` (its name), `eventName` and `record` (all that S3 says).
        """
        raise _no_receiver(self, "on_object", "an object of S3")


def _no_receiver(service: Hooks, method: str, what: str) -> NoReceiverError:
    name = method.removeprefix("on_")
    order = "" if name == "object" else ', or send an order: {"coworks": 1, "method": ..., "path": ...}'
    return NoReceiverError(
        f"{type(service).__name__} got {what}, and has no {method} to receive it",
        hint=f"write def {method}(self, {name}){order}",
    )
