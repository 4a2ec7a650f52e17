"""Pass: gives its input on, or an output of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from coworks.asl.states.base import COMMON_FIELDS, EXIT_FIELDS, State
from coworks.asl.transition import Transition

if TYPE_CHECKING:
    from coworks.asl.fields import Fields
    from coworks.asl.outcomes import GoTo
    from coworks.asl.scope import Scope


@dataclass(frozen=True, slots=True)
class Pass(State):
    transition: Transition

    kind: ClassVar[str] = "Pass"
    FIELDS: ClassVar[frozenset[str]] = COMMON_FIELDS | EXIT_FIELDS

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(Transition.read(fields))

    def enter(self, scope: Scope) -> GoTo:
        return self.transition.leave(scope, scope.input)

    def targets(self) -> tuple[str, ...]:
        return (self.transition.next,) if self.transition.next else ()
