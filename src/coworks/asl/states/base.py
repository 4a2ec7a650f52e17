"""What all states have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Self

from coworks.asl.fields import vocabulary
from coworks.asl.outcomes import Fail, GoTo, Outcome, Retry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.asl.failures import StateFailure
    from coworks.asl.fields import Fields, Vocabulary
    from coworks.asl.flow import Flow
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
        """The resource of a `Call` answered; the answer is the scope's result."""
        raise TypeError(f"a {self.kind} state never calls")

    def recover(
        self, scope: Scope, failure: StateFailure, attempts: Mapping[int, int]
    ) -> Retry | GoTo | Fail:
        """The state failed. Most kinds have no Retry and no Catch: the failure is the end."""
        return Fail(failure.error, failure.cause)

    @abstractmethod
    def targets(self) -> tuple[str, ...]:
        """The names of the states that it may lead to."""
