"""The store on disk: definitions and executions in one SQLite file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coworks.engine.stores.definitions import Definitions
from coworks.engine.stores.executions import Executions
from coworks.engine.stores.rows import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coworks.engine.records import Change


class SqliteStore(Definitions, Executions):
    """See `Store`. A lock that another process holds is waited for, up to `patience` seconds."""

    def commit(self, changes: Sequence[Change]) -> None:
        with self.transaction() as writer:
            write(writer, changes)

    def release(self, now: float) -> None:
        with self.transaction() as writer:
            writer.execute("UPDATE positions SET wake_at = ? WHERE in_flight", (now,))
