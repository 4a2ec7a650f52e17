"""State machines as the API sees them: a name with revisions, settings and tags.

Every change of a machine is a revision of its own; executions finish on the one that they began with.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-cd-aliasing-versioning.html (revisions)
"""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from coworks.engine.errors import StateMachineAlreadyExistsError, StateMachineDoesNotExistError
from coworks.engine.names import check_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coworks.engine.clock import Clock
    from coworks.engine.quotas import Quotas
    from coworks.engine.records import StateMachine
    from coworks.engine.stores.store import Store


@dataclass(frozen=True, slots=True)
class Settings:
    """What is kept beside a definition. `created` is when the machine was, `revision` None for its first."""

    type: str = "STANDARD"
    role: str | None = None
    logging: Mapping[str, Any] = field(
        default_factory=lambda: {"level": "OFF", "includeExecutionData": False}
    )
    tracing: Mapping[str, Any] = field(default_factory=lambda: {"enabled": False})
    encryption: Mapping[str, Any] | None = None
    created: float | None = None
    revision: str | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @property
    def identity(self) -> tuple[object, ...]:
        """What must be equal for a second creation to be the same one: not the role, not the tags."""
        return self.type, self.logging, self.tracing, self.encryption


@dataclass(frozen=True, slots=True)
class Revision:
    """A state machine at one of its revisions; `updated` is when it became the current one."""

    id: int
    name: str
    definition: str
    updated: float
    settings: Settings

    @property
    def created(self) -> float:
        return self.updated if self.settings.created is None else self.settings.created


class StateMachines:
    """Creates, changes and deletes state machines; definitions are checked by the caller."""

    def __init__(self, store: Store, clock: Clock, quotas: Quotas) -> None:
        self._store = store
        self._quotas = quotas
        self._clock = clock
        self._changing = Lock()
        self._settings = lru_cache(maxsize=256)(self._read_settings)  # a revision keeps its own

    def create(
        self, name: str, definition: str, settings: Settings, tags: Mapping[str, str] | None = None
    ) -> Revision:
        """A new machine. The same content again is the same machine, as it stands.

        Raises `StateMachineAlreadyExistsError` for another content, `InvalidNameError` for a bad name.
        """
        check_name(name, "a state machine", self._quotas.name)
        with self._changing:
            if (current := self._store.current_machine(name)) is not None:
                existing = self._revision(current)
                if existing.definition != definition or existing.settings.identity != settings.identity:
                    raise StateMachineAlreadyExistsError(f"State Machine Already Exists: '{name}'")
                return existing
            now = self._clock.now()
            settings = replace(settings, created=now)
            added = self._store.add_revision(name, definition, settings.to_json(), now)
            self._store.set_tags(name, tags or {})
            return self._revision(added)

    def update(self, name: str, definition: str | None, **settings: Any) -> Revision:
        """A new revision, with this definition and these settings instead of the former ones.

        Where nothing differs, the former one stays.
        """
        with self._changing:
            former = self.current(name)
            if definition in {None, former.definition} and former.settings == replace(
                former.settings, **settings
            ):
                return former
            changed = replace(former.settings, created=former.created, revision=str(uuid.uuid4()), **settings)
            text = former.definition if definition is None else definition
            return self._revision(self._store.add_revision(name, text, changed.to_json(), self._clock.now()))

    def delete(self, name: str) -> None:
        """Forget a machine for new starts; its executions go on and stay known. None to delete is fine."""
        with self._changing:
            self._store.retire_machine(name)

    def current(self, name: str) -> Revision:
        """The revision that new executions run. Raises `StateMachineDoesNotExistError`."""
        machine = self._store.current_machine(name)
        if machine is None:
            raise StateMachineDoesNotExistError(f"State Machine Does Not Exist: '{name}'")
        return self._revision(machine)

    def revision(self, machine_id: int) -> Revision:
        """The revision that an execution runs on."""
        return self._revision(self._store.machine(machine_id))

    def names(self) -> list[str]:
        """The names of all machines, sorted."""
        return self._store.machine_names()

    def tags(self, name: str) -> dict[str, str]:
        return self._store.tags(name)

    def tag(self, name: str, tags: Mapping[str, str]) -> None:
        """Add tags; one of the same key gets the new value."""
        with self._changing:
            self._store.set_tags(name, {**self._store.tags(name), **tags})

    def untag(self, name: str, keys: Iterable[str]) -> None:
        with self._changing:
            gone = set(keys)
            kept = {key: value for key, value in self._store.tags(name).items() if key not in gone}
            self._store.set_tags(name, kept)

    def _revision(self, machine: StateMachine) -> Revision:
        settings = self._settings(machine.id)
        return Revision(machine.id, machine.name, machine.definition, machine.created, settings)

    def _read_settings(self, revision: int) -> Settings:
        return Settings(**json.loads(self._store.settings(revision)))
