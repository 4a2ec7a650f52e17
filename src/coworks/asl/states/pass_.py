"""Pass: gives its input on, or an output of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from coworks.asl.flow import read_target
from coworks.asl.states.base import State, state_fields

if TYPE_CHECKING:
    from coworks.asl.fields import Fields
    from coworks.asl.flow import Entry, Exit, Flow
    from coworks.asl.outcomes import GoTo
    from coworks.asl.scope import Scope


@dataclass(frozen=True, slots=True)
class Pass(State):
    entry: Entry
    exit: Exit

    kind: ClassVar[str] = "Pass"
    FIELDS = state_fields(
        *("Next", "End", "Assign"),
        jsonpath="InputPath Parameters Result ResultPath OutputPath",
        jsonata="Output",
    )

    @classmethod
    def read(cls, fields: Fields, flow: Flow) -> Self:
        return cls(flow.entry(fields), flow.exit(fields, read_target(fields)))

    def enter(self, scope: Scope) -> GoTo:
        return self.exit.leave(scope, self.entry.arguments(self.entry.take(scope)))

    def targets(self) -> tuple[str, ...]:
        return (self.exit.next,) if self.exit.next else ()
