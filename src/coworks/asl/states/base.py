"""What all states have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from coworks.asl.fields import vocabulary
from coworks.asl.outcomes import Fail, Fork, GoTo, Outcome, Retry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from coworks.asl.failures import StateFailure
    from coworks.asl.fields import Fields, Vocabulary
    from coworks.asl.flow import Exit, Flow
    from coworks.asl.recovery import Recovery
    from coworks.asl.scope import Scope


def state_fields(*names: str, jsonpath: str = "", jsonata: str = "") -> Vocabulary:
    """The fields of a kind of state: these in both query languages, those in one; all kinds have three."""
    return vocabulary("Type", "Comment", "QueryLanguage", *names, jsonpath=jsonpath, jsonata=jsonata)


class State(ABC):
    """A state of a machine: frozen and pure. It is told what happened and answers with an outcome.

    Every method may raise `StateFailure`; whoever runs the machine then asks `recover` what to do.
    """

    kind: ClassVar[str]
    retries: ClassVar[bool] = False
    FIELDS: ClassVar[Vocabulary]

    @property
    def takes_token(self) -> bool:
        """True when the state's fields see a token, by which somebody else answers for its task."""
        return False

    @classmethod
    @abstractmethod
    def read(cls, fields: Fields, flow: Flow) -> Self:
        """The state of a definition; mistakes go to the report of the fields."""

    @abstractmethod
    def enter(self, scope: Scope) -> Outcome:
        """The execution arrived here, or tries again after a `Retry`."""

    def wake(self, scope: Scope) -> GoTo:
        """The time of a `Sleep` has come."""
        raise TypeError(f"a {self.kind} state never sleeps")

    def succeed(self, scope: Scope) -> GoTo:
        """The resource of a `Call`, or all branches of a `Fork`, answered: it is the scope's result."""
        raise TypeError(f"a {self.kind} state never calls")

    def recover(
        self, scope: Scope, failure: StateFailure, attempts: Mapping[int, int]
    ) -> Retry | GoTo | Fail:
        """The state failed. Most kinds have no Retry and no Catch: the failure is the end."""
        return Fail(failure.error, failure.cause)

    @abstractmethod
    def targets(self) -> tuple[str, ...]:
        """The names of the states that it may lead to."""


class Recovering(State):
    """A state that has work done, and answers to its failures: Retry and Catch."""

    recovery: Recovery
    exit: Exit

    retries: ClassVar[bool] = True

    def succeed(self, scope: Scope) -> GoTo:
        return self.exit.leave(scope, scope.result)

    def recover(
        self, scope: Scope, failure: StateFailure, attempts: Mapping[int, int]
    ) -> Retry | GoTo | Fail:
        return self.recovery.answer(scope, failure, attempts)

    def targets(self) -> tuple[str, ...]:
        ways = [self.exit.next, *(catcher.exit.next for catcher in self.recovery.catchers)]
        return tuple(way for way in ways if way)


class Forking(Recovering):
    """A state that runs machines of its own, and goes on when they are all done."""

    iterates: ClassVar[bool] = False
    """True when the branches are turns of one machine, which the history tells one by one."""

    @classmethod
    @abstractmethod
    def nested(cls, fields: Fields) -> Iterator[Fields]:
        """The definitions of the machines inside, each with its place."""

    @classmethod
    @abstractmethod
    def read(cls, fields: Fields, flow: Flow, inside: Sequence[Machine] = ()) -> Self:
        """The state of a definition, whose nested machines were read before."""

    @abstractmethod
    def enter(self, scope: Scope) -> Fork: ...

    @abstractmethod
    def machine(self, index: int) -> Machine:
        """What the branch of this number runs."""

    @abstractmethod
    def begin(self, scope: Scope, given: Any) -> Any:
        """The input of a branch, from the scope of the state with the `context` of the branch."""

    @property
    @abstractmethod
    def machines(self) -> tuple[Machine, ...]:
        """The machines inside."""

    def context(self, fork: Fork, index: int) -> Mapping[str, Any]:
        """What the context object has in this branch and not outside."""
        return {}


@dataclass(frozen=True, slots=True)
class Machine:
    """A state machine, ready to be run."""

    start_at: str
    states: Mapping[str, State]
    timeout: float | None = None
