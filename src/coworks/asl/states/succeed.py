"""Succeed: ends well, with its input or an output of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from coworks.asl.states.base import COMMON_FIELDS, State
from coworks.asl.transition import Transition

if TYPE_CHECKING:
    from coworks.asl.fields import Fields
    from coworks.asl.outcomes import GoTo
    from coworks.asl.scope import Scope


@dataclass(frozen=True, slots=True)
class Succeed(State):
    transition: Transition

    kind: ClassVar[str] = "Succeed"
    FIELDS: ClassVar[frozenset[str]] = COMMON_FIELDS | {"Output"}

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(Transition(None, fields.template("Output")))

    def enter(self, scope: Scope) -> GoTo:
        return self.transition.leave(scope, scope.input)

    def targets(self) -> tuple[str, ...]:
        return ()
