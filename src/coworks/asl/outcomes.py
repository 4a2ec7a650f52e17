"""What a state answers when it is entered, woken or told a result: words, no deeds."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class GoTo(NamedTuple):
    """Leave the state for `next` (None: this was the end) with its output and the variables it assigned."""

    next: str | None
    output: Any
    assigned: Mapping[str, Any] = NOTHING


@dataclass(frozen=True, slots=True)
class Call:
    """Have `resource` do something with `arguments`, within `timeout` seconds when one is set.

    `credentials` name the role that it is done in.
    """

    resource: str
    arguments: Any
    timeout: float | None = None
    heartbeat: float | None = None
    credentials: Any = None


@dataclass(frozen=True, slots=True)
class Sleep:
    """Stay in the state until a time, in seconds since the epoch; then wake it."""

    until: float


@dataclass(frozen=True, slots=True)
class Retry:
    """Enter the state's work again after `delay` seconds, by the retrier of this index.

    With `jitter`, the delay is the most that it may be: whoever runs the machine draws from [0, delay].
    """

    retrier: int
    delay: float
    jitter: bool = False


@dataclass(frozen=True, slots=True)
class Fork:
    """Run branches, numbered from 0 to `length`, `at_most` of them at once.

    What each runs and begins with, the state tells (`Forking`), from `given` and the number. The state is
    then told the results, in the order of the branches, or the first failure.
    """

    given: Any
    length: int
    at_most: int


@dataclass(frozen=True, slots=True)
class Distribute(Fork):
    """Run a child execution for each portion of `length` items, `at_most` of them at once (0: all).

    The state tells the portions (`DistributedMap.portion`). With `reading`, the items are not known yet: they
    are to be read first; `sources` are then the addresses of what was read, each after the number of its
    first item. `writing` says where the results go, and how. The state is then told the results.
    """

    batch: Mapping[str, Any] | None = None
    reading: Mapping[str, Any] | None = None
    writing: Mapping[str, Any] | None = None
    sources: Sequence[tuple[int, str]] = ()


@dataclass(frozen=True, slots=True)
class Fail:
    """End the whole with an error that nothing caught."""

    error: str | None
    cause: str | None


Outcome = GoTo | Call | Sleep | Fork | Retry | Fail
