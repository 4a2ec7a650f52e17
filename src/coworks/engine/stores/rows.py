"""Records as rows of the database, and back. The columns have the names of the fields.

The changes of a turn are written here, in its transaction.
"""

from __future__ import annotations

from dataclasses import asdict
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from coworks.engine.records import EventBatch, Execution, MapRun, Position, Status

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from coworks.engine.records import Change

EXECUTION: Final = ", ".join(Execution.__slots__)
MAP_RUN: Final = ", ".join(MapRun.__slots__)
POSITION: Final = ", ".join(Position.__slots__)

_of_execution = attrgetter(*Execution.__slots__)
_of_map_run = attrgetter(*MapRun.__slots__)
_of_position = attrgetter(*Position.__slots__)
_of_events = attrgetter(*EventBatch.__slots__)

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
    "map_run = :map_run AND status IN ('FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE')"
    " AND (:since IS NULL OR stopped >= :since)"
    " AND (SELECT max(json_extract(data, '$.last_event')) FROM positions WHERE execution = executions.id)"
    " < coalesce(:events, 9e999)"
)
"""The child executions that a `Redrivable` names; those that did not leave where they stood are not."""

_PEND: Final = f"UPDATE executions SET status = 'PENDING_REDRIVE' WHERE {REDRIVABLE}"  # noqa: S608
_PUT_EVENTS: Final = _insert("events", EventBatch)


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


def write(writer: sqlite3.Connection, changes: Sequence[Change]) -> None:
    """Write what a turn changed, each kind of row at once; every execution has one change at most."""
    executions = [one for change in changes if (one := change.execution)]
    over = [one for one in executions if one.status is not Status.RUNNING]
    redriven = [asdict(one) for change in changes for one in change.redriven]
    statements: tuple[tuple[str, Sequence[Sequence[Any] | Mapping[str, Any]]], ...] = (
        (_PUT_EXECUTION, [_of_execution(one) for one in executions]),
        ("DELETE FROM positions WHERE execution = ?", [(one.id,) for one in over]),
        (_PEND, redriven),
        (
            "DELETE FROM positions WHERE execution = ? AND branch = ?",
            [one for change in changes for one in change.gone],
        ),
        (_PUT_POSITION, [_of_position(one) for change in changes for one in change.positions]),
        (_PUT_EVENTS, [_of_events(change.events) for change in changes if change.events]),
        (_PUT_MAP_RUN, [_of_map_run(one) for change in changes for one in change.map_runs]),
        ("DELETE FROM executions WHERE id = ?", [(one.id,) for one in over if one.express]),
    )
    for statement, rows in statements:
        if rows:  # SQLite lets other threads go first each time that it is asked
            writer.executemany(statement, rows)
