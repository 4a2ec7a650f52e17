"""New executions: named, numbered, on the revision that they are started through."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from coworks.engine.errors import ExecutionAlreadyExistsError, StateMachineDoesNotExistError
from coworks.engine.records import Execution, Status

if TYPE_CHECKING:
    from coworks.engine.loop.live import LiveRuns
    from coworks.engine.records import Through
    from coworks.engine.stores.store import Store


class Starts:
    """See the module."""

    def __init__(self, live: LiveRuns, store: Store) -> None:
        self._live = live
        self._store = store

    def start(
        self, machine: str, name: str | None, text: str, through: Through | None, now: float
    ) -> Execution:
        """A new execution; the same name with the same input is the same execution while it runs.

        Raises `StateMachineDoesNotExistError`, `ExecutionAlreadyExistsError`.
        """
        current = self._store.current_machine(machine)
        if current is None:
            raise StateMachineDoesNotExistError(f"State Machine Does Not Exist: '{machine}'")
        if name and (existing := self._live.named(machine, name)):
            if existing.status is not Status.RUNNING or existing.input != text:
                raise ExecutionAlreadyExistsError(f"Execution Already Exists: '{machine}:{name}'")
            return existing
        record = Execution(0, current.id, machine, name or str(uuid.uuid4()), Status.RUNNING, text, now)
        if through:
            record = through.led(replace(record, machine_id=through.revision))
        return self._live.begin(record, self._live.machine(record.machine_id)).record

    def start_express(self, record: Execution, now: float) -> Execution:
        """A new execution that leaves no record."""
        return self._live.begin(replace(record, started=now), self._live.machine(record.machine_id)).record
