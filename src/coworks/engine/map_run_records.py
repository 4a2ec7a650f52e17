"""Runs of distributed Maps as the outside sees them: by name, by execution, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coworks.engine.errors import ResourceNotFoundError

if TYPE_CHECKING:
    from coworks.engine.records import Execution, MapRun
    from coworks.engine.runs.map_progress import Tally
    from coworks.engine.stores.store import Store


class MapRunRecords:
    """Reads what is on disk of map runs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def named(self, name: str) -> MapRun:
        """The map run of this UUID. Raises `ResourceNotFoundError`."""
        found = self._store.map_run(name)
        if found is None:
            raise ResourceNotFoundError(f"Resource not found: '{name}'")
        return found

    def of(self, execution: Execution) -> list[MapRun]:
        """The map runs of an execution, the newest first."""
        return self._store.map_runs(execution.id)

    def execution(self, run: MapRun) -> Execution:
        """The execution that a map run belongs to."""
        return self._store.load(run.execution)[0]

    def tally(self, run: MapRun) -> Tally:
        """How many child executions have each status, and how many items they have."""
        return self._store.tally(run.name)
