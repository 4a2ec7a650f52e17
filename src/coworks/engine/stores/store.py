"""The verbs that the engine needs of a store.

One writer (the loop) calls `commit`; anybody may read, from any thread, and sees what was committed.
`SqliteStore` keeps everything on disk; `MemoryStore` is its twin for tests. One suite of tests holds both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from coworks.engine.records import ANY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coworks.engine.records import (
        Activity,
        Alias,
        Change,
        Execution,
        MapRun,
        Position,
        Redrivable,
        StateMachine,
        Status,
        Version,
        Which,
    )


class Store(Protocol):
    """Where executions are kept."""

    def put_machine(self, name: str, definition: str, now: float) -> StateMachine:
        """Make this definition the current revision of the machine; the same text again changes nothing."""

    def current_machine(self, name: str) -> StateMachine | None:
        """The revision that new executions run."""

    def machine(self, machine_id: int) -> StateMachine:
        """A revision by its id."""

    def machine_names(self) -> list[str]:
        """The names of all machines, sorted."""

    def add_revision(self, name: str, definition: str, settings: str, now: float) -> StateMachine:
        """Make a new revision, the same text or not, and make it the current one; `settings` is JSON text."""

    def settings(self, machine_id: int) -> str:
        """The settings of a revision; `{}` for one that was put without."""

    def retire_machine(self, name: str) -> None:
        """Forget a machine, its tags, versions and aliases; its revisions stay for their executions."""

    def tags(self, machine: str) -> dict[str, str]:
        """The tags of a machine, in the order in which they were set."""

    def set_tags(self, machine: str, tags: Mapping[str, str]) -> None:
        """Replace the tags of a machine."""

    def versions(self, machine: str) -> list[Version]:
        """The versions of a machine, the newest first, those that were deleted included."""

    def put_version(self, version: Version) -> None:
        """Add a version, or replace the one of its number."""

    def aliases(self, machine: str) -> list[Alias]:
        """The aliases of a machine, sorted by name."""

    def put_alias(self, alias: Alias) -> None:
        """Add an alias, or replace the one of its name."""

    def delete_alias(self, machine: str, name: str) -> None:
        """Forget an alias; none to forget is fine."""

    def put_activity(self, activity: Activity) -> Activity:
        """Add an activity; one of its name that exists already stays, and is returned."""

    def activity(self, name: str) -> Activity | None:
        """An activity by its name."""

    def activities(self) -> list[Activity]:
        """All activities, sorted by their names."""

    def delete_activity(self, name: str) -> None:
        """Forget an activity, and its tags under `activity:NAME`."""

    def queued(self, activity: str, limit: int) -> list[tuple[int, int]]:
        """The executions, with their branches, that wait for a worker of the activity, the longest first."""

    def parents(self, children: Sequence[int]) -> dict[int, list[int]]:
        """The executions that wait for the end of another one; those of which nobody does are left out."""

    def commit(self, changes: Sequence[Change]) -> None:
        """Write the changes in one transaction; they are on disk when this returns.

        Raises `StoreError` and has written nothing when the disk is full or the database locked.
        """

    def execution(self, machine: str, name: str) -> Execution | None:
        """An execution by its name."""

    def executions(
        self, which: Which = ANY, *, limit: int = 100, before: tuple[float, int] | None = None
    ) -> list[Execution]:
        """Executions, the newest first, without express ones.

        `before` is the start and id of the last one already seen.
        """

    def children(self, map_run: str, after: int, limit: int, status: Status | None = None) -> list[Execution]:
        """The child executions of a map run in the order of their items, those after this item."""

    def redrivable(self, which: Redrivable) -> tuple[int, int]:
        """How many child executions of a map run may be redriven, and how many items they have."""

    def tally(self, map_run: str) -> dict[Status, tuple[int, int]]:
        """How many child executions of a map run have each status, and how many items they have."""

    def map_run(self, name: str) -> MapRun | None:
        """A run of a distributed Map."""

    def map_runs(self, execution_id: int) -> list[MapRun]:
        """The map runs of an execution, the newest first."""

    def load(self, execution_id: int) -> tuple[Execution, list[Position]]:
        """An execution and where its branches stand."""

    def load_many(self, execution_ids: Sequence[int]) -> dict[int, tuple[Execution, list[Position]]]:
        """The same for many executions, by their ids."""

    def events(self, execution_id: int) -> list[dict[str, Any]]:
        """The event history, the oldest first."""

    def event_page(
        self, execution_id: int, *, beyond: int, limit: int, backwards: bool = False
    ) -> list[dict[str, Any]]:
        """Up to `limit` events after the one of the id `beyond`; those before it, `backwards`.

        What it costs depends on the page, not on the history.
        """

    def due(self, now: float, limit: int) -> list[int]:
        """Ids of executions with a branch that wants to be looked at by now, the longest waiting first."""

    def next_wake(self) -> float | None:
        """The earliest time that a branch wants to be looked at."""

    def release(self, now: float) -> None:
        """Make what a dead process had in flight due at once."""

    def last_execution_id(self) -> int:
        """The highest id in use, 0 when there is none."""

    def close(self) -> None:
        """Give everything back."""
