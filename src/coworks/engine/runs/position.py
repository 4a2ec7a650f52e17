"""Where a branch of an execution stands: all that is needed to go on after a restart."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from coworks.engine.json_text import json_text


class Phase(StrEnum):
    """What happens to the state where the branch stands."""

    ENTERING = "entering"
    SLEEPING = "sleeping"
    RETRYING = "retrying"
    CALLING = "calling"
    WAITING = "waiting"
    QUEUED = "queued"
    FORKED = "forked"
    READING = "reading"
    MAPPING = "mapping"
    COLLECTING = "collecting"
    DONE = "done"

    @property
    def is_job(self) -> bool:
        """True while a distributed Map has something done outside the loop."""
        return self in {Phase.READING, Phase.COLLECTING}

    @property
    def is_call(self) -> bool:
        """True while something outside is to answer."""
        return self is Phase.CALLING or self.is_job

    @property
    def is_in_flight(self) -> bool:
        """True when the branch has to be looked at after a restart."""
        return self.is_call or self is Phase.MAPPING


@dataclass(slots=True)
class Standing:
    """A branch's place in its machine.

    `entered` and `previous` are event ids, `attempts` counts the retries made by each retrier, `wake_at` is
    when the branch wants to go on (seconds since the epoch), `call` and `fork` are what is under way,
    `token` answers for the call, `deadline` is when it must be answered, `child` the execution that it
    started and waits for, `map_run` the name of a distributed Map's.

    A branch inside another has a `parent` and a number among its siblings, its `index`. When it is done, its
    standing keeps its result, as `input`, until the parent goes on.
    """

    state: str
    input: Any
    previous: int = 0
    phase: Phase = Phase.ENTERING
    variables: dict[str, Any] = field(default_factory=dict)
    entered: int = 0
    entered_at: float = 0
    attempts: dict[int, int] = field(default_factory=dict)
    wake_at: float | None = None
    call: dict[str, Any] | None = None
    last_event: int = 0
    parent: int | None = None
    index: int = 0
    fork: dict[str, Any] | None = None
    token: str | None = None
    deadline: float | None = None
    queued_at: float | None = None
    map_run: str | None = None
    child: int | None = None

    @property
    def queue(self) -> str | None:
        """The activity whose worker it waits for."""
        return self.call["resource"] if self.call and self.phase is Phase.QUEUED else None

    @property
    def awaited(self) -> int | None:
        """The execution that it waits for."""
        return self.child if self.phase is Phase.WAITING else None

    def restart(self, previous: int, now: float) -> None:
        """Begin the state again, all of it but its entering; a fork goes on with what it has not done."""
        self.previous = previous
        self.attempts = {}
        self.wake_at = self.call = self.token = self.deadline = self.queued_at = self.child = None
        if self.phase is Phase.COLLECTING:
            self.phase = Phase.MAPPING
        if self.phase not in {Phase.FORKED, Phase.MAPPING} or self.fork is None:
            self.map_run = self.fork = None
            if self.phase is not Phase.ENTERING:
                self.phase, self.wake_at = Phase.RETRYING, now

    def to_json(self) -> str:
        return json_text({name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def from_json(cls, text: str) -> Standing:
        read = json.loads(text)
        read["phase"] = Phase(read["phase"])
        read["attempts"] = {int(index): made for index, made in read["attempts"].items()}
        return cls(**read)

    def move(self, state: str, given: Any) -> None:
        """Stand before the next state."""
        self.state = state
        self.input = given
        self.phase = Phase.ENTERING
        self.attempts = {}
        self.wake_at = None
        self.call = None
