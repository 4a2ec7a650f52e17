"""What is made by the AWS API and works on its own, as long as the project runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coworks.local.aws.asynchronous import AsynchronousCalls
from coworks.local.aws.events.rules import Rules
from coworks.local.aws.kept import Kept
from coworks.local.aws.scheduler.schedules import Schedules
from coworks.local.aws.sns.subscriptions import Subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from coworks.engine.clock import Clock
    from coworks.local.bus import Bus
    from coworks.local.queues.consumers import Call
    from coworks.project import Project


class Resources:
    """Rules, subscriptions, schedules and destinations, kept in a file, whose deliveries the bus makes.

    `project` gives the project as it stands, `call` calls a service. The schedules are kept to from
    `schedules.timetable.start` on.
    """

    def __init__(
        self, path: Path, project: Callable[[], Project], bus: Bus, call: Call, clock: Clock
    ) -> None:
        self._kept = Kept(path)
        self.rules = Rules(self._kept, project)
        self.subscriptions = Subscriptions(self._kept, project)
        self.schedules = Schedules(self._kept, bus.accept, clock)
        self.calls = AsynchronousCalls(self._kept, bus, call, clock)
        bus.tell_too(self.rules)
        bus.tell_too(self.subscriptions)

    def close(self) -> None:
        self._kept.close()
