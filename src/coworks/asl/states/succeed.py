"""Succeed: ends well, with its input or an output of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from coworks.asl.states.base import State, state_fields

if TYPE_CHECKING:
    from coworks.asl.fields import Fields
    from coworks.asl.flow import Entry, Exit, Flow
    from coworks.asl.outcomes import GoTo
    from coworks.asl.scope import Scope


@dataclass(frozen=True, slots=True)
class Succeed(State):
    entry: Entry
    exit: Exit

    kind: ClassVar[str] = "Succeed"
    FIELDS = state_fields(jsonpath="InputPath OutputPath", jsonata="Output")

    @classmethod
    def read(cls, fields: Fields, flow: Flow) -> Self:
        return cls(flow.entry(fields), flow.exit(fields, None))

    def enter(self, scope: Scope) -> GoTo:
        return self.exit.leave(scope, self.entry.take(scope).input)

    def targets(self) -> tuple[str, ...]:
        return ()
