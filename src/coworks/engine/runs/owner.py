"""A run as the parts of it see it."""

from __future__ import annotations

from typing import Protocol


class Owner(Protocol):
    """The run that something is a part of."""

    @property
    def running(self) -> bool: ...

    def settle(self, now: float) -> None:
        """Write the end of the execution, when there is one."""
