"""What an authorisation allows: the routes, and for whom."""

from __future__ import annotations

from coworks.errors import CoWorksError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


class AuthResponse:
    """An answer of `auth` with more than yes or no: the routes allowed, who calls, what is known of them.

    A route is a path of the service; a segment `*` stands for any one, and as the last segment for all that
    follows: `product/*` allows /product/1 and /product/1/parts, and not /product.
    """

    __slots__ = ("context", "principal_id", "routes")

    def __init__(
        self, routes: Sequence[str], principal_id: str = "user", context: Mapping[str, Any] | None = None
    ) -> None:
        if isinstance(routes, str):
            # Its letters would be the routes, and the letter * all of them.
            raise CoWorksError(f"the routes are the text {routes!r}", hint=f"give a list: [{routes!r}]")
        self.routes = tuple(routes)
        self.principal_id = principal_id
        self.context = dict(context or {})

    def allows(self, segments: Sequence[str]) -> bool:
        """Whether a path, given by its decoded segments, is among the routes."""
        return any(_covers(route, segments) for route in self.routes)


def _covers(route: str, segments: Sequence[str]) -> bool:
    if route.strip("/") == "*":
        return True
    wanted = [part for part in route.split("/") if part]
    if wanted and wanted[-1] == "*":
        return len(segments) >= len(wanted) and _same(wanted[:-1], segments)
    return len(segments) == len(wanted) and _same(wanted, segments)


def _same(wanted: Sequence[str], segments: Sequence[str]) -> bool:
    return all(part in ("*", segment) for part, segment in zip(wanted, segments, strict=False))
