"""What is to be run, on disk: machines with their revisions, tags, versions and aliases; activities."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import astuple, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from coworks.engine.records import Activity, Alias, StateMachine, Version
from coworks.engine.stores.database import Database
from coworks.engine.stores.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MACHINE: Final = "id, name, definition, created"
_VERSION: Final = "machine, number, revision, description, created, deleted"
_ALIAS: Final = "machine, name, description, routes, created, updated"


class Definitions(Database):
    """See the module, and `Store` for the verbs."""

    def __init__(self, path: Path | str, *, patience: float = 5) -> None:
        super().__init__(path, patience=patience)
        self._current: Remembered[StateMachine] = Remembered()

    def put_machine(self, name: str, definition: str, now: float) -> StateMachine:
        digest = hashlib.sha256(definition.encode()).digest()
        with self.transaction() as writer:
            writer.execute("UPDATE machines SET current = 0 WHERE name = ?", (name,))
            writer.execute(
                "INSERT INTO machines (name, digest, definition, created, current) VALUES (?, ?, ?, ?, 1)"
                " ON CONFLICT (name, digest) DO UPDATE SET current = 1",
                (name, digest, definition, now),
            )
        self._current.forget()
        machine = self.current_machine(name)
        assert machine is not None  # noqa: S101 - written just above
        return machine

    def current_machine(self, name: str) -> StateMachine | None:
        return self._current.get(name, partial(self._read_current, name))

    def _read_current(self, name: str) -> StateMachine | None:
        rows = self.read(f"SELECT {_MACHINE} FROM machines WHERE name = ? AND current", (name,))  # noqa: S608
        return StateMachine(*rows[0]) if rows else None

    def machine(self, machine_id: int) -> StateMachine:
        rows = self.read(f"SELECT {_MACHINE} FROM machines WHERE id = ?", (machine_id,))  # noqa: S608
        return StateMachine(*rows[0])

    def machine_names(self) -> list[str]:
        return [name for (name,) in self.read("SELECT name FROM machines WHERE current ORDER BY name")]

    def add_revision(self, name: str, definition: str, settings: str, now: float) -> StateMachine:
        with self.transaction() as writer:
            writer.execute("UPDATE machines SET current = 0 WHERE name = ?", (name,))
            # Its digest is unique, so that `put_machine` never takes it for a text of its own.
            writer.execute(
                "INSERT INTO machines (name, digest, definition, created, current, settings)"
                " VALUES (?, ?, ?, ?, 1, ?)",
                (name, uuid.uuid4().bytes, definition, now, settings),
            )
        self._current.forget()
        machine = self.current_machine(name)
        assert machine is not None  # noqa: S101 - written just above
        return machine

    def settings(self, machine_id: int) -> str:
        ((settings,),) = self.read("SELECT settings FROM machines WHERE id = ?", (machine_id,))
        return str(settings)

    def retire_machine(self, name: str) -> None:
        with self.transaction() as writer:
            writer.execute("UPDATE machines SET current = 0 WHERE name = ?", (name,))
            for table in ("tags", "versions", "aliases"):
                writer.execute(f"DELETE FROM {table} WHERE machine = ?", (name,))  # noqa: S608
        self._current.forget()

    def tags(self, machine: str) -> dict[str, str]:
        return dict(self.read("SELECT key, value FROM tags WHERE machine = ? ORDER BY rowid", (machine,)))

    def set_tags(self, machine: str, tags: Mapping[str, str]) -> None:
        with self.transaction() as writer:
            writer.execute("DELETE FROM tags WHERE machine = ?", (machine,))
            writer.executemany(
                "INSERT INTO tags (machine, key, value) VALUES (?, ?, ?)",
                [(machine, key, value) for key, value in tags.items()],
            )

    def versions(self, machine: str) -> list[Version]:
        query = f"SELECT {_VERSION} FROM versions WHERE machine = ? ORDER BY number DESC"  # noqa: S608
        rows = self.read(query, (machine,))
        return [replace(Version(*row), deleted=bool(row[-1])) for row in rows]

    def put_version(self, version: Version) -> None:
        with self.transaction() as writer:
            writer.execute(
                f"INSERT OR REPLACE INTO versions ({_VERSION}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                astuple(version),
            )

    def aliases(self, machine: str) -> list[Alias]:
        query = f"SELECT {_ALIAS} FROM aliases WHERE machine = ? ORDER BY name"  # noqa: S608
        return [
            Alias(
                owner,
                name,
                described,
                tuple((number, weight) for number, weight in json.loads(routes)),
                *times,
            )
            for owner, name, described, routes, *times in self.read(query, (machine,))
        ]

    def put_alias(self, alias: Alias) -> None:
        owner, name, described, routes, *times = (getattr(alias, column) for column in alias.__slots__)
        with self.transaction() as writer:
            writer.execute(
                f"INSERT OR REPLACE INTO aliases ({_ALIAS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                (owner, name, described, json.dumps(routes), *times),
            )

    def delete_alias(self, machine: str, name: str) -> None:
        with self.transaction() as writer:
            writer.execute("DELETE FROM aliases WHERE machine = ? AND name = ?", (machine, name))

    def put_activity(self, activity: Activity) -> Activity:
        with self.transaction() as writer:
            writer.execute(
                "INSERT INTO activities (name, created, settings) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (activity.name, activity.created, activity.settings),
            )
        return self.activity(activity.name) or activity

    def activity(self, name: str) -> Activity | None:
        rows = self.read("SELECT name, created, settings FROM activities WHERE name = ?", (name,))
        return Activity(*rows[0]) if rows else None

    def activities(self) -> list[Activity]:
        rows = self.read("SELECT name, created, settings FROM activities ORDER BY name")
        return [Activity(*row) for row in rows]

    def delete_activity(self, name: str) -> None:
        with self.transaction() as writer:
            writer.execute("DELETE FROM activities WHERE name = ?", (name,))
            writer.execute("DELETE FROM tags WHERE machine = ?", (f"activity:{name}",))
