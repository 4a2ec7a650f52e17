"""What was run and is running, read from disk."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from coworks.engine.records import ANY, Status
from coworks.engine.stores.database import Database
from coworks.engine.stores.event_pages import read_page
from coworks.engine.stores.rows import (
    EXECUTION,
    MAP_RUN,
    POSITION,
    REDRIVABLE,
    read_execution,
    read_map_run,
    read_position,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coworks.engine.records import Execution, MapRun, Position, Redrivable, Which


_FILTERS: Final = ("machine", "status", "name", "version", "alias", "map_run")
"""The columns that have the names of a filter."""
_NAMED: Final = f"SELECT {EXECUTION} FROM executions WHERE machine = ? AND name = ? AND NOT express"  # noqa: S608


class Executions(Database):
    """See the module, and `Store` for the verbs."""

    def execution(self, machine: str, name: str) -> Execution | None:
        rows = self.read(_NAMED, (machine, name))
        return read_execution(rows[0]) if rows else None

    def executions(
        self, which: Which = ANY, *, limit: int = 100, before: tuple[float, int] | None = None
    ) -> list[Execution]:
        filters = {column: getattr(which, column) for column in _FILTERS}
        wanted: dict[str, object] = {column: value for column, value in filters.items() if value is not None}
        conditions = ["NOT express", *(f"{column} = :{column}" for column in wanted)]
        if which.machine is None and which.map_run is None:
            conditions.append("map_run IS NULL")
        if which.redriven is not None:
            conditions.append("redrives > 0" if which.redriven else "redrives = 0")
        if before is not None:
            conditions.append("(started, id) < (:before_start, :before_id)")
            wanted |= {"before_start": before[0], "before_id": before[1]}
        where = " AND ".join(conditions)
        query = (
            f"SELECT {EXECUTION} FROM executions WHERE {where} ORDER BY started DESC, id DESC LIMIT :limit"  # noqa: S608
        )
        return [read_execution(row) for row in self.read(query, {**wanted, "limit": limit})]

    def children(self, map_run: str, after: int, limit: int, status: Status | None = None) -> list[Execution]:
        rows = self.read(
            f"SELECT {EXECUTION} FROM executions WHERE map_run = ? AND first_item > ?"  # noqa: S608
            " AND status = coalesce(?, status) ORDER BY first_item LIMIT ?",
            (map_run, after, status, limit),
        )
        return [read_execution(row) for row in rows]

    def redrivable(self, which: Redrivable) -> tuple[int, int]:
        query = f"SELECT count(*), coalesce(sum(items), 0) FROM executions WHERE {REDRIVABLE}"  # noqa: S608
        ((executions, items),) = self.read(query, asdict(which))
        return executions, items

    def tally(self, map_run: str) -> dict[Status, tuple[int, int]]:
        rows = self.read(
            "SELECT status, count(*), sum(items) FROM executions WHERE map_run = ? GROUP BY status",
            (map_run,),
        )
        return {Status(status): (executions, items) for status, executions, items in rows}

    def map_run(self, name: str) -> MapRun | None:
        rows = self.read(f"SELECT {MAP_RUN} FROM map_runs WHERE name = ?", (name,))  # noqa: S608
        return read_map_run(rows[0]) if rows else None

    def map_runs(self, execution_id: int) -> list[MapRun]:
        rows = self.read(
            f"SELECT {MAP_RUN} FROM map_runs WHERE execution = ? ORDER BY started DESC, name",  # noqa: S608
            (execution_id,),
        )
        return [read_map_run(row) for row in rows]

    def load(self, execution_id: int) -> tuple[Execution, list[Position]]:
        return self.load_many([execution_id])[execution_id]

    def load_many(self, execution_ids: Sequence[int]) -> dict[int, tuple[Execution, list[Position]]]:
        ids = (json.dumps(execution_ids),)
        # CROSS JOIN holds SQLite to the order of the tables: a look by key for each id, never a scan.
        executions = self.read(
            f"SELECT {EXECUTION} FROM (SELECT value FROM json_each(?)) AS wanted"  # noqa: S608
            " CROSS JOIN executions ON executions.id = wanted.value",
            ids,
        )
        positions = self.read(
            f"SELECT {POSITION} FROM (SELECT value FROM json_each(?)) AS wanted"  # noqa: S608
            " CROSS JOIN positions ON positions.execution = wanted.value",
            ids,
        )
        loaded: dict[int, tuple[Execution, list[Position]]] = {
            row[0]: (read_execution(row), []) for row in executions
        }
        for row in sorted(positions, key=itemgetter(0, 1)):
            loaded[row[0]][1].append(read_position(row))
        return loaded

    def events(self, execution_id: int) -> list[dict[str, Any]]:
        batches = self.read("SELECT data FROM events WHERE execution = ? ORDER BY first", (execution_id,))
        return [event for (data,) in batches for event in json.loads(data)]

    def event_page(
        self, execution_id: int, *, beyond: int, limit: int, backwards: bool = False
    ) -> list[dict[str, Any]]:
        holding = "SELECT max(first) FROM events WHERE execution = :id AND first <= :beyond + 1"
        forwards = f"first >= coalesce(({holding}), 0) ORDER BY first"
        where = "first < :beyond ORDER BY first DESC" if backwards else forwards
        with self.reading, self.explained():
            rows = self.reader.execute(
                f"SELECT data FROM events WHERE execution = :id AND {where}",  # noqa: S608
                {"id": execution_id, "beyond": beyond},
            )
            with closing(rows):
                batches = (data for (data,) in rows)
                return read_page(batches, beyond=beyond, limit=limit, backwards=backwards)

    def queued(self, activity: str, limit: int) -> list[tuple[int, int]]:
        return self.read(
            "SELECT execution, branch FROM positions WHERE queue = ?"
            " ORDER BY queued_at, execution, branch LIMIT ?",
            (activity, limit),
        )

    def parents(self, children: Sequence[int]) -> dict[int, list[int]]:
        rows = self.read(
            "SELECT DISTINCT child, execution FROM (SELECT value FROM json_each(?)) AS wanted"
            " CROSS JOIN positions ON positions.child = wanted.value",
            (json.dumps(children),),
        )
        found: dict[int, list[int]] = {}
        for child, execution in rows:
            found.setdefault(child, []).append(execution)
        return found

    def due(self, now: float, limit: int) -> list[int]:
        rows = self.read(
            "SELECT execution FROM positions WHERE wake_at <= ? ORDER BY wake_at LIMIT ?", (now, limit)
        )
        return list(dict.fromkeys(execution for (execution,) in rows))

    def next_wake(self) -> float | None:
        ((moment,),) = self.read("SELECT min(wake_at) FROM positions WHERE wake_at IS NOT NULL")
        return None if moment is None else float(moment)

    def last_execution_id(self) -> int:
        ((highest,),) = self.read("SELECT coalesce(max(id), 0) FROM executions")
        return int(highest)
