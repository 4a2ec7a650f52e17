"""What an operation is: the shape of its request and a function that performs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from coworks.engine.api.shapes import Structure
    from coworks.engine.engine import Engine

Parameters = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Later:
    """An answer that may take `within` seconds: `tell` makes it of what came, or of None when nothing did.

    The future of a `poll` is cancelled when the time is up, or when the client is gone.
    """

    coming: Future[Any]
    tell: Callable[[Future[Any] | None], dict[str, Any]]
    within: float
    poll: bool = False

    def told(self) -> dict[str, Any]:
        """The answer, when the wait is over."""
        came = self.coming.done() or (self.poll and not self.coming.cancel())
        return self.tell(self.coming if came else None)


@dataclass(frozen=True, slots=True)
class Operation:
    """`perform(engine, parameters)` gets checked parameters and gives the members of the answer.

    A `brief` one reads some rows at most and waits for nothing: a thread of its own would take it longer.
    """

    perform: Callable[[Engine, Parameters], dict[str, Any] | Later]
    shape: Structure
    brief: bool = False
