"""How far a map run is, and what it wants done: plain data between a walk, the store and the loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coworks.asl.states.distributed_map import MOST_AT_ONCE, Tolerance
from coworks.engine.records import MapRun, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.engine.records import Execution, Redrivable

FAILED: Final = (Status.FAILED, Status.TIMED_OUT, Status.ABORTED)

Tally = dict[Status, tuple[int, int]]
"""How many child executions have a status, and how many items they have."""


@dataclass(slots=True, eq=False)
class Progress:
    """A map run and how far it is: the items that have begun, and the children that run or failed.

    `pending` children are still to be redriven, those after the item `redriven_to`; which ones may be,
    `redrivable` tells when the run is about to be redriven.
    """

    run: MapRun
    begun: int = 0
    running: int = 0
    ended: int = 0
    failed: int = 0
    pending: int = 0
    redriven_to: int = -1
    redrivable: Redrivable | None = None

    @classmethod
    def counted(cls, run: MapRun, tally: Tally) -> Progress:
        """The progress that the rows of the children tell."""
        begun = sum(items for _, items in tally.values())
        running, running_items = tally.get(Status.RUNNING, (0, 0))
        pending, pending_items = tally.get(Status.PENDING_REDRIVE, (0, 0))
        failed = sum(tally[status][1] for status in FAILED if status in tally)
        return cls(run, begun, running, begun - running_items - pending_items, failed, pending)

    @classmethod
    def reopened(cls, run: MapRun, tally: Tally, which: Redrivable, found: tuple[int, int]) -> Progress:
        """The progress of a map run that is redriven; of its children, `found` are those and their items."""
        begun = sum(items for _, items in tally.values())
        _, succeeded = tally.get(Status.SUCCEEDED, (0, 0))
        pending, items = found
        return cls(run, begun, 0, begun - items, begun - succeeded - items, pending, redrivable=which)

    @property
    def free(self) -> int:
        """How many more children may run."""
        return min(self.run.at_once or MOST_AT_ONCE, MOST_AT_ONCE) - self.running

    @property
    def has_room(self) -> bool:
        """True when a child that is left may begin."""
        return self.free > 0 and (self.pending > 0 or self.begun < self.run.items)

    def resumed(self, child: Execution) -> None:
        """A child is redriven."""
        self.pending -= 1
        self.running += 1
        self.redriven_to = child.first_item

    @property
    def is_exceeded(self) -> bool:
        tolerance = Tolerance(self.run.tolerated_count, self.run.tolerated_percentage)
        return tolerance.is_exceeded(self.failed, self.run.items)


@dataclass(frozen=True, slots=True)
class Start:
    """A child execution that is to be started."""

    run: MapRun
    name: str
    input: str
    first_item: int
    items: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The job of reading the items, from where the ItemReader says."""

    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Collecting:
    """The job of gathering the results of a map run, and of writing them where the ResultWriter says."""

    run: MapRun
    settings: Mapping[str, Any] | None


Job = Reading | Collecting
