"""A queue as people look at it: its first messages, and those that could not be delivered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from coworks.local.queues import Queues
    from coworks.local.queues.records import Counts, Message

_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message; `body` is what its JSON says, or its text."""

    id: str
    sent: float
    receives: int
    body: Any


@dataclass(frozen=True, slots=True)
class QueueView:
    """A queue, with its first messages and its first dead letters; the counts tell of all."""

    name: str
    counts: Counts
    messages: tuple[MessageView, ...]
    dead_letters: str | None
    dead: tuple[MessageView, ...]
    dead_count: int

    @property
    def count(self) -> int:
        return self.counts.waiting + self.counts.in_flight + self.counts.delayed


def queue_view(queues: Queues, name: str) -> QueueView:
    """The queue of this name. Raises `UnknownQueueError`."""
    dead_letters = queues.settings(name).dead_letters
    counts = queues.counts()
    known = dead_letters if dead_letters in counts else None
    return QueueView(
        name,
        counts[name],
        tuple(map(_message, queues.look(name, _SHOWN))),
        known,
        tuple(map(_message, queues.look(known, _SHOWN))) if known else (),
        counts[known].waiting if known else 0,
    )


def _message(message: Message) -> MessageView:
    try:
        body = json.loads(message.body)
    except ValueError:
        body = message.body
    return MessageView(message.id, message.sent, message.receives, body)
