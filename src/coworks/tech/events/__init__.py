"""The doors of a Lambda: an event, told apart by its shape, becomes a `Request` and is answered in kind.

One door is one module with `recognises(event)` and `answer(event, context, dispatcher)`, and one line in
`DOORS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from coworks.errors import CoWorksError
from coworks.tech.events import http_api, order, rest_api

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.tech.dispatch import Dispatcher


class UnknownEventError(CoWorksError):
    """An event that came through no door we know."""


class Door(NamedTuple):
    """A kind of event: how it is recognised, and who answers it."""

    name: str
    recognises: Callable[[dict[str, Any]], bool]
    answer: Callable[[dict[str, Any], Any, Dispatcher], Any]


DOORS = (
    Door("HTTP API or Function URL", http_api.recognises, http_api.answer),
    Door("order", order.recognises, order.answer),
    Door("REST API", rest_api.recognises, rest_api.answer),
)


def door_of(event: Any) -> Door:
    """The door an event came through; raises `UnknownEventError`."""
    if isinstance(event, dict):
        for door in DOORS:
            if door.recognises(event):
                return door
    raise UnknownEventError(
        f"an event of no known shape: {_shape_of(event)}",
        hint=f"known: {', '.join(door.name for door in DOORS)}; "
        'an order is {"coworks": 1, "method": "GET", "path": "/"}',
    )


def _shape_of(event: Any) -> str:
    if not isinstance(event, dict):
        return f"a {type(event).__name__}"
    return f"an object with {', '.join(sorted(map(str, event))[:10]) or 'nothing in it'}"
