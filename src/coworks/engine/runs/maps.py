"""What the loop asks of a run about its distributed Maps: children to start and to stop, jobs to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coworks.engine.runs.position import Phase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.engine.records import Execution, MapRun
    from coworks.engine.runs.branch import Branch
    from coworks.engine.runs.map_progress import Job, Progress, Start
    from coworks.engine.runs.map_runs import MapRuns
    from coworks.engine.runs.owner import Owner
    from coworks.engine.runs.tree import Tree


class Maps:
    """See the module."""

    __slots__ = ("_map_runs", "_run", "_tree")

    def __init__(self, run: Owner, tree: Tree, map_runs: MapRuns) -> None:
        self._run = run
        self._tree = tree
        self._map_runs = map_runs

    def child_ended(self, child: Execution, now: float) -> None:
        """A child execution of a distributed Map is over."""
        branch = self._mapping(child.map_run)
        if branch and branch.at.phase is Phase.MAPPING:
            self._map_runs.child_ended(branch, child, now)
            self._run.settle(now)

    def update(self, run: MapRun, now: float) -> None:
        """Go on with the settings of this map run, unless it is over."""
        if branch := self._mapping(run.name):
            self._map_runs.update(branch, run, now)
            self._run.settle(now)

    def take_starts(self, now: float, most: int) -> Iterator[Start]:
        """The child executions that have to be started now, each handed out once, `most` of them."""
        for branch in self._under_way():
            if branch.progress and self._run.running:
                for start in self._map_runs.starts(branch, most, now):
                    most -= 1
                    yield start
                self._run.settle(now)

    def take_redrives(self, most: int) -> Iterator[tuple[Progress, int]]:
        """The map runs that redrive children now, up to `most` of them, with how many each.

        Those that the store has not heard of yet do so in a later turn.
        """
        for branch in self._under_way():
            progress = branch.progress if branch.at.phase is Phase.MAPPING else None
            if progress and progress.run.name not in self._map_runs.changed:
                number = min(most, progress.pending, progress.free)
                if number > 0:
                    most -= number
                    yield progress, number

    @property
    def is_hungry(self) -> bool:
        """True when more child executions may be started at once."""
        return any(
            one.progress.has_room
            for one in self._under_way()
            if one.progress and one.at.phase is Phase.MAPPING
        )

    def take_cancelled(self, now: float) -> list[MapRun]:
        """The map runs whose child executions have to be stopped, each handed out once."""
        runs = self._map_runs
        given_up, self._tree.given_up = self._tree.given_up, []
        if not self._run.running:
            given_up += [one.progress for one in self._tree.live() if one.progress]
        for progress in given_up:
            if progress.run.name not in runs.changed or runs.changed[progress.run.name].stopped is None:
                runs.given_up(progress, now)
        cancelled, runs.cancelled = runs.cancelled, []
        return cancelled

    def take_jobs(self) -> Iterator[tuple[int, int, Job]]:
        """What has to be done now outside the loop, each handed out once: the branch, the id, the job."""
        for branch in self._under_way():
            job, branch.job = branch.job, None
            if job:
                yield branch.id, branch.at.previous, job

    def _mapping(self, map_run: str | None) -> Branch | None:
        mapping = (one for one in self._under_way() if one.progress and one.at.map_run == map_run)
        return next(mapping, None)

    def _under_way(self) -> list[Branch]:
        return self._tree.live() if self._run.running else []
