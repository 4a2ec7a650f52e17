"""What is put together of parts that are closed with it, and when one of the later parts fails to open."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType


class Assembled(ABC):
    """A context whose parts are there as long as it lasts."""

    def __init__(self) -> None:
        self._parts = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as parts:
            self._build(parts)
            self._parts = parts.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.close()

    @abstractmethod
    def _build(self, parts: ExitStack) -> None:
        """Make the parts, each handed to `parts` as soon as it is open."""
