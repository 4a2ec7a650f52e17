"""One thread writes, and commits what came in together: many callers share one wait for the disk."""

from __future__ import annotations

import queue
import sqlite3
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Final, TypeVar

from coworks.local.queues.errors import QueueError, QueuesClosedError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_MOST_AT_ONCE: Final = 500


class Writer:
    """Performs changes, each whole or not at all, in the order in which they came."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._changes: queue.SimpleQueue[_Change | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="queues", daemon=True)
        self._thread.start()

    def perform(self, change: Callable[[sqlite3.Connection], T]) -> T:
        """What the change gives, or raises, once it is on disk."""
        future: Future[T] = Future()
        with self._closing:
            if self._closed:
                raise QueuesClosedError
            self._changes.put(_Change(change, future))
        return future.result()

    def close(self) -> None:
        """Write what is under way, and stop."""
        with self._closing:
            self._closed = True
            self._changes.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (first := self._changes.get()) is not None:
            changes: list[_Change] = [first]
            last = False
            while len(changes) < _MOST_AT_ONCE and not self._changes.empty():
                following = self._changes.get()
                if following is None:
                    last = True
                    break
                changes.append(following)
            self._commit(changes)
            if last:
                return

    def _commit(self, changes: list[_Change]) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for change in changes:
                change.perform(self._connection)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            refused = QueueError(
                f"the queues cannot be written: {error}", hint="check that the disk has room"
            )
            for change in changes:
                change.fail(refused)
        else:
            for change in changes:
                change.tell()


class _Change:
    """A change and who waits for it."""

    def __init__(self, change: Callable[[sqlite3.Connection], Any], future: Future[Any]) -> None:
        self._change = change
        self._future = future
        self._result: Any = None
        self._error: BaseException | None = None

    def perform(self, connection: sqlite3.Connection) -> None:
        """Raises only what makes the whole transaction fail."""
        connection.execute("SAVEPOINT change")
        try:
            self._result = self._change(connection)
        except sqlite3.Error:
            raise
        except BaseException as error:  # noqa: BLE001 - it is the caller's, whatever it is
            self._error = error
            connection.execute("ROLLBACK TO change")
        connection.execute("RELEASE change")

    def tell(self) -> None:
        if self._error is None:
            self._future.set_result(self._result)
        else:
            self._future.set_exception(self._error)

    def fail(self, error: BaseException) -> None:
        self._future.set_exception(error)
