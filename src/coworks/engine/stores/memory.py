"""The store's twin in memory: the same verbs, nothing kept."""

from __future__ import annotations

import json
from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING, Any

from coworks.engine.records import ANY, Alias, Execution, MapRun, Position, StateMachine, Status, Version
from coworks.engine.stores.event_pages import read_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coworks.engine.records import Activity, Change, Redrivable, Which


class MemoryStore:
    """See `Store`."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._machines: dict[int, StateMachine] = {}
        self._current: dict[str, int] = {}
        self._settings: dict[int, str] = {}
        self._tags: dict[str, dict[str, str]] = {}
        self._versions: dict[str, dict[int, Version]] = {}
        self._aliases: dict[str, dict[str, Alias]] = {}
        self._activities: dict[str, Activity] = {}
        self._executions: dict[int, Execution] = {}
        self._ids: dict[tuple[str, str], int] = {}
        self._positions: dict[int, dict[int, Position]] = {}
        self._parents: dict[int, dict[int, None]] = {}
        self._events: dict[int, list[str]] = {}
        self._map_runs: dict[str, MapRun] = {}
        self._children: dict[str, dict[int, int]] = {}

    def put_machine(self, name: str, definition: str, now: float) -> StateMachine:
        with self._lock:
            for machine in self._machines.values():
                same = (machine.name, machine.definition) == (name, definition)
                if same and machine.id not in self._settings:
                    self._current[name] = machine.id
                    return machine
            machine = StateMachine(len(self._machines) + 1, name, definition, now)
            self._machines[machine.id] = machine
            self._current[name] = machine.id
            return machine

    def current_machine(self, name: str) -> StateMachine | None:
        with self._lock:
            return self._machines[self._current[name]] if name in self._current else None

    def machine(self, machine_id: int) -> StateMachine:
        with self._lock:
            return self._machines[machine_id]

    def machine_names(self) -> list[str]:
        with self._lock:
            return sorted(self._current)

    def add_revision(self, name: str, definition: str, settings: str, now: float) -> StateMachine:
        with self._lock:
            machine = StateMachine(len(self._machines) + 1, name, definition, now)
            self._machines[machine.id] = machine
            self._settings[machine.id] = settings
            self._current[name] = machine.id
            return machine

    def settings(self, machine_id: int) -> str:
        with self._lock:
            return self._settings.get(machine_id, "{}")

    def retire_machine(self, name: str) -> None:
        with self._lock:
            self._current.pop(name, None)
            self._tags.pop(name, None)
            self._versions.pop(name, None)
            self._aliases.pop(name, None)

    def tags(self, machine: str) -> dict[str, str]:
        with self._lock:
            return dict(self._tags.get(machine, {}))

    def set_tags(self, machine: str, tags: Mapping[str, str]) -> None:
        with self._lock:
            self._tags[machine] = dict(tags)

    def versions(self, machine: str) -> list[Version]:
        with self._lock:
            known = self._versions.get(machine, {})
            return [known[number] for number in sorted(known, reverse=True)]

    def put_version(self, version: Version) -> None:
        with self._lock:
            self._versions.setdefault(version.machine, {})[version.number] = version

    def aliases(self, machine: str) -> list[Alias]:
        with self._lock:
            known = self._aliases.get(machine, {})
            return [known[name] for name in sorted(known)]

    def put_alias(self, alias: Alias) -> None:
        with self._lock:
            self._aliases.setdefault(alias.machine, {})[alias.name] = alias

    def delete_alias(self, machine: str, name: str) -> None:
        with self._lock:
            self._aliases.get(machine, {}).pop(name, None)

    def put_activity(self, activity: Activity) -> Activity:
        with self._lock:
            return self._activities.setdefault(activity.name, activity)

    def activity(self, name: str) -> Activity | None:
        with self._lock:
            return self._activities.get(name)

    def activities(self) -> list[Activity]:
        with self._lock:
            return [self._activities[name] for name in sorted(self._activities)]

    def delete_activity(self, name: str) -> None:
        with self._lock:
            self._activities.pop(name, None)
            self._tags.pop(f"activity:{name}", None)

    def queued(self, activity: str, limit: int) -> list[tuple[int, int]]:
        with self._lock:
            waiting = sorted(
                (one.queued_at, one.execution, one.branch)
                for one in self._all_positions()
                if one.queue == activity and one.queued_at is not None
            )
        return [(execution, branch) for _, execution, branch in waiting[:limit]]

    def parents(self, children: Sequence[int]) -> dict[int, list[int]]:
        with self._lock:
            found = {child: self._waiting_for(child) for child in children}
        return {child: parents for child, parents in found.items() if parents}

    def _waiting_for(self, child: int) -> list[int]:
        return [
            parent
            for parent in self._parents.get(child, ())
            if any(one.child == child for one in self._positions.get(parent, {}).values())
        ]

    def commit(self, changes: Sequence[Change]) -> None:
        with self._lock:
            for change in changes:
                self._apply(change)

    def _apply(self, change: Change) -> None:
        if change.events:
            self._events.setdefault(change.events.execution, []).append(change.events.data)
        for one in [one for which in change.redriven for one in self._redrivable(which)]:
            self._executions[one.id] = replace(one, status=Status.PENDING_REDRIVE)
        if change.execution and change.execution.status is not Status.RUNNING:
            self._positions.pop(change.execution.id, None)
        for owner, branch in change.gone:
            self._positions.get(owner, {}).pop(branch, None)
        for position in change.positions:
            self._positions.setdefault(position.execution, {})[position.branch] = position
            if position.child is not None:
                self._parents.setdefault(position.child, {})[position.execution] = None
        self._map_runs.update((run.name, run) for run in change.map_runs)
        if execution := change.execution:
            self._executions[execution.id] = execution
            self._ids[execution.machine, execution.name] = execution.id
            if execution.map_run is not None:
                self._children.setdefault(execution.map_run, {})[execution.first_item] = execution.id
            if execution.express and execution.status is not Status.RUNNING:
                del self._executions[execution.id], self._ids[execution.machine, execution.name]

    def execution(self, machine: str, name: str) -> Execution | None:
        with self._lock:
            found = self._ids.get((machine, name))
            return None if found is None else self._executions[found]

    def executions(
        self, which: Which = ANY, *, limit: int = 100, before: tuple[float, int] | None = None
    ) -> list[Execution]:
        with self._lock:
            newest_first = sorted(
                self._executions.values(), key=lambda one: (one.started, one.id), reverse=True
            )
        wanted = (
            one
            for one in newest_first
            if not one.express and which.holds(one)
            if before is None or (one.started, one.id) < before
        )
        return [one for one, _ in zip(wanted, range(limit), strict=False)]

    def children(self, map_run: str, after: int, limit: int, status: Status | None = None) -> list[Execution]:
        with self._lock:
            of_run = self._children.get(map_run, {})
            found = [self._executions[of_run[first]] for first in sorted(of_run) if first > after]
        return [one for one in found if status in {None, one.status}][:limit]

    def redrivable(self, which: Redrivable) -> tuple[int, int]:
        with self._lock:
            found = self._redrivable(which)
        return len(found), sum(one.items for one in found)

    def _redrivable(self, which: Redrivable) -> list[Execution]:
        children = [self._executions[one] for one in self._children.get(which.map_run, {}).values()]
        return [
            one
            for one in children
            if one.status not in {Status.RUNNING, Status.SUCCEEDED}
            if which.since is None or (one.stopped is not None and one.stopped >= which.since)
            if (last := self._last_event(one.id)) and (which.events is None or last < which.events)
        ]

    def _last_event(self, execution_id: int) -> int:
        """The number of the event after which its branches stood; 0 when they did not leave where."""
        positions = self._positions.get(execution_id, {})
        return max((json.loads(one.data)["last_event"] for one in positions.values()), default=0)

    def tally(self, map_run: str) -> dict[Status, tuple[int, int]]:
        counted: dict[Status, tuple[int, int]] = {}
        for child in self.children(map_run, -1, len(self._executions)):
            executions, items = counted.get(child.status, (0, 0))
            counted[child.status] = executions + 1, items + child.items
        return counted

    def map_run(self, name: str) -> MapRun | None:
        with self._lock:
            return self._map_runs.get(name)

    def map_runs(self, execution_id: int) -> list[MapRun]:
        with self._lock:
            runs = [run for run in self._map_runs.values() if run.execution == execution_id]
        return sorted(runs, key=lambda run: (-run.started, run.name))

    def load(self, execution_id: int) -> tuple[Execution, list[Position]]:
        with self._lock:
            positions = self._positions.get(execution_id, {})
            return self._executions[execution_id], [positions[branch] for branch in sorted(positions)]

    def load_many(self, execution_ids: Sequence[int]) -> dict[int, tuple[Execution, list[Position]]]:
        return {one: self.load(one) for one in execution_ids}

    def events(self, execution_id: int) -> list[dict[str, Any]]:
        with self._lock:
            batches = list(self._events.get(execution_id, []))
        return [event for data in batches for event in json.loads(data)]

    def event_page(
        self, execution_id: int, *, beyond: int, limit: int, backwards: bool = False
    ) -> list[dict[str, Any]]:
        with self._lock:
            batches = list(self._events.get(execution_id, []))
        if backwards:
            batches.reverse()
        return read_page(batches, beyond=beyond, limit=limit, backwards=backwards)

    def due(self, now: float, limit: int) -> list[int]:
        with self._lock:
            waking = sorted(
                (position.wake_at, position.execution)
                for position in self._all_positions()
                if position.wake_at is not None and position.wake_at <= now
            )
        return list(dict.fromkeys(execution for _, execution in waking))[:limit]

    def next_wake(self) -> float | None:
        with self._lock:
            times = [one.wake_at for one in self._all_positions() if one.wake_at is not None]
        return min(times, default=None)

    def release(self, now: float) -> None:
        with self._lock:
            for position in self._all_positions():
                if position.in_flight:
                    released = Position(position.execution, position.branch, now, True, position.data)
                    self._positions[position.execution][position.branch] = released

    def _all_positions(self) -> list[Position]:
        return [one for branches in self._positions.values() for one in branches.values()]

    def last_execution_id(self) -> int:
        with self._lock:
            return max(self._executions, default=0)

    def close(self) -> None:
        pass
