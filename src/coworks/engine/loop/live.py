"""The runs in memory: those that cannot leave it, and those that this turn touched and will write."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from coworks.asl import DistributedMap, Machine, find_state, parse_machine
from coworks.engine.errors import StoreError
from coworks.engine.runs.map_progress import Progress
from coworks.engine.runs.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from coworks.engine.names import Arns
    from coworks.engine.quotas import Quotas
    from coworks.engine.records import Execution, Position
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
        self._processor = lru_cache(maxsize=256)(self._find_processor)

    @property
    def room(self) -> int:
        """How many more executions this turn takes on."""
        return ROOM - len(self.touched)

    def begin(self, record: Execution, machine: Machine) -> Run:
        """Begin an execution, whose id is given here."""
        self.last_id += 1
        run = Run(replace(record, id=self.last_id), machine, self._arns, quotas=self._quotas)
        run.begin()
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
        return self.find(execution_id) or self.restored(*self._store.load(execution_id))

    def named(self, machine: str, name: str) -> Execution | None:
        """The execution of this name, begun in this turn or before."""
        if run := self._begun.get((machine, name)):
            return run.record
        stored = self._store.execution(machine, name)
        moved = self.find(stored.id) if stored else None
        return moved.record if moved else stored

    def many(self, execution_ids: Sequence[int], now: float) -> Iterator[Run]:
        """The runs of executions, read together; one that cannot be read ends."""
        loaded = self._store.load_many([one for one in execution_ids if self.find(one) is None])
        for execution_id in execution_ids:
            try:
                yield self.find(execution_id) or self.restored(*loaded[execution_id])
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
        machine = self._machine_of_child(record) if record.map_run else self.machine(record.machine_id)
        return Run(record, machine, self._arns, positions, progress_of=self._progress_of, quotas=self._quotas)

    def processor(self, machine_id: int, state: str) -> Machine:
        """What the child executions of a distributed Map run."""
        return self._processor(machine_id, state)

    def _machine_of_child(self, child: Execution) -> Machine:
        found = self._store.map_run(child.map_run or "")
        return self._processor(child.machine_id, found.state if found else "")

    def _find_processor(self, machine_id: int, state: str) -> Machine:
        found = find_state(self.machine(machine_id), state)
        if not isinstance(found, DistributedMap):
            raise TypeError(f"the machine has no distributed Map named {state}")
        return found.processor

    def _progress_of(self, name: str) -> Progress | None:
        """How far a map run is, by the rows of its children."""
        found = self._store.map_run(name)
        return Progress.counted(found, self._store.tally(name)) if found else None

    def _read_machine(self, machine_id: int) -> Machine:
        return parse_machine(json.loads(self._store.machine(machine_id).definition))

    def _give_up(self, execution_id: int, error: Exception, now: float) -> None:
        """End an execution whose machine or place in it we cannot read."""
        record, _ = self._store.load(execution_id)
        logger.exception("execution %s:%s cannot be read", record.machine, record.name)
        run = Run(record, Machine("", {}), self._arns, last_event=len(self._store.events(execution_id)))
        run.crash(error, now)
        self.touched[execution_id] = run
