"""What the store keeps: frozen rows that travel between the runs and the disk."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Status(StrEnum):
    """Step Functions' words for how an execution stands."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    ABORTED = "ABORTED"
    PENDING_REDRIVE = "PENDING_REDRIVE"


@dataclass(frozen=True, slots=True)
class StateMachine:
    """One revision of a state machine. An execution finishes on the revision that it began with."""

    id: int
    name: str
    definition: str
    created: float


@dataclass(frozen=True, slots=True)
class Version:
    """A revision of a machine that was published under a number, which is never given again."""

    machine: str
    number: int
    revision: int
    description: str
    created: float
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Alias:
    """A name for one or two versions; `routes` has the percentage of executions that each is given."""

    machine: str
    name: str
    description: str
    routes: tuple[tuple[int, int], ...]
    created: float
    updated: float


@dataclass(frozen=True, slots=True)
class Through:
    """What an execution is started by, other than the name of its machine: a version, maybe by an alias.

    `test_case` chooses the calls that are mocked.
    """

    revision: int
    version: int | None = None
    alias: str | None = None
    test_case: str | None = None

    def led(self, execution: Execution) -> Execution:
        """The execution, started by this."""
        return replace(execution, version=self.version, alias=self.alias, test_case=self.test_case)


@dataclass(frozen=True, slots=True)
class StartPoint:
    """Where an execution begins that does not begin at the first state of its machine.

    It stands before `state`, of the machine itself and no branch, with this `input` and these `variables`
    (JSON values). Its history tells so as a Pass would: one of the name `told_as`, which is no state of the
    machine, was given `reason`, and assigned the variables.
    """

    state: str
    input: Any
    variables: Mapping[str, Any]
    told_as: str
    reason: Any


@dataclass(frozen=True, slots=True)
class Activity:
    """Work that is done by whoever asks for it; `settings` is JSON text."""

    name: str
    created: float
    settings: str = "{}"

    @property
    def encryption(self) -> Any:
        """The encryption that was asked for."""
        return json.loads(self.settings).get("encryption")


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution as the outside sees it.

    `input` and `output` are JSON texts, `started` and `stopped` seconds since the epoch. `version` and
    `alias` are those that it was started by. An `express` one leaves no record: it is forgotten when
    it is over. A child execution of a distributed Map tells its `map_run`, and the `items` that it has of it,
    from `first_item` on. `redrives` counts how often it was redriven, the last time at `redriven`;
    `redrive_tokens` is a JSON list of the client tokens that did it, each with its time.
    """

    id: int
    machine_id: int
    machine: str
    name: str
    status: Status
    input: str
    started: float
    stopped: float | None = None
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    version: int | None = None
    alias: str | None = None
    map_run: str | None = None
    first_item: int = 0
    items: int = 0
    test_case: str | None = None
    express: bool = False
    redrives: int = 0
    redriven: float | None = None
    redrive_tokens: str = "[]"


@dataclass(frozen=True, slots=True)
class MapRun:
    """One run of a distributed Map, named by a UUID.

    `machine` is what its child executions belong to: the state machine's name, a slash, and the label. 0 in
    `at_once` is as many as may be, None in both tolerated ones no failure at all. `written` says that the
    results went to a bucket. `redrives` counts how often it was redriven, the last time at `redriven`.
    """

    name: str
    execution: int
    machine: str
    state: str
    status: Status
    started: float
    stopped: float | None = None
    at_once: int = 0
    tolerated_count: int | None = None
    tolerated_percentage: float | None = None
    items: int = 0
    written: bool = False
    redrives: int = 0
    redriven: float | None = None

    SETTINGS: ClassVar = ("at_once", "tolerated_count", "tolerated_percentage")


@dataclass(frozen=True, slots=True)
class Position:
    """Where one branch of an execution stands, as JSON text, and when it wants to be looked at again.

    `in_flight` says that a task is being called: after a restart it is called again. Branch 0 is the
    execution's own; Parallel and Map add others, with higher numbers than the branches that live. `queue`
    is the activity whose worker it waits for, and `queued_at` since when; `child` the execution whose end
    it waits for.
    """

    execution: int
    branch: int
    wake_at: float | None
    in_flight: bool
    data: str
    queue: str | None = None
    queued_at: float | None = None
    child: int | None = None


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Events that one turn added to the history of an execution: a JSON array, from the event `first` on."""

    execution: int
    first: int
    data: str


@dataclass(frozen=True, slots=True)
class Which:
    """Executions by what they are; None is whatever it may be.

    Child executions of a distributed Map are among them when their `machine` or `map_run` is named.
    """

    machine: str | None = None
    status: Status | None = None
    name: str | None = None
    version: int | None = None
    alias: str | None = None
    map_run: str | None = None
    redriven: bool | None = None

    def holds(self, one: Execution) -> bool:
        """True when an execution is one of them."""
        told = (self.machine, self.status, self.name, self.version, self.alias)
        known = (one.machine, one.status, one.name, one.version, one.alias)
        return (
            all(wanted in {None, found} for wanted, found in zip(told, known, strict=True))
            and (one.map_run == self.map_run or (self.map_run is None and self.machine is not None))
            and self.redriven in {None, one.redrives > 0}
        )


ANY: Final = Which()


@dataclass(frozen=True, slots=True)
class Redrivable:
    """The unsuccessful child executions of a map run that may be redriven.

    Those that stopped before `since`, or have `events` events or more, may not; None is no such limit.
    """

    map_run: str
    since: float | None = None
    events: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What one turn changed of one execution; written whole or not at all.

    `execution` is None when its row stays as it is; those in `gone` (an execution, its branch) are forgotten,
    then `positions` replace those of the same branch. When the execution has ended, all former ones are, and
    `positions` are those that it may be redriven from. Child executions that are `redriven` wait for that,
    with the status PENDING_REDRIVE.
    """

    execution: Execution | None
    positions: Sequence[Position] = ()
    events: EventBatch | None = None
    gone: Sequence[tuple[int, int]] = ()
    map_runs: Sequence[MapRun] = ()
    redriven: Sequence[Redrivable] = ()
