"""Records as rows of the database, and back. The columns have the names of the fields.

A change of the loop is written whole here, in the transaction of its turn.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from coworks.engine.records import Execution, MapRun, Position, Status

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from coworks.engine.records import Change

EXECUTION: Final = ", ".join(Execution.__slots__)
MAP_RUN: Final = ", ".join(MapRun.__slots__)
POSITION: Final = ", ".join(Position.__slots__)

_of_execution = attrgetter(*Execution.__slots__)
_of_map_run = attrgetter(*MapRun.__slots__)
_of_position = attrgetter(*Position.__slots__)

_CHANGING: Final = (
    *("status", "stopped", "output", "error", "cause"),
    *("redrives", "redriven", "redrive_tokens"),
)
"""The fields of an execution that it is not born with."""


def _insert(table: str, record: type[Any], verb: str = "INSERT") -> str:
    """A statement that writes a record's fields, in their order."""
    columns = record.__slots__
    return f"{verb} INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


_PUT_EXECUTION: Final = f"{_insert('executions', Execution)} ON CONFLICT (id) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in _CHANGING
)
_PUT_POSITION: Final = _insert("positions", Position, "INSERT OR REPLACE")
_PUT_MAP_RUN: Final = _insert("map_runs", MapRun, "INSERT OR REPLACE")
REDRIVABLE: Final = (
    "map_run = ?1 AND status IN ('FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE')"
    " AND (?2 IS NULL OR stopped >= ?2)"
    " AND (SELECT max(json_extract(data, '$.last_event')) FROM positions WHERE execution = executions.id)"
    " < coalesce(?3, 9e999)"
)
"""The child executions that a `Redrivable` names; those that did not leave where they stood are not."""

_PEND: Final = f"UPDATE executions SET status = 'PENDING_REDRIVE' WHERE {REDRIVABLE}"  # noqa: S608
_PUT_EVENTS: Final = "INSERT INTO events (execution, first, data) VALUES (?, ?, ?)"


_EXPRESS: Final = Execution.__slots__.index("express")
_STATUS: Final = Execution.__slots__.index("status")


def read_execution(row: Sequence[Any]) -> Execution:
    # Not by `replace`: a restart reads tens of thousands of rows.
    values = list(row)
    values[_STATUS], values[_EXPRESS] = Status(row[_STATUS]), bool(row[_EXPRESS])
    return Execution(*values)


def read_map_run(row: Sequence[Any]) -> MapRun:
    values = dict(zip(MapRun.__slots__, row, strict=True))
    return MapRun(**{**values, "status": Status(values["status"]), "written": bool(values["written"])})


def read_position(row: Sequence[Any]) -> Position:
    execution, branch, wake_at, in_flight, *rest = row
    return Position(execution, branch, wake_at, bool(in_flight), *rest)


def write(writer: sqlite3.Connection, change: Change) -> None:
    """Write what one turn changed of one execution."""
    one = change.execution
    ended = one is not None and one.status is not Status.RUNNING
    if one:
        writer.execute(_PUT_EXECUTION, _of_execution(one))
    if one and ended:
        writer.execute("DELETE FROM positions WHERE execution = ?", (one.id,))
    for which in change.redriven:
        writer.execute(_PEND, (which.map_run, which.since, which.events))
    if change.positions:
        writer.executemany(_PUT_POSITION, map(_of_position, change.positions))
    if change.gone:
        writer.executemany("DELETE FROM positions WHERE execution = ? AND branch = ?", change.gone)
    if events := change.events:
        writer.execute(_PUT_EVENTS, (events.execution, events.first, events.data))
    for run in change.map_runs:
        writer.execute(_PUT_MAP_RUN, _of_map_run(run))
    if one and ended and one.express:
        writer.execute("DELETE FROM executions WHERE id = ?", (one.id,))
