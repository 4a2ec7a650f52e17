"""What was made by the AWS API, such as rules and subscriptions: on disk, in a SQLite file."""

from __future__ import annotations

import json
import sqlite3
import threading
from typing import TYPE_CHECKING, Any, Final

from coworks.engine.migrations import migrate
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_STEPS: Final = (
    "CREATE TABLE kept (kind TEXT, name TEXT, told TEXT NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID",
)


class KeptError(CoWorksError):
    """The file cannot be used."""


class Kept:
    """Objects of JSON by their kinds and names. All of them are in memory too: they are few."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        migrate(self._connection, str(path), _STEPS, KeptError)
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], dict[str, Any]] = {
            (kind, name): json.loads(told)
            for kind, name, told in self._connection.execute("SELECT kind, name, told FROM kept")
        }

    def close(self) -> None:
        self._connection.close()

    def put(self, kind: str, name: str, told: Mapping[str, Any]) -> None:
        """Keep this, in place of what had the name; it is on disk when this returns."""
        with self._lock:
            row = (kind, name, json.dumps(dict(told)))
            self._connection.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", row)
            self._known = {**self._known, (kind, name): dict(told)}

    def remove(self, kind: str, name: str) -> None:
        with self._lock:
            self._connection.execute("DELETE FROM kept WHERE kind = ? AND name = ?", (kind, name))
            self._known = {key: told for key, told in self._known.items() if key != (kind, name)}

    def get(self, kind: str, name: str) -> dict[str, Any] | None:
        return self._known.get((kind, name))

    def all(self, kind: str) -> dict[str, dict[str, Any]]:
        """Those of a kind by their names, in the order of these."""
        return {name: told for (one, name), told in sorted(self._known.items()) if one == kind}
