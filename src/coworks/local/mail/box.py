"""The mails that were sent, kept in a SQLite file of the state folder."""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import TYPE_CHECKING, Any

from coworks.local.mail.content import Attachment, attachments, describe, html_with_images, parsed

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY,
    received REAL NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    content BLOB NOT NULL
)
"""


class MailBox:
    """The kept mails. One connection serves all threads, one at a time."""

    def __init__(self, path: Path | str) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(_SCHEMA)
        self._lock = threading.Lock()

    def add(self, sender: str, recipients: list[str], content: bytes) -> None:
        """Keep a mail; it is on disk when this returns."""
        with self._lock:
            self._connection.execute(
                "INSERT INTO mails (received, sender, recipients, content) VALUES (?, ?, ?, ?)",
                (time.time(), sender, "\n".join(recipients), content),
            )

    def mails(self, limit: int = 200) -> list[dict[str, Any]]:
        """The mails, the newest first: id, received (seconds since the epoch), from, to, subject, text, html
        and attachments (name, type, size in bytes).

        `from` and `to` are those of the envelope, so that blind copies show.
        """
        with self._lock:
            rows = self._connection.execute(
                "SELECT id, received, sender, recipients, content FROM mails ORDER BY id DESC LIMIT ?",
                (limit,),
            ).fetchall()
        return [describe(*row) for row in rows]

    def raw(self, identity: int) -> bytes | None:
        """A mail as it came over the wire; None when there is none of this id."""
        with self._lock:
            row = self._connection.execute("SELECT content FROM mails WHERE id = ?", (identity,)).fetchone()
        return None if row is None else bytes(row[0])

    def mail(self, identity: int) -> dict[str, Any] | None:
        """One mail, as `mails` tells it."""
        with self._lock:
            row = self._connection.execute(
                "SELECT id, received, sender, recipients, content FROM mails WHERE id = ?", (identity,)
            ).fetchone()
        return None if row is None else describe(*row)

    def attachment(self, identity: int, place: int) -> Attachment | None:
        """An attachment of a mail, by its place from 0; None when there is no such mail or place."""
        content = self.raw(identity)
        found = [] if content is None else attachments(parsed(content))
        return found[place] if 0 <= place < len(found) else None

    def html(self, identity: int) -> str:
        """The HTML of a mail with the images in it that the mail itself brings; "" when there is none."""
        content = self.raw(identity)
        return "" if content is None else html_with_images(parsed(content))

    def close(self) -> None:
        self._connection.close()
