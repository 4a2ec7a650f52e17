"""New executions: named, numbered, on the revision that they are started through."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from coworks.engine.errors import (
    ExecutionAlreadyExistsError,
    StateDoesNotExistError,
    StateMachineDoesNotExistError,
    StateMachineTypeNotSupportedError,
)
from coworks.engine.express import express_record
from coworks.engine.records import Execution, Status

if TYPE_CHECKING:
    from coworks.engine.loop.live import LiveRuns
    from coworks.engine.quotas import Quotas
    from coworks.engine.records import StartPoint, Through
    from coworks.engine.stores.store import Store


class Starts:
    """See the module."""

    def __init__(self, live: LiveRuns, store: Store, quotas: Quotas) -> None:
        self._live = live
        self._store = store
        self._quotas = quotas
        self._is_express = lru_cache(maxsize=256)(self._read_type)

    def start(
        self,
        machine: str,
        name: str | None,
        text: str,
        through: Through | None,
        now: float,
        at: StartPoint | None = None,
    ) -> Execution:
        """A new execution; the same name with the same input is the same execution while it runs.

        Raises `StateMachineDoesNotExistError`, `StateDoesNotExistError`, `ExecutionAlreadyExistsError`.
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
        parsed = self._live.machine(record.machine_id)
        if at and at.state not in parsed.states:
            raise StateDoesNotExistError(
                f'the state machine "{machine}" has no state "{at.state}" to begin at'
            )
        return self._live.begin(record, parsed, at).record

    def start_any(
        self, machine: str, name: str | None, text: str, through: Through | None, now: float, *, awaited: bool
    ) -> Execution:
        """A new execution of a machine of either type, for a state that may wait for its end.

        Raises as `start`, and `StateMachineTypeNotSupportedError`: nobody can ask an express one for its end.
        """
        current = self._store.current_machine(machine)
        if current is None or not self._is_express(through.revision if through else current.id):
            return self.start(machine, name, text, through, now)
        if awaited:
            raise StateMachineTypeNotSupportedError(
                "This operation is not supported by this type of state machine"
            )
        revision = self._store.machine(through.revision) if through else current
        return self.start_express(express_record(revision, text, name, through, self._quotas), now)

    def _read_type(self, revision: int) -> bool:
        return bool(json.loads(self._store.settings(revision)).get("type") == "EXPRESS")

    def start_express(self, record: Execution, now: float) -> Execution:
        """A new execution that leaves no record."""
        return self._live.begin(replace(record, started=now), self._live.machine(record.machine_id)).record
