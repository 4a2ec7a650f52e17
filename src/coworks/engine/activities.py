"""Activities: work that the engine does not call for, but that workers come and ask for.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coworks.engine.errors import ActivityAlreadyExistsError, ActivityDoesNotExistError
from coworks.engine.names import check_name
from coworks.engine.records import Activity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from coworks.engine.clock import Clock
    from coworks.engine.records import Change
    from coworks.engine.stores.store import Store
    from coworks.engine.tasks import ActivityTask


class Activities:
    """Creates and deletes activities."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def create(
        self, name: str, tags: Mapping[str, str] | None = None, settings: Mapping[str, Any] | None = None
    ) -> Activity:
        """A new activity; the same settings again are the same activity, and tags are those of the first.

        Raises `ActivityAlreadyExistsError` for other settings, `InvalidNameError` for a bad name.
        """
        check_name(name, "an activity")
        wanted = Activity(name, self._clock.now(), json.dumps(settings or {}, sort_keys=True))
        known = self._store.activity(name)
        if known is None:
            self._store.set_tags(f"activity:{name}", tags or {})
            return self._store.put_activity(wanted)
        if known.settings != wanted.settings:
            raise ActivityAlreadyExistsError(f"Activity Already Exists: '{name}'")
        return known

    def describe(self, name: str) -> Activity:
        """The activity of this name. Raises `ActivityDoesNotExistError`."""
        found = self._store.activity(name)
        if found is None:
            raise ActivityDoesNotExistError(f"Activity Does Not Exist: '{name}'")
        return found

    def list(self) -> Sequence[Activity]:
        """All activities, sorted by their names."""
        return self._store.activities()

    def delete(self, name: str) -> None:
        """Forget an activity; none to delete is fine."""
        self._store.delete_activity(name)


@dataclass(frozen=True, slots=True)
class Poll:
    """A worker that waits for a task."""

    worker: str | None
    answer: Future[ActivityTask]


class ActivityDesk:
    """Where tasks and workers meet; the loop looks after it once a turn. Activities go by their ARNs.

    Tasks stand in the store, workers wait here. A worker that cancels its future is passed over; one that is
    given a task gets it once that is written.
    """

    def __init__(self) -> None:
        self._polls: dict[str, deque[Poll]] = {}
        self._wanted: set[str] = set()
        self._given: list[tuple[Poll, ActivityTask]] = []

    @property
    def is_wanted(self) -> bool:
        """True when tasks and workers may have to be brought together."""
        return bool(self._wanted)

    def take_wanted(self) -> Iterator[tuple[str, int]]:
        """The activities to look at, with the number of workers that may wait."""
        wanted, self._wanted = self._wanted, set()
        for activity in wanted:
            if polls := self._polls.get(activity):
                yield activity, len(polls)

    def want(self, activity: str) -> None:
        """Look at an activity in the next turn."""
        self._wanted.add(activity)

    def ask(self, activity: str, poll: Poll) -> None:
        """A worker comes."""
        waiting = [one for one in self._polls.get(activity, ()) if not one.answer.cancelled()]
        self._polls[activity] = deque([*waiting, poll])
        self.want(activity)

    def next(self, activity: str) -> Poll | None:
        """The worker that waited longest; from here on it cannot cancel."""
        polls = self._polls.get(activity)
        while polls:
            poll = polls.popleft()
            if not polls:
                del self._polls[activity]
            if poll.answer.set_running_or_notify_cancel():
                return poll
        return None

    def give(self, poll: Poll, task: ActivityTask) -> None:
        """The worker gets the task when the turn is written."""
        self._given.append((poll, task))

    def tell(self, written: Sequence[Change]) -> None:
        """The turn is written: workers get their tasks, and new tasks may have workers."""
        given, self._given = self._given, []
        for poll, task in given:
            poll.answer.set_result(task)
        queues = {position.queue for change in written for position in change.positions}
        self._wanted |= {queue for queue in queues if queue in self._polls}
