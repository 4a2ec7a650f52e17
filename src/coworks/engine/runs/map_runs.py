"""Distributed Map under way: begins child executions, counts them, joins what they give or gives up.

A child execution is an execution like any other, with a row of its own that tells its map run and its items.
So the progress of a map run needs no writing: it is what the rows of the children say, and after a restart it
is counted from them.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from coworks.asl import StateFailure
from coworks.asl.failures import DATA_LIMIT_EXCEEDED, QUERY_EVALUATION_ERROR, RUNTIME
from coworks.asl.states.distributed_map import Tolerance, tolerance_exceeded
from coworks.engine.history import failure as failed
from coworks.engine.json_text import json_text
from coworks.engine.records import MapRun, Redrivable, Status
from coworks.engine.runs.map_progress import FAILED, Collecting, Progress, Reading, Start
from coworks.engine.runs.position import Phase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.asl import Distribute, DistributedMap
    from coworks.engine.history import History
    from coworks.engine.names import Arns
    from coworks.engine.records import Execution
    from coworks.engine.runs.branch import Branch
    from coworks.engine.runs.tree import Tree


MOST_REDRIVES: Final = 1000
"""How often AWS redrives a map run."""

BEGIN_ANEW: Final = frozenset({DATA_LIMIT_EXCEEDED, QUERY_EVALUATION_ERROR, RUNTIME})
"""A redrive begins a new map run after one that failed so.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
"""


class Mover(Protocol):
    """What moves the branches on."""

    tree: Tree
    history: History

    def tell(self, branch: Branch, result: Any, now: float) -> None:
        """The work of the state is done: it goes on with the result."""

    def fail_fork(self, branch: Branch, met: StateFailure, now: float) -> None:
        """The state's work failed, and with it the state."""

    def met(self, branch: Branch, met: StateFailure, now: float) -> None:
        """A field of the state failed."""

    def explained(self, branch: Branch, met: StateFailure, now: float) -> StateFailure:
        """A failure of the state's own fields, as it is told."""


@dataclass(slots=True)
class MapRuns:
    """The part of a walk that looks after map runs; `execution` is the one that they belong to.

    `changed` are the rows to be written, `cancelled` the map runs whose children are to be stopped,
    `redriven` those of whose children some are to be redriven.
    """

    walk: Mover
    execution: Execution
    arns: Arns
    changed: dict[str, MapRun] = field(default_factory=dict)
    cancelled: list[MapRun] = field(default_factory=list)
    redriven: list[Redrivable] = field(default_factory=list)

    def open(self, branch: Branch, fork: Distribute, now: float) -> None:
        """The state begins: with a map run of its own, whose items are known or to be read."""
        at, state = branch.at, branch.distributing
        at.fork = {one.name: getattr(fork, one.name) for one in fields(fork)}
        at.previous = self.walk.history.forked(state.kind, fork.length, now, at.previous)
        try:
            tolerance = state.tolerance(branch.scope(now))
        except StateFailure as met:
            at.fork = None
            self.walk.met(branch, met, now)
            return
        run = self._new_run(branch, state, fork, tolerance, now)
        at.phase, at.wake_at, at.map_run = Phase.MAPPING, None, run.name
        branch.progress = Progress(run)
        self.changed[run.name] = run
        told = {"mapRunArn": self.arns.map_run(run.machine, run.name)}
        at.previous = self.walk.history.add("MapRunStarted", now, at.previous, told)
        if fork.reading is None:
            self.go_on(branch)
        else:
            at.phase = Phase.READING
            self.hand_out(branch)

    def _new_run(
        self, branch: Branch, state: DistributedMap, fork: Distribute, tolerance: Tolerance, now: float
    ) -> MapRun:
        owner = self.arns.execution(self.execution.machine, self.execution.name)
        machine = self.execution.machine.partition("/")[0]
        label = state.label or uuid.uuid5(uuid.NAMESPACE_URL, f"{machine}/{branch.at.state}")
        return MapRun(
            str(uuid.uuid5(uuid.NAMESPACE_URL, f"{owner}#{branch.at.previous}")),
            self.execution.id,
            f"{machine}/{label}",
            branch.at.state,
            Status.RUNNING,
            now,
            at_once=fork.at_most,
            tolerated_count=tolerance.count,
            tolerated_percentage=tolerance.percentage,
            items=fork.length,
        )

    def redrive(self, branch: Branch, now: float) -> None:
        """The map run of a former attempt goes on: its children that may be redriven wait for that."""
        progress, history = branch.mapping, self.walk.history
        if progress.run.redrives >= MOST_REDRIVES:
            said = f"A Map Run can be redriven {MOST_REDRIVES} times at most"
            self.failed(branch, StateFailure(RUNTIME, said), now)
            return
        self._change(
            branch, status=Status.RUNNING, stopped=None, redrives=progress.run.redrives + 1, redriven=now
        )
        run = progress.run
        if progress.redrivable:
            self.redriven.append(progress.redrivable)
        told = {"mapRunArn": self.arns.map_run(run.machine, run.name), "redriveCount": run.redrives}
        branch.at.previous = history.add("MapRunRedriven", now, branch.at.previous, told)
        self.go_on(branch)

    def go_on(self, branch: Branch) -> None:
        """Gather the results when all children are done; until then, `starts` begins those that may."""
        progress = branch.mapping
        if branch.at.phase is Phase.MAPPING and progress.ended == progress.run.items:
            branch.at.phase = Phase.COLLECTING
            self.walk.tree.moved(branch)
            self.hand_out(branch)

    def wake(self, branch: Branch) -> None:
        """After a restart: have a job done again whose process is gone; find out whether all is done."""
        self.walk.tree.moved(branch)  # or it would stay due
        if branch.at.phase.is_job and not branch.called:
            self.hand_out(branch)
        else:
            self.go_on(branch)

    def hand_out(self, branch: Branch) -> None:
        """Have the items read, or the results gathered."""
        fork = branch.distribution
        if branch.at.phase is Phase.READING:
            branch.job = Reading(fork.reading or {})
        elif branch.at.phase is Phase.COLLECTING:
            branch.job = Collecting(branch.mapping.run, fork.writing)
        branch.called = True

    def done(self, branch: Branch, result: Any, now: float) -> None:
        """A job is done: the items are read, or the results gathered."""
        if branch.at.phase is Phase.COLLECTING:
            self._succeeded(branch, result, now)
            return
        items = result["items"]
        fork = replace(branch.distribution, given=items, length=len(items), sources=result["sources"])
        branch.at.fork = {one.name: getattr(fork, one.name) for one in fields(fork)}
        branch.at.phase, branch.called = Phase.MAPPING, False
        self.walk.tree.moved(branch)
        self._change(branch, items=len(items))
        self.go_on(branch)

    def starts(self, branch: Branch, most: int, now: float) -> Iterator[Start]:
        """The children that begin now, `most` of them."""
        while most > 0 and branch.at.phase is Phase.MAPPING and branch.mapping.has_room:
            progress = branch.mapping
            if progress.pending:
                return
            first = progress.begun
            try:
                given, items = branch.distributing.portion(
                    lambda added: branch.scope(now, {**branch.context, **added}), branch.distribution, first
                )
            except StateFailure as met:
                self.failed(branch, self.walk.explained(branch, met, now), now)
                return
            progress.begun += items
            progress.running += 1
            most -= 1
            name = str(uuid.uuid5(uuid.UUID(progress.run.name), str(first)))
            yield Start(progress.run, name, json_text(given), first, items)

    def child_ended(self, branch: Branch, child: Execution, now: float) -> None:
        """A child execution is over, one way or another."""
        progress = branch.mapping
        progress.running -= 1
        progress.ended += child.items
        if child.status in FAILED:
            progress.failed += child.items
        if progress.is_exceeded:
            self.failed(branch, tolerance_exceeded(), now)
        else:
            self.go_on(branch)

    def broken(self, branch: Branch, failure: StateFailure, now: float) -> None:
        """A job failed."""
        at = branch.at
        self.failed(branch, failure.at_state(at.state, at.entered), now)

    def failed(self, branch: Branch, failure: StateFailure, now: float) -> None:
        """The map run fails, and with it the state; the children that still run are stopped.

        A redrive goes on with it, unless it failed in a way that AWS begins another one after.
        """
        at = branch.at
        details = failed(failure.error, failure.cause)
        at.previous = self.walk.history.add("MapRunFailed", now, at.previous, details)
        self._close(branch, Status.FAILED, now)
        if at.phase is Phase.READING or failure.error in BEGIN_ANEW:
            at.fork = at.map_run = None
        self.walk.fail_fork(branch, failure, now)

    def given_up(self, progress: Progress, now: float) -> None:
        """The execution ended, or the branch around the map run did."""
        run = replace(progress.run, status=Status.ABORTED, stopped=now)
        self.changed[run.name] = run
        self.cancelled.append(run)

    def update(self, branch: Branch, run: MapRun, now: float) -> None:
        """Go on with other settings, which may tolerate less than what failed already."""
        self._change(branch, **{name: getattr(run, name) for name in MapRun.SETTINGS})
        if branch.mapping.is_exceeded:
            self.failed(branch, tolerance_exceeded(), now)

    def _succeeded(self, branch: Branch, result: Any, now: float) -> None:
        history, at = self.walk.history, branch.at
        at.previous = history.add("MapRunSucceeded", now, at.previous)
        history.add("MapStateSucceeded", now, at.previous)
        writing = branch.distribution.writing
        self._change(branch, written=bool(writing and writing["resource"]))
        self._close(branch, Status.SUCCEEDED, now)
        at.fork = at.map_run = None
        self.walk.tell(branch, result, now)

    def _close(self, branch: Branch, status: Status, now: float) -> None:
        self._change(branch, status=status, stopped=now)
        if status is not Status.SUCCEEDED:
            self.cancelled.append(branch.mapping.run)
        branch.progress = branch.job = None
        branch.called = False

    def _change(self, branch: Branch, **changes: Any) -> None:
        progress = branch.mapping
        progress.run = replace(progress.run, **changes)
        self.changed[progress.run.name] = progress.run
