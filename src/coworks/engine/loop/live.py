"""The runs in memory: those that cannot leave it, and those that this turn touched and will write."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from coworks.asl import DistributedMap, Machine, find_state, read_machine
from coworks.engine.errors import StoreError
from coworks.engine.records import Redrivable
from coworks.engine.runs.map_progress import Progress
from coworks.engine.runs.redrive import PERIOD, most_events
from coworks.engine.runs.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from coworks.engine.names import Arns
    from coworks.engine.quotas import Quotas
    from coworks.engine.records import Execution, Position, StartPoint
    from coworks.engine.stores.store import Store

logger = logging.getLogger("coworks.engine")

ROOM: Final = 1000
"""Executions that a turn takes on."""


class LiveRuns:
    """See the module. Whatever moves a run does so by `move`, so that it is written."""

    def __init__(self, store: Store, arns: Arns, quotas: Quotas) -> None:
        self._store = store
        self._arns = arns
        self._quotas = quotas
        self._active: dict[int, Run] = {}
        self._begun: dict[tuple[str, str], Run] = {}
        self.touched: dict[int, Run] = {}
        self.last_id = store.last_execution_id()
        self.machine = lru_cache(maxsize=256)(self._read_machine)
        self.map_state = lru_cache(maxsize=256)(self._find_map)

    @property
    def room(self) -> int:
        """How many more executions this turn takes on."""
        return ROOM - len(self.touched)

    def begin(self, record: Execution, machine: Machine, at: StartPoint | None = None) -> Run:
        """Begin an execution, whose id is given here."""
        self.last_id += 1
        run = Run(replace(record, id=self.last_id), machine, self._arns, quotas=self._quotas)
        run.begin(at)
        self.touched[run.record.id] = run
        self._begun[record.machine, record.name] = run
        return run

    def move(self, run: Run, move: Callable[[Run], object], now: float) -> None:
        """Move a run; a mistake of ours ends this execution, not the engine."""
        self.touched[run.record.id] = run
        try:
            move(run)
        except Exception as error:
            logger.exception("execution %s:%s failed inside the engine", run.record.machine, run.record.name)
            run.crash(error, now)

    def touch(self, execution_id: int) -> None:
        """Look in this turn at an execution that is in memory."""
        if run := self.find(execution_id):
            self.touched[execution_id] = run

    def find(self, execution_id: int) -> Run | None:
        """The run of an execution that is in memory."""
        return self.touched.get(execution_id) or self._active.get(execution_id)

    def get(self, execution_id: int) -> Run:
        """The run of an execution, read again when it is not in memory. Raises `LookupError`."""
        if run := self.find(execution_id):
            return run
        run = self.restored(*self._store.load(execution_id))
        run.awaited_by.update(self._store.parents([execution_id]).get(execution_id, ()))
        return run

    def named(self, machine: str, name: str) -> Execution | None:
        """The execution of this name, begun in this turn or before."""
        if run := self._begun.get((machine, name)):
            return run.record
        stored = self._store.execution(machine, name)
        moved = self.find(stored.id) if stored else None
        return moved.record if moved else stored

    def many(self, execution_ids: Sequence[int], now: float) -> Iterator[Run]:
        """The runs of executions, read together; one that cannot be read ends."""
        absent = [one for one in execution_ids if self.find(one) is None]
        loaded, parents = self._store.load_many(absent), self._store.parents(absent)
        for execution_id in execution_ids:
            try:
                run = self.find(execution_id) or self.restored(*loaded[execution_id])
                run.awaited_by.update(parents.get(execution_id, ()))
                yield run
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the others go on
                self._give_up(execution_id, error, now)

    def moved(self, machine: str) -> list[Execution]:
        """The executions of a machine that this turn has moved."""
        records = (run.record for run in self.touched.values())
        return [one for one in records if one.machine == machine and one.map_run is None and not one.express]

    def children(self, map_run: str) -> list[int]:
        """The child executions of a map run that are in memory."""
        live = {**self._active, **self.touched}
        return [one for one, run in live.items() if run.record.map_run == map_run]

    def take_touched(self) -> dict[int, Run]:
        """The runs that were written: those that are busy stay, the others leave the memory."""
        touched, self.touched = self.touched, {}
        self._begun.clear()
        for identity, run in touched.items():
            if run.busy:
                self._active[identity] = run
            else:
                self._active.pop(identity, None)
        return touched

    def restored(self, record: Execution, positions: Sequence[Position]) -> Run:
        """The run of a stored execution, where its branches stood."""
        return self._restored(record, positions, self._progress_of)

    def reopened(self, record: Execution, positions: Sequence[Position], now: float) -> Run:
        """The run of an execution that is redriven, with its map runs."""
        return self._restored(record, positions, partial(self._progress_reopened, record, now))

    def begun_anew(self, record: Execution, last_event: int) -> Run:
        """The run of an execution that begins once more, in the history after its last event."""
        return Run(record, self._machine_of(record), self._arns, last_event=last_event, quotas=self._quotas)

    def _restored(
        self,
        record: Execution,
        positions: Sequence[Position],
        progress_of: Callable[[str], Progress | None],
    ) -> Run:
        machine = self._machine_of(record)
        return Run(record, machine, self._arns, positions, progress_of=progress_of, quotas=self._quotas)

    def _machine_of(self, record: Execution) -> Machine:
        if record.map_run is None:
            return self.machine(record.machine_id)
        found = self._store.map_run(record.map_run)
        return self.map_state(record.machine_id, found.state if found else "").processor

    def _find_map(self, machine_id: int, state: str) -> DistributedMap:
        found = find_state(self.machine(machine_id), state)
        if not isinstance(found, DistributedMap):
            raise TypeError(f"the machine has no distributed Map named {state}")
        return found

    def _progress_reopened(self, owner: Execution, now: float, name: str) -> Progress | None:
        """How far a map run is that is redriven."""
        found = self._store.map_run(name)
        if found is None:
            return None
        which = Redrivable(name)
        if not self.map_state(owner.machine_id, found.state).express:
            which = Redrivable(name, now - PERIOD, most_events(self._quotas))
        return Progress.reopened(found, self._store.tally(name), which, self._store.redrivable(which))

    def _progress_of(self, name: str) -> Progress | None:
        """How far a map run is, by the rows of its children."""
        found = self._store.map_run(name)
        return Progress.counted(found, self._store.tally(name)) if found else None

    def _read_machine(self, machine_id: int) -> Machine:
        return read_machine(self._store.machine(machine_id).definition)

    def _give_up(self, execution_id: int, error: Exception, now: float) -> None:
        """End an execution whose machine or place in it we cannot read."""
        record, _ = self._store.load(execution_id)
        logger.exception("execution %s:%s cannot be read", record.machine, record.name)
        run = Run(record, Machine("", {}), self._arns, last_event=len(self._store.events(execution_id)))
        run.crash(error, now)
        self.touched[execution_id] = run
