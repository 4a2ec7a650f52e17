"""One SQLite file in WAL mode, with a connection that writes and one that reads.

`synchronous=FULL` makes a commit wait for the disk, so that a power cut loses nothing either; the loop pays
for it once a turn, whatever number of executions the turn moved. The reader never waits for the writer
(https://www.sqlite.org/wal.html).
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from coworks.engine.errors import StoreError
from coworks.engine.migrations import migrate
from coworks.engine.stores.schema import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Database:
    """See the module. A lock that another process holds is waited for, up to `patience` seconds."""

    def __init__(self, path: Path | str, *, patience: float = 5) -> None:
        self.path = Path(path)
        self._patience = patience
        with self.explained():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = self._connect()
            try:
                migrate(self._writer, str(self.path), STEPS)
                self.reader = self._connect()
            except BaseException:
                self._writer.close()
                raise
        self._writing = Lock()
        self.reading = Lock()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self._patience, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Raise `StoreError` for whatever SQLite or the disk refuses."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"the database {self.path} cannot be used: {error}",
                hint="check that the disk has room and that the file is a CoWorks database you may write",
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write with this connection, all of it or nothing; it is on disk when this ends."""
        with self._writing, self.explained():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def read(self, query: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[Any]:
        with self.reading, self.explained():
            return self.reader.execute(query, parameters).fetchall()

    def close(self) -> None:
        self.reader.close()
        self._writer.close()
