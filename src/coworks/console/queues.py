"""A queue as people look at it: its messages and those that could not be delivered, page by page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from coworks.local.queues import Queues
    from coworks.local.queues.records import Counts, Message

_SHOWN: Final = 25


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message; `body` is what its JSON says, or its text."""

    id: str
    sequence: int
    sent: float
    receives: int
    body: Any


@dataclass(frozen=True, slots=True)
class Page:
    """The messages of a queue after a sequence; `following` is where the next page begins, if any."""

    messages: tuple[MessageView, ...] = ()
    after: int = 0
    following: int | None = None


@dataclass(frozen=True, slots=True)
class QueueView:
    """A queue, with a page of its messages and one of its dead letters; the counts tell of all."""

    name: str
    counts: Counts
    waiting: Page
    dead_letters: str | None
    dead: Page
    dead_count: int

    @property
    def count(self) -> int:
        return self.counts.waiting + self.counts.in_flight + self.counts.delayed


def queue_view(queues: Queues, name: str, after: int = 0, dead_after: int = 0) -> QueueView:
    """The queue of this name, from a message and from a dead letter on. Raises `UnknownQueueError`."""
    dead_letters = queues.settings(name).dead_letters
    counts = queues.counts()
    known = dead_letters if dead_letters in counts else None
    return QueueView(
        name,
        counts[name],
        _page(queues, name, after),
        known,
        _page(queues, known, dead_after) if known else Page(),
        counts[known].waiting if known else 0,
    )


def _page(queues: Queues, name: str, after: int) -> Page:
    found = queues.look(name, _SHOWN + 1, after)
    shown = tuple(map(_message, found[:_SHOWN]))
    return Page(shown, after, shown[-1].sequence if len(found) > _SHOWN else None)


def _message(message: Message) -> MessageView:
    try:
        body = json.loads(message.body)
    except ValueError:
        body = message.body
    return MessageView(message.id, message.sequence, message.sent, message.receives, body)
