"""Versions and aliases: numbers and names for the revisions of a state machine.

A version is a revision that does not change any more, an alias leads executions to one or two versions.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-cd-aliasing-versioning.html
"""

from __future__ import annotations

import random
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Final

from coworks.engine.errors import ConflictError, ResourceNotFoundError, ServiceQuotaExceededError
from coworks.engine.records import Alias, Through, Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coworks.engine.clock import Clock
    from coworks.engine.machines import Revision
    from coworks.engine.stores.store import Store

MAX_VERSIONS: Final = 1000
MAX_ALIASES: Final = 100
INITIAL: Final = "INITIAL"
"""What a caller calls the revision of a machine that was never changed."""

Routes = tuple[tuple[int, int], ...]


class Versions:
    """Publishes, names and deletes. Machines exist: the caller has seen to that."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._changing = Lock()

    def publish(self, machine: Revision, description: str = "", *, only: str | None = None) -> Version:
        """The version of the current revision, a new one unless it has one already.

        Raises `ConflictError` when `only` names another revision, `ServiceQuotaExceededError`.
        """
        current = machine.settings.revision or INITIAL
        if only is not None and only != current:
            raise ConflictError(
                f"Failed to publish the State Machine version for revision {only}."
                f" The current State Machine revision is {current}."
            )
        with self._changing:
            known = self._store.versions(machine.name)
            living = [one for one in known if not one.deleted]
            if found := next((one for one in living if one.revision == machine.id), None):
                return found
            if len(living) >= MAX_VERSIONS:
                raise ServiceQuotaExceededError(f"a state machine has {MAX_VERSIONS} versions at most")
            number = known[0].number + 1 if known else 1
            version = Version(machine.name, number, machine.id, description, self._clock.now())
            self._store.put_version(version)
            return version

    def list(self, machine: str) -> list[Version]:
        """The versions of a machine, the newest first."""
        return [one for one in self._store.versions(machine) if not one.deleted]

    def find(self, machine: str, number: int) -> Version | None:
        return next((one for one in self.list(machine) if one.number == number), None)

    def delete(self, machine: str, number: int) -> None:
        """Delete a version; none to delete is fine. Raises `ConflictError` while an alias leads to it."""
        with self._changing:
            if named := [one.name for one in self.aliases(machine, number)]:
                raise ConflictError(
                    "Version to be deleted must not be referenced by an alias."
                    f" Current list of aliases referencing this version: [{', '.join(named)}]"
                )
            if found := self.find(machine, number):
                self._store.put_version(replace(found, deleted=True))

    def create_alias(self, machine: str, name: str, description: str, routes: Routes) -> Alias:
        """A new alias; the same again is the same one.

        Raises `ConflictError`, `ResourceNotFoundError` for an unknown version, `ServiceQuotaExceededError`.
        """
        with self._changing:
            self._check_versions(machine, routes)
            known = self._store.aliases(machine)
            if found := next((one for one in known if one.name == name), None):
                if (found.description, found.routes) != (description, routes):
                    raise ConflictError(
                        "Failed to create alias because an alias with the same name and a different"
                        " routing configuration already exists."
                    )
                return found
            if len(known) >= MAX_ALIASES:
                raise ServiceQuotaExceededError(f"a state machine has {MAX_ALIASES} aliases at most")
            now = self._clock.now()
            alias = Alias(machine, name, description, routes, now, now)
            self._store.put_alias(alias)
            return alias

    def update_alias(
        self, machine: str, name: str, description: str | None = None, routes: Routes | None = None
    ) -> Alias:
        """Change what is given. Raises `ResourceNotFoundError`."""
        with self._changing:
            alias = self.alias(machine, name)
            if routes is not None:
                self._check_versions(machine, routes)
                alias = replace(alias, routes=routes)
            if description is not None:
                alias = replace(alias, description=description)
            alias = replace(alias, updated=self._clock.now())
            self._store.put_alias(alias)
            return alias

    def delete_alias(self, machine: str, name: str) -> None:
        """Delete an alias; none to delete is fine."""
        with self._changing:
            self._store.delete_alias(machine, name)

    def alias(self, machine: str, name: str) -> Alias:
        """The alias of a name. Raises `ResourceNotFoundError`."""
        for alias in self._store.aliases(machine):
            if alias.name == name:
                return alias
        raise _not_found()

    def aliases(self, machine: str, number: int | None = None) -> Sequence[Alias]:
        """The aliases of a machine, or those that lead to one of its versions, sorted by name."""
        known = self._store.aliases(machine)
        return [one for one in known if number is None or any(number == route for route, _ in one.routes)]

    def through(self, machine: str, qualifier: str) -> Through:
        """What an execution runs that is started by a version's number or an alias, which draws by weight.

        Raises `ResourceNotFoundError`.
        """
        if qualifier.isdecimal():
            return self._through(machine, int(qualifier), None)
        alias = self.alias(machine, qualifier)
        numbers, weights = zip(*alias.routes, strict=True)
        (number,) = random.choices(numbers, weights)  # noqa: S311 - spreads load, no secret
        return self._through(machine, number, alias.name)

    def _through(self, machine: str, number: int, alias: str | None) -> Through:
        version = self.find(machine, number)
        if version is None:
            raise _not_found()
        return Through(version.revision, number, alias)

    def _check_versions(self, machine: str, routes: Routes) -> None:
        if any(self.find(machine, number) is None for number, _ in routes):
            raise _not_found()


def _not_found() -> ResourceNotFoundError:
    return ResourceNotFoundError("Request references a resource that does not exist.")
