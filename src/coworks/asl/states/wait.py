"""Wait: stays for a number of seconds, or until a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from coworks.asl.flow import read_target
from coworks.asl.outcomes import Sleep
from coworks.asl.states.base import State, state_fields
from coworks.asl.templates import Constant

if TYPE_CHECKING:
    from coworks.asl.fields import Fields
    from coworks.asl.flow import Entry, Exit, Flow
    from coworks.asl.outcomes import GoTo
    from coworks.asl.scope import Scope
    from coworks.asl.templates import Template


@dataclass(frozen=True, slots=True)
class Wait(State):
    """Until `moment` (seconds since the epoch), or for so many `seconds`."""

    seconds: Template
    moment: Template | None
    entry: Entry
    exit: Exit

    kind: ClassVar[str] = "Wait"
    FIELDS = state_fields(
        *("Next", "End", "Assign", "Seconds", "Timestamp"),
        jsonpath="InputPath OutputPath SecondsPath TimestampPath",
        jsonata="Output",
    )

    @classmethod
    def read(cls, fields: Fields, flow: Flow) -> Self:
        waits = [name for name in ("Seconds", "SecondsPath", "Timestamp", "TimestampPath") if name in fields]
        if len(waits) != 1:
            fields.report("A Wait state needs exactly one of 'Seconds' and 'Timestamp'")
        return cls(
            flow.seconds(fields, "Seconds", least=0) or Constant(0),
            flow.moment(fields, "Timestamp"),
            flow.entry(fields),
            flow.exit(fields, read_target(fields)),
        )

    def enter(self, scope: Scope) -> Sleep:
        seen = self.entry.take(scope)
        return Sleep(self.moment.evaluate(seen) if self.moment else scope.now + self.seconds.evaluate(seen))

    def wake(self, scope: Scope) -> GoTo:
        return self.exit.leave(scope, self.entry.take(scope).input)

    def targets(self) -> tuple[str, ...]:
        return (self.exit.next,) if self.exit.next else ()
