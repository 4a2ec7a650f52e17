"""How far a map run is, and what it wants done: plain data between a walk, the store and the loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coworks.asl.states.distributed_map import MOST_AT_ONCE, Tolerance
from coworks.engine.records import MapRun, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

FAILED: Final = (Status.FAILED, Status.TIMED_OUT, Status.ABORTED)

Tally = dict[Status, tuple[int, int]]
"""How many child executions have a status, and how many items they have."""


@dataclass(slots=True, eq=False)
class Progress:
    """A map run and how far it is: the items that have begun, and the children that run or failed."""

    run: MapRun
    begun: int = 0
    running: int = 0
    ended: int = 0
    failed: int = 0

    @classmethod
    def counted(cls, run: MapRun, tally: Tally) -> Progress:
        """The progress that the rows of the children tell."""
        begun = sum(items for _, items in tally.values())
        running, running_items = tally.get(Status.RUNNING, (0, 0))
        failed = sum(tally[status][1] for status in FAILED if status in tally)
        return cls(run, begun, running, begun - running_items, failed)

    @property
    def has_room(self) -> bool:
        most = self.run.at_once or MOST_AT_ONCE
        return self.begun < self.run.items and self.running < min(most, MOST_AT_ONCE)

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
