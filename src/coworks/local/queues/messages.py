"""The messages of a queue in SQL. Each function is a change that a `Writer` performs, or a look."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from coworks.local.queues.errors import InvalidReceiptError, MessageNotInFlightError
from coworks.local.queues.records import MINUTE, Counts, Message, Sent

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from coworks.local.queues.records import QueueSettings, Sending

DEDUPLICATED_FOR: Final = 5 * MINUTE
_RECEIPT: Final = re.compile(r"(\d{1,18})-([0-9a-f]{32})", re.ASCII)
_COLUMNS: Final = (
    "id, sequence, body, receipt, receives, sent, first_received, message_group, deduplication_id,"
    " attributes, system, source"
)
_STANDARD: Final = (
    "SELECT sequence, receives FROM messages WHERE queue = :queue AND visible <= :now"
    " ORDER BY visible, sequence LIMIT :limit"
)
# A group waits while one of its messages is received, and for an earlier one that is still hidden.
_FIFO: Final = (
    "SELECT sequence, receives FROM messages AS one WHERE queue = :queue AND visible <= :now"
    " AND NOT EXISTS (SELECT 1 FROM messages AS other WHERE other.queue = :queue"
    " AND other.message_group = one.message_group AND other.visible > :now"
    " AND (other.receipt IS NOT NULL OR other.sequence < one.sequence))"
    " ORDER BY sequence LIMIT :limit"
)


def send(connection: sqlite3.Connection, queue: QueueSettings, sending: Sending, now: float) -> Sent:
    """Put a message into the queue; of two with one deduplication id within five minutes, the first."""
    key = _deduplication_id(queue, sending)
    if key is not None:
        connection.execute("DELETE FROM deduplications WHERE until <= ?", (now,))
        found = connection.execute(
            "SELECT id, sequence FROM deduplications WHERE queue = ? AND deduplication_id = ?",
            (queue.name, key),
        ).fetchone()
        if found:
            return Sent(*found)
    delay = queue.delay if sending.delay is None else sending.delay
    sent = _insert(connection, queue.name, replace(sending, deduplication_id=key), now, now + delay)
    if key is not None:
        connection.execute(
            "INSERT INTO deduplications (queue, deduplication_id, id, sequence, until)"
            " VALUES (?, ?, ?, ?, ?)",
            (queue.name, key, sent.id, sent.sequence, now + DEDUPLICATED_FOR),
        )
    return sent


def _deduplication_id(queue: QueueSettings, sending: Sending) -> str | None:
    if not queue.is_fifo:
        return None
    return sending.deduplication_id or hashlib.sha256(sending.body.encode()).hexdigest()


def _insert(connection: sqlite3.Connection, queue: str, sending: Sending, now: float, visible: float) -> Sent:
    identity = str(uuid.uuid4())
    cursor = connection.execute(
        "INSERT INTO messages (queue, id, body, attributes, system, message_group, deduplication_id,"
        " sent, visible) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            queue,
            identity,
            sending.body,
            json.dumps(dict(sending.attributes), ensure_ascii=False),
            json.dumps(dict(sending.system), ensure_ascii=False),
            sending.group,
            sending.deduplication_id,
            now,
            visible,
        ),
    )
    assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has one
    return Sent(identity, cursor.lastrowid)


def receive(
    connection: sqlite3.Connection, queue: QueueSettings, limit: int, visibility: int, now: float
) -> tuple[list[Message], int]:
    """Hide up to `limit` messages for `visibility` seconds and give them, the oldest first.

    Those that are too old are dropped; those that were received too often go to the dead letters, and are
    counted beside.
    """
    connection.execute(
        "DELETE FROM messages WHERE queue = ? AND sent <= ?", (queue.name, now - queue.retention)
    )
    received: list[int] = []
    buried = 0
    query = _FIFO if queue.is_fifo else _STANDARD
    while len(received) < limit:
        wanted = {"queue": queue.name, "now": now, "limit": limit - len(received)}
        found = connection.execute(query, wanted).fetchall() if not (received and queue.is_fifo) else []
        if not found:
            break
        dead = [sequence for sequence, receives in found if _is_dead(queue, receives)]
        alive = [sequence for sequence, receives in found if not _is_dead(queue, receives)]
        for sequence in dead:
            _bury(connection, queue, sequence, now)
        for sequence in alive:
            _hide(connection, sequence, now, now + visibility)
        received += alive
        buried += len(dead)
    return _read(connection, received), buried


def release(connection: sqlite3.Connection, queue: str, now: float) -> None:
    """Let all that is received come back now: who received it is gone."""
    connection.execute(
        "UPDATE messages SET visible = ? WHERE queue = ? AND visible > ? AND receipt IS NOT NULL",
        (now, queue, now),
    )


def _is_dead(queue: QueueSettings, receives: int) -> bool:
    return queue.dead_letters is not None and receives >= queue.max_receives


def _bury(connection: sqlite3.Connection, queue: QueueSettings, sequence: int, now: float) -> None:
    connection.execute(
        "UPDATE messages SET queue = ?, source = ?, visible = ?, receipt = NULL WHERE sequence = ?",
        (queue.dead_letters, queue.name, now, sequence),
    )


def _hide(connection: sqlite3.Connection, sequence: int, now: float, until: float) -> None:
    connection.execute(
        "UPDATE messages SET visible = ?, receives = receives + 1, receipt = ?,"
        " first_received = coalesce(first_received, ?) WHERE sequence = ?",
        (until, uuid.uuid4().hex, now, sequence),
    )


def _read(connection: sqlite3.Connection, sequences: Sequence[int]) -> list[Message]:
    query = f"SELECT {_COLUMNS} FROM messages WHERE sequence = ?"  # noqa: S608 - our own columns
    return [_message(connection.execute(query, (sequence,)).fetchone()) for sequence in sequences]


def _message(row: tuple[Any, ...]) -> Message:
    message = Message(*row)
    return replace(
        message,
        receipt=f"{message.sequence}-{message.receipt}",
        attributes=json.loads(row[9]),
        system=json.loads(row[10]),
    )


def delete(connection: sqlite3.Connection, queue: QueueSettings, receipt: str, now: float) -> None:
    """Delete the message of a receipt. One that was received again since stays, as in SQS.

    Raises `InvalidReceiptError` for what is no receipt, and in a FIFO queue for one that is too old.
    """
    sequence, secret = read_receipt(receipt)
    row = _row_of(connection, queue, sequence)
    if row is None:
        return
    held, visible = row
    if queue.is_fifo and held == secret and visible <= now:
        raise InvalidReceiptError("the receipt handle has expired")
    if held == secret:
        connection.execute("DELETE FROM messages WHERE sequence = ?", (sequence,))


def change_visibility(
    connection: sqlite3.Connection, queue: QueueSettings, receipt: str, seconds: int, now: float
) -> None:
    """Hide a received message for so many seconds from now; 0 lets it come back at once."""
    sequence, secret = read_receipt(receipt)
    row = _row_of(connection, queue, sequence)
    if row is None or row[0] != secret or row[1] <= now:
        raise MessageNotInFlightError("the message of this receipt is not in flight")
    connection.execute("UPDATE messages SET visible = ? WHERE sequence = ?", (now + seconds, sequence))


def read_receipt(receipt: str) -> tuple[int, str]:
    """The message and the secret of a receipt. Raises `InvalidReceiptError`."""
    found = _RECEIPT.fullmatch(receipt)
    if found is None:
        raise InvalidReceiptError(f'"{receipt[:100]}" is not a receipt handle')
    return int(found[1]), found[2]


def _row_of(
    connection: sqlite3.Connection, queue: QueueSettings, sequence: int
) -> tuple[str | None, float] | None:
    query = "SELECT receipt, visible FROM messages WHERE sequence = ? AND queue = ?"
    row: tuple[str | None, float] | None = connection.execute(query, (sequence, queue.name)).fetchone()
    return row


def purge(connection: sqlite3.Connection, queue: str) -> None:
    """Delete all messages."""
    connection.execute("DELETE FROM messages WHERE queue = ?", (queue,))


def drop(connection: sqlite3.Connection, queue: str, sequence: int, now: float) -> bool:
    """Delete one message that nobody works on; False when it is not there, or somebody does."""
    cursor = connection.execute(
        "DELETE FROM messages WHERE queue = ? AND sequence = ? AND (visible <= ? OR receipt IS NULL)",
        (queue, sequence, now),
    )
    return cursor.rowcount == 1


def redrive(
    connection: sqlite3.Connection,
    dead_letters: str,
    destination: str | None,
    now: float,
    sequence: int | None = None,
) -> dict[str, int]:
    """Move the dead letters back to where they came from, or to `destination`: how many went where.

    Each becomes a new message, with an id of its own and its receptions counted anew. With `sequence` it is
    that one alone.
    """
    rows = connection.execute(
        "SELECT sequence, coalesce(:to, source) FROM messages WHERE queue = :queue AND visible <= :now"
        " AND coalesce(:to, source) IN (SELECT name FROM queues) AND sequence = coalesce(:one, sequence)"
        " ORDER BY sequence",
        {"queue": dead_letters, "to": destination, "now": now, "one": sequence},
    ).fetchall()
    moved: dict[str, int] = {}
    for sequence, target in rows:
        connection.execute(
            "UPDATE messages SET queue = ?, id = ?, sent = ?, visible = ?, receives = 0,"
            " first_received = NULL, receipt = NULL, source = NULL WHERE sequence = ?",
            (target, str(uuid.uuid4()), now, now, sequence),
        )
        moved[target] = moved.get(target, 0) + 1
    return moved


def look(connection: sqlite3.Connection, name: str, limit: int, after: int) -> list[Message]:
    """The first messages of a queue after a sequence as they are; none is received by that."""
    query = (
        f"SELECT {_COLUMNS} FROM messages WHERE queue = ? AND sequence > ?"  # noqa: S608 - our own columns
        " ORDER BY sequence LIMIT ?"
    )
    return [_message(row) for row in connection.execute(query, (name, after, limit))]


def next_visible(connection: sqlite3.Connection, queue: str, now: float) -> float | None:
    """When the next message comes out that is hidden now; None when there is none."""
    query = "SELECT min(visible) FROM messages WHERE queue = ? AND visible > ?"
    moment: float | None = connection.execute(query, (queue, now)).fetchone()[0]
    return moment


def has_visible(connection: sqlite3.Connection, queue: str, now: float) -> bool:
    """True when something could be received, the order of groups apart."""
    query = "SELECT EXISTS (SELECT 1 FROM messages WHERE queue = ? AND visible <= ?)"
    return bool(connection.execute(query, (queue, now)).fetchone()[0])


def counts(connection: sqlite3.Connection, now: float) -> dict[str, Counts]:
    """How many messages each queue has; a queue without any is left out."""
    rows = connection.execute(
        "SELECT queue, sum(visible <= :now), sum(visible > :now AND receipt IS NOT NULL),"
        " sum(visible > :now AND receipt IS NULL) FROM messages GROUP BY queue",
        {"now": now},
    )
    return {name: Counts(*numbers) for name, *numbers in rows}
