"""What a service may override: who is allowed in, and what happens around its entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from coworks.tech.request import Request
from coworks.tech.responses import Response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coworks.tech.auth import AuthRequest
    from coworks.tech.grants import AuthResponse

CallNext: TypeAlias = Callable[[Request], Response]
Middleware: TypeAlias = Callable[[Request, CallNext], Response]


class Hooks:
    """The hooks of a service, each doing nothing until it is overridden.

    A request goes: middleware, `before_first_request`, route, `auth`, `before_request`, the entry,
    `handle_exception` if something was raised, `after_request`, and out through the middleware.
    """

    def auth(self, auth_request: AuthRequest) -> bool | Sequence[str] | AuthResponse:
        """Who is allowed: True, False, a list of routes (`["product/*"]`) or an `AuthResponse`.

        Without an `auth` of its own a service lets everybody in.
        """
        return True

    def before_first_request(self) -> None:
        """Runs once, before the first request; when it raises, that request fails and the next one tries."""

    def before_request(self, request: Request) -> object:
        """Runs before each entry that was found and allowed; what it returns, if anything, is the answer."""

    def after_request(self, request: Request, response: Response) -> Response | None:
        """Runs on each answer, errors included; returns another response, or None to keep this one."""

    def handle_exception(self, request: Request, error: Exception) -> object:
        """Sees each error; what it returns, if anything, is the answer. It may raise another instead."""
