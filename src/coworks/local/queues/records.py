"""What goes through a queue, and what a queue is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from coworks.project.settings import MAX_RECEIVES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FIFO: Final = ".fifo"
MINUTE: Final = 60
DAY: Final = 24 * 60 * MINUTE


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """A queue; times are in seconds. A name that ends in `.fifo` is one that keeps the order.

    After `max_receives` receptions a message moves to the queue `dead_letters`, when there is one.
    """

    name: str
    visibility: int = 30
    delay: int = 0
    retention: int = 4 * DAY
    wait: int = 0
    longest_message: int = 1024 * 1024
    dead_letters: str | None = None
    max_receives: int = MAX_RECEIVES
    content_deduplication: bool = False

    @property
    def is_fifo(self) -> bool:
        return self.name.endswith(FIFO)


@dataclass(frozen=True, slots=True)
class Sending:
    """A message to be sent. `attributes` are SQS's: `{name: {"DataType": ..., "StringValue": ...}}`.

    `delay` in seconds, None leaves it to the queue; `group` and `deduplication_id` are for FIFO queues.
    `system` holds what goes beside the attributes, such as `AWSTraceHeader`.
    """

    body: str
    delay: int | None = None
    group: str | None = None
    deduplication_id: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    system: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that is on disk. `sequence` grows from one to the next."""

    id: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was received, with the receipt that deletes it. Moments in seconds since the epoch."""

    id: str
    sequence: int
    body: str
    receipt: str
    receives: int
    sent: float
    first_received: float
    group: str | None
    deduplication_id: str | None
    attributes: Mapping[str, Any]
    system: Mapping[str, str]
    source: str | None
    """The queue that a dead letter came from."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages wait to be received, are hidden by a reception, and are delayed."""

    waiting: int = 0
    in_flight: int = 0
    delayed: int = 0


def dead_letters_of(name: str) -> str:
    """The name of a queue's dead letters, as a deployment names them."""
    return f"{name.removesuffix(FIFO)}-dead{FIFO}" if name.endswith(FIFO) else f"{name}-dead"


def with_dead_letters(settings: QueueSettings) -> Iterator[QueueSettings]:
    """The dead letters of a queue, which keep everything for as long as SQS can, and the queue with them."""
    dead = dead_letters_of(settings.name)
    yield QueueSettings(dead, retention=14 * DAY, content_deduplication=settings.is_fifo)
    yield replace(settings, dead_letters=dead)
