"""Child executions of distributed Maps, as the loop runs them: begun, stopped, told to their parents."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from coworks.asl.states.distributed_map import MOST_AT_ONCE
from coworks.engine.records import Execution, Status, Which
from coworks.engine.runs.redrive import last_event, redriven

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from coworks.engine.loop.live import LiveRuns
    from coworks.engine.records import MapRun
    from coworks.engine.runs.map_progress import Progress, Start
    from coworks.engine.runs.run import Run
    from coworks.engine.stores.store import Store


class Children:
    """See the module."""

    def __init__(self, live: LiveRuns, store: Store, post: Callable[[Callable[[float], None]], None]) -> None:
        self._live = live
        self._post = post
        self._store = store
        self._owners: dict[str, int] = {}
        self._hungry: set[int] = set()

    def follow(self, run: Run, now: float) -> list[Run]:
        """The executions that are to be looked at because this one was moved."""
        followed = self._stop_children(run, now) + self._start_children(run, now)
        if not run.running:
            followed += self._parent_told(run, now)
        return followed

    def tell_parent(self, child: Run, now: float) -> None:
        """A child execution is over; a turn follows in which the parent is looked at."""
        self._parent_told(child, now)

    def _parent_told(self, child: Run, now: float) -> list[Run]:
        """The parent of a child execution that is over, unless it is over, too."""
        if child.record.map_run is None:
            return []
        parent = self._live.get(self._owner(child.record.map_run))
        if not parent.running:
            return []
        self._live.move(parent, lambda parent: parent.maps.child_ended(child.record, now), now)
        return [parent]

    def committed(self) -> None:
        """What happened is on disk: from now on the store knows whose a map run is."""
        self._owners.clear()

    def _owner(self, map_run: str) -> int:
        if map_run not in self._owners:
            found = self._store.map_run(map_run)
            assert found is not None  # noqa: S101 - a child is written with or after its map run
            self._owners[map_run] = found.execution
        return self._owners[map_run]

    def _start_children(self, parent: Run, now: float) -> list[Run]:
        """The child executions that may begin, as many as the turn has room for."""
        begun: list[Run] = []

        def begin(parent: Run) -> None:
            for progress, number in parent.maps.take_redrives(self._live.room):
                begun.extend(self._redrive(progress, number, now))
            for start in parent.maps.take_starts(now, self._live.room):
                begun.append(self._begin(parent.record, start, now))

        if self._live.room > 0:
            self._live.move(parent, begin, now)
        if parent.maps.is_hungry and parent.record.id not in self._hungry:
            self._hungry.add(parent.record.id)
            self._post(partial(self._feed, parent.record.id))
        return begun

    def _redrive(self, progress: Progress, number: int, now: float) -> Iterator[Run]:
        """Child executions go on: standard ones from where they failed, express ones from their start."""
        pending = self._store.children(
            progress.run.name, progress.redriven_to, number, Status.PENDING_REDRIVE
        )
        loaded = self._store.load_many([one.id for one in pending])
        for child in pending:
            self._owners[progress.run.name] = progress.run.execution
            record, positions = redriven(child, None, now), loaded[child.id][1]
            progress.resumed(child)
            if self._live.map_state(child.machine_id, progress.run.state).express:
                run = self._live.begun_anew(record, last_event(positions))
                self._live.move(run, _redriving(now, [one.branch for one in positions[1:]]), now)
            else:
                run = self._live.reopened(record, positions, now)
                self._live.move(run, _redriving(now), now)
            yield run

    def _feed(self, execution_id: int, now: float) -> None:
        """Look in this turn at an execution that wants to start more children."""
        self._hungry.discard(execution_id)
        self._live.touch(execution_id)

    def _begin(self, parent: Execution, start: Start, now: float) -> Run:
        self._owners[start.run.name] = parent.id
        record = Execution(
            *(0, parent.machine_id, start.run.machine, start.name, Status.RUNNING, start.input, now),
            map_run=start.run.name,
            first_item=start.first_item,
            items=start.items,
        )
        return self._live.begin(record, self._live.map_state(parent.machine_id, start.run.state).processor)

    def _stop_children(self, parent: Run, now: float) -> list[Run]:
        """The child executions of map runs that were given up, now aborted."""
        stopped = []
        for map_run in parent.maps.take_cancelled(now):
            ids = self._live.children(map_run.name) + self._running(map_run)
            for run in [self._live.get(one) for one in dict.fromkeys(ids)]:
                if run.running:
                    self._live.move(run, lambda run: run.abort(None, None, now), now)
                    stopped.append(run)
        return stopped

    def _running(self, map_run: MapRun) -> list[int]:
        found = self._store.executions(Which(map_run=map_run.name, status=Status.RUNNING), limit=MOST_AT_ONCE)
        return [one.id for one in found]


def _redriving(now: float, forgotten: Sequence[int] = ()) -> Callable[[Run], object]:
    return lambda run: run.redrive(now, forgotten)
