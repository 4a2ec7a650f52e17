"""What is made by the AWS API and works on its own, as long as the project runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coworks.local.aws.events.rules import Rules
from coworks.local.aws.kept import Kept
from coworks.local.aws.sns.subscriptions import Subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from coworks.local.bus import Bus
    from coworks.project import Project


class Resources:
    """Rules and subscriptions, kept in a file. `project` gives the project as it stands."""

    def __init__(self, path: Path, project: Callable[[], Project]) -> None:
        self._kept = Kept(path)
        self.rules = Rules(self._kept, project)
        self.subscriptions = Subscriptions(self._kept, project)

    def listen(self, bus: Bus) -> None:
        """Hear from this bus what happens."""
        bus.tell_too(self.rules)
        bus.tell_too(self.subscriptions)

    def close(self) -> None:
        self._kept.close()
