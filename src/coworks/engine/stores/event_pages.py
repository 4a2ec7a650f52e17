"""A page of a history out of the batches that the turns wrote, with no more of them read than it takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def read_page(batches: Iterable[str], *, beyond: int, limit: int, backwards: bool) -> list[dict[str, Any]]:
    """Up to `limit` events after the one of the id `beyond`; those before it, `backwards`.

    The batches are JSON arrays of events and come in that order.
    """
    page: list[dict[str, Any]] = []
    for data in batches:
        events = json.loads(data)
        if backwards:
            page += [event for event in reversed(events) if event["id"] < beyond]
        else:
            page += [event for event in events if event["id"] > beyond]
        if len(page) >= limit:
            break
    return page[:limit]
