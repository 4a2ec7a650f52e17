"""The queues of a project: one door for senders and receivers, from any thread."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

from coworks.errors import did_you_mean
from coworks.local.queues import messages
from coworks.local.queues.bells import Bells
from coworks.local.queues.errors import (
    QueueError,
    QueueNameTakenError,
    QueuesClosedError,
    UnknownQueueError,
)
from coworks.local.queues.limits import (
    LONGEST_VISIBILITY,
    LONGEST_WAIT,
    check_batch,
    check_range,
    check_sending,
    check_settings,
)
from coworks.local.queues.records import Counts, QueueSettings, Sending
from coworks.local.queues.tables import open_database
from coworks.local.queues.writer import Writer

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from coworks.local.queues.records import Message, Sent

T = TypeVar("T")


class Queues:
    """Queues in a SQLite file. `clock` gives seconds since the epoch. Raises `QueueError` and its classes."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._reader = open_database(path)
        self._writing = open_database(path)
        self._writer = Writer(self._writing)
        self._reading = threading.Lock()
        self._closed = False
        self._read_from: sqlite3.Connection | None = self._reader
        self.bells = Bells()
        self._known = self._read(_settings)

    def close(self) -> None:
        """Write what is under way; who waits for messages gets none."""
        self._closed = True
        self.bells.ring(*self.names())
        self._writer.close()
        self._writing.close()
        with self._reading:
            self._reader.close()
            self._read_from = None

    def declare(self, *queues: QueueSettings) -> None:
        """Have these queues, with these settings from now on; their messages stay."""
        for settings in queues:
            check_settings(settings)
        self._put(queues)

    def create(self, settings: QueueSettings) -> None:
        """Make a queue. Raises `QueueNameTakenError` when there is one of other settings."""
        check_settings(settings)
        if self._known.get(settings.name, settings) != settings:
            raise QueueNameTakenError(f"a queue {settings.name} exists with other settings")
        self._put([settings])

    def _put(self, queues: Sequence[QueueSettings]) -> None:
        new = [settings for settings in queues if self._known.get(settings.name) != settings]
        rows = [(settings.name, json.dumps(asdict(settings)), self._clock()) for settings in new]
        query = (
            "INSERT INTO queues (name, settings, created) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET settings = excluded.settings"
        )
        if new:
            self._writer.perform(lambda connection: connection.executemany(query, rows))
        self._known = {**self._known, **{settings.name: settings for settings in new}}
        self.bells.ring(*(settings.name for settings in new))

    def remove(self, name: str) -> None:
        """Forget a queue, with its messages."""
        self.settings(name)

        def forget(connection: sqlite3.Connection) -> None:
            for table in ("messages", "deduplications"):
                connection.execute(f"DELETE FROM {table} WHERE queue = ?", (name,))  # noqa: S608 - our own tables
            connection.execute("DELETE FROM queues WHERE name = ?", (name,))

        self._writer.perform(forget)
        self._known = {known: settings for known, settings in self._known.items() if known != name}

    def settings(self, name: str) -> QueueSettings:
        """The queue of this name. Raises `UnknownQueueError` with the near name."""
        if name not in self._known:
            raise UnknownQueueError(f'no queue is named "{name}"', hint=did_you_mean(name, self._known))
        return self._known[name]

    def names(self) -> list[str]:
        return sorted(self._known)

    def created(self, name: str) -> float:
        """When the queue was made, in seconds since the epoch."""
        self.settings(name)
        query = "SELECT created FROM queues WHERE name = ?"
        return float(self._read(lambda reader: reader.execute(query, (name,)).fetchone())[0])

    def send(
        self,
        name: str,
        body: str,
        *,
        delay: int | None = None,
        group: str | None = None,
        deduplication_id: str | None = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> Sent:
        """Send a message; it is on disk when this returns. See `Sending`."""
        return self.send_all(name, [Sending(body, delay, group, deduplication_id, attributes or {})])[0]

    def send_all(self, name: str, sendings: Sequence[Sending]) -> list[Sent]:
        """Send these messages, all or none."""
        queue = self.settings(name)
        for sending in sendings:
            check_sending(queue, sending)
        now = self._clock()
        sent = self._writer.perform(
            lambda connection: [messages.send(connection, queue, sending, now) for sending in sendings]
        )
        self.bells.ring(name)
        return sent

    def receive(
        self, name: str, *, limit: int = 1, wait: float | None = None, visibility: int | None = None
    ) -> list[Message]:
        """Up to `limit` messages, hidden for `visibility` seconds. While there is none, the call waits up to
        `wait` seconds, and returns at once when one comes. None takes what the queue has.
        """
        queue = self.settings(name)
        check_batch(limit)
        wait = queue.wait if wait is None else wait
        hidden = queue.visibility if visibility is None else visibility
        check_range("the wait", int(wait), LONGEST_WAIT)
        check_range("the visibility timeout", hidden, LONGEST_VISIBILITY)
        try:
            return self._receive_within(wait, queue, limit, hidden)
        except QueuesClosedError:
            return []

    def _receive_within(self, wait: float, queue: QueueSettings, limit: int, hidden: int) -> list[Message]:
        until = time.monotonic() + wait
        while True:
            heard = self.bells.heard(queue.name)
            if received := self._receive_now(queue, limit, hidden):
                return received
            left = until - time.monotonic()
            if left <= 0 or self._closed:
                return []
            self.bells.wait(queue.name, heard, self._rest(queue.name, left))

    def _receive_now(self, queue: QueueSettings, limit: int, visibility: int) -> list[Message]:
        now = self._clock()
        if not self._read(lambda reader: messages.has_visible(reader, queue.name, now)):
            return []
        received, buried = self._writer.perform(
            lambda connection: messages.receive(connection, queue, limit, visibility, now)
        )
        if buried and queue.dead_letters is not None:
            self.bells.ring(queue.dead_letters)
        return received

    def _rest(self, name: str, longest: float) -> float:
        moment = self.next_visible(name)
        return longest if moment is None else max(0.0, min(longest, moment - self._clock()))

    def next_visible(self, name: str) -> float | None:
        """When the next message comes out that is hidden now, in seconds since the epoch."""
        now = self._clock()
        return self._read(lambda reader: messages.next_visible(reader, name, now))

    def delete(self, name: str, *receipts: str) -> None:
        """Delete received messages, in one change. Raises `InvalidReceiptError`, and then deletes none."""
        queue, now = self.settings(name), self._clock()

        def delete(connection: sqlite3.Connection) -> None:
            for receipt in receipts:
                messages.delete(connection, queue, receipt, now)

        self._writer.perform(delete)
        if queue.is_fifo:
            self.bells.ring(name)

    def change_visibility(self, name: str, receipt: str, seconds: int) -> None:
        """Hide a received message for so many seconds from now. Raises `MessageNotInFlightError`."""
        queue, now = self.settings(name), self._clock()
        check_range("the visibility timeout", seconds, LONGEST_VISIBILITY)
        self._writer.perform(
            lambda connection: messages.change_visibility(connection, queue, receipt, seconds, now)
        )
        self.bells.ring(name)

    def release(self, name: str) -> None:
        """Let all that is received come back at once: who received it is gone."""
        self.settings(name)
        now = self._clock()
        self._writer.perform(lambda connection: messages.release(connection, name, now))
        self.bells.ring(name)

    def purge(self, name: str) -> None:
        """Delete all messages of a queue."""
        self.settings(name)
        self._writer.perform(lambda connection: messages.purge(connection, name))
        self.bells.ring(name)

    def drop(self, name: str, sequence: int) -> bool:
        """Delete one message that nobody works on; False when it is not there, or somebody does."""
        self.settings(name)
        now = self._clock()
        dropped = self._writer.perform(lambda connection: messages.drop(connection, name, sequence, now))
        self.bells.ring(name)
        return dropped

    def redrive(self, dead_letters: str, destination: str | None = None, sequence: int | None = None) -> int:
        """Send the dead letters, or one of them, again to where they came from, or to `destination`; how
        many.
        """
        self.settings(dead_letters)
        if destination is not None:
            self.settings(destination)
        if destination == dead_letters:
            raise QueueError("dead letters cannot be sent again to their own queue")
        now = self._clock()
        moved = self._writer.perform(
            lambda connection: messages.redrive(connection, dead_letters, destination, now, sequence)
        )
        self.bells.ring(*moved)
        return sum(moved.values())

    def look(self, name: str, limit: int, after: int = 0) -> list[Message]:
        """The first messages of a queue, those after a sequence, the oldest first; none is received."""
        self.settings(name)
        return self._read(lambda reader: messages.look(reader, name, limit, after))

    def counts(self) -> dict[str, Counts]:
        """How many messages each queue has."""
        now = self._clock()
        found = self._read(lambda reader: messages.counts(reader, now))
        return {name: found.get(name, Counts()) for name in self.names()}

    def tags(self, name: str) -> dict[str, str]:
        self.settings(name)
        query = "SELECT tags FROM queues WHERE name = ?"
        text = self._read(lambda reader: reader.execute(query, (name,)).fetchone())[0]
        return dict(json.loads(text))

    def set_tags(self, name: str, tags: Mapping[str, str]) -> None:
        self.settings(name)
        row = (json.dumps(dict(tags), ensure_ascii=False), name)
        self._writer.perform(
            lambda connection: connection.execute("UPDATE queues SET tags = ? WHERE name = ?", row)
        )

    def _read(self, look: Callable[[sqlite3.Connection], T]) -> T:
        with self._reading:
            if self._read_from is None:
                raise QueuesClosedError
            return look(self._read_from)


def _settings(connection: sqlite3.Connection) -> dict[str, QueueSettings]:
    rows = connection.execute("SELECT name, settings FROM queues")
    return {name: QueueSettings(**json.loads(text)) for name, text in rows}
