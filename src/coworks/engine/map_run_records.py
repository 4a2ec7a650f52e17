"""Runs of distributed Maps as the outside sees them: by name, by execution, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coworks.engine.errors import ResourceNotFoundError
from coworks.engine.records import Redrivable
from coworks.engine.runs.redrive import PERIOD, most_events

if TYPE_CHECKING:
    from coworks.engine.clock import Clock
    from coworks.engine.quotas import Quotas
    from coworks.engine.records import Execution, MapRun
    from coworks.engine.runs.map_progress import Tally
    from coworks.engine.stores.store import Store


class MapRunRecords:
    """Reads what is on disk of map runs."""

    def __init__(self, store: Store, clock: Clock, quotas: Quotas) -> None:
        self._store = store
        self._clock = clock
        self._quotas = quotas

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

    def redrivable(self, run: MapRun) -> tuple[int, int]:
        """How many of the unsuccessful child executions may be redriven, and how many items they have."""
        since = self._clock.now() - PERIOD
        return self._store.redrivable(Redrivable(run.name, since, most_events(self._quotas)))

    def tally(self, run: MapRun) -> Tally:
        """How many child executions have each status, and how many items they have."""
        return self._store.tally(run.name)
