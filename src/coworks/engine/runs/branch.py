"""One branch of an execution in memory: the execution's own, a branch of a Parallel, a turn of a Map."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from coworks.asl import Distribute, DistributedMap, Fork, Forking, Scope
from coworks.asl.timestamps import format_timestamp
from coworks.engine.runs.position import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.asl import Call, Machine
    from coworks.asl.states import State
    from coworks.engine.runs.map_progress import Job, Progress
    from coworks.engine.runs.position import Standing


@dataclass(slots=True, eq=False)
class Branch:
    """Where it stands on which machine, and the branches inside it.

    `variables` are all that its states read, its own and those outside; `context` holds the parts of the
    context object that stay the same. `children` are the branches that live and `results` those that are
    done, by index; `done` lists the latter's ids. `call` or `job` is to be handed out; `called` says that
    this process made the call under way. `progress` is that of a distributed Map.
    `input_text` is the input that the branch arrived with, as JSON text.
    """

    id: int
    machine: Machine
    at: Standing
    variables: dict[str, Any]
    context: Mapping[str, Any]
    parent: Branch | None = None
    children: dict[int, Branch] = field(default_factory=dict)
    results: dict[int, Any] = field(default_factory=dict)
    done: list[int] = field(default_factory=list)
    call: Call | None = None
    called: bool = False
    input_text: str | None = None
    job: Job | None = None
    progress: Progress | None = None

    @property
    def state(self) -> State:
        return self.machine.states[self.at.state]

    @property
    def forking(self) -> Forking:
        state = self.state
        if not isinstance(state, Forking):
            raise TypeError(f"the state {self.at.state} does not fork")
        return state

    @property
    def fork(self) -> Fork:
        """The fork under way."""
        if self.at.fork is None:
            raise TypeError(f"the state {self.at.state} has not forked")
        return Fork(**self.at.fork)

    @property
    def distributing(self) -> DistributedMap:
        state = self.state
        if not isinstance(state, DistributedMap):
            raise TypeError(f"the state {self.at.state} does not distribute")
        return state

    @property
    def distribution(self) -> Distribute:
        """The distribution under way."""
        if self.at.fork is None:
            raise TypeError(f"the state {self.at.state} has not begun to distribute")
        return Distribute(**self.at.fork)

    @property
    def mapping(self) -> Progress:
        """The progress of the distribution under way."""
        if self.progress is None:
            raise TypeError(f"the state {self.at.state} has no map run")
        return self.progress

    @property
    def begun(self) -> int:
        """How many branches of the fork have begun; they begin in the order of their numbers."""
        return len(self.children) + len(self.results)

    @property
    def is_busy(self) -> bool:
        return self.at.phase is Phase.ENTERING or self.at.phase.is_in_flight

    def assign(self, assigned: Mapping[str, Any]) -> None:
        """Set variables of this branch, which end with it."""
        self.at.variables.update(assigned)
        if self.variables is not self.at.variables:
            self.variables.update(assigned)

    def is_due(self, now: float) -> bool:
        return self.at.wake_at is None or now >= self.at.wake_at

    def scope(self, now: float, context: Mapping[str, Any] | None = None) -> Scope:
        """What the state sees; with another `context` when it speaks for one of its branches."""
        seen = self._surroundings if context is None else partial(self._surroundings, context)
        return Scope(self.at.input, self.variables, seen, now)

    def _surroundings(self, context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The context object, which most states do not ask for."""
        at, state = self.at, self.state
        told: dict[str, Any] = {"Name": at.state, "EnteredTime": format_timestamp(at.entered_at)}
        if state.retries:
            told["RetryCount"] = sum(at.attempts.values())
        seen = {**(context or self.context), "State": told}
        if at.token and state.takes_token:
            seen["Task"] = {"Token": at.token}
        return seen
