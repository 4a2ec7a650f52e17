"""Rows that are read at every start and hardly ever change, kept in memory until somebody writes.

One process works on a database, so that all who write go through the same store.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Row = TypeVar("Row")


class Remembered(Generic[Row]):
    """Up to `most` rows by their keys; for use by many threads."""

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._rows: dict[str, Row] = {}
        self._changes = 0
        self._lock = Lock()

    def get(self, key: str, read: Callable[[], Row | None]) -> Row | None:
        """The row of a key, read when it is not known; None, when there is none, is not remembered."""
        if (known := self._rows.get(key)) is not None:
            return known
        changes = self._changes
        row = read()
        with self._lock:
            if row is not None and changes == self._changes:  # or it may be older than what was written
                if len(self._rows) >= self._most:
                    self._rows.clear()
                self._rows[key] = row
        return row

    def forget(self) -> None:
        """Something was written."""
        with self._lock:
            self._changes += 1
            self._rows.clear()
