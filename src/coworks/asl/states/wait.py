"""Wait: stays for a number of seconds, or until a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from coworks.asl.failures import QUERY_EVALUATION_ERROR, StateFailure
from coworks.asl.fields import MAX_SECONDS
from coworks.asl.outcomes import Sleep
from coworks.asl.states.base import COMMON_FIELDS, EXIT_FIELDS, State
from coworks.asl.templates import Constant, Query, Template
from coworks.asl.timestamps import parse_timestamp
from coworks.asl.transition import Transition

if TYPE_CHECKING:
    from coworks.asl.fields import Fields
    from coworks.asl.outcomes import GoTo
    from coworks.asl.scope import Scope


@dataclass(frozen=True, slots=True)
class Wait(State):
    """`time` is a number of seconds from now or, when `absolute`, a timestamp."""

    time: Template
    absolute: bool
    transition: Transition

    kind: ClassVar[str] = "Wait"
    FIELDS: ClassVar[frozenset[str]] = COMMON_FIELDS | EXIT_FIELDS | {"Seconds", "Timestamp"}

    @classmethod
    def read(cls, fields: Fields) -> Self:
        if ("Seconds" in fields) == ("Timestamp" in fields):
            fields.report("A Wait state needs exactly one of 'Seconds' and 'Timestamp'")
        seconds = fields.query_or("Seconds", (int,))
        timestamp = fields.query_or("Timestamp", (str,))
        if isinstance(seconds, Constant) and not 0 <= seconds.value <= MAX_SECONDS:
            fields.report(f"Expected a number from 0 to {MAX_SECONDS} for field 'Seconds'", at="/Seconds")
        if isinstance(timestamp, Constant) and parse_timestamp(timestamp.value) is None:
            fields.report("Expected an RFC 3339 timestamp for field 'Timestamp'", at="/Timestamp")
        return cls(seconds or timestamp or Constant(0), "Timestamp" in fields, Transition.read(fields))

    def enter(self, scope: Scope) -> Sleep:
        return Sleep(_moment(self.time, scope) if self.absolute else scope.now + _seconds(self.time, scope))

    def wake(self, scope: Scope) -> GoTo:
        return self.transition.leave(scope, scope.input)

    def targets(self) -> tuple[str, ...]:
        return (self.transition.next,) if self.transition.next else ()


def _seconds(template: Template, scope: Scope) -> float:
    value: Any = template.evaluate(scope)
    if not isinstance(template, Query):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise template.unexpected("number", value)
    if not (float(value).is_integer() and 0 <= value <= MAX_SECONDS):
        raise template.failure(f"must be a whole number from 0 to {MAX_SECONDS}, but was {value}")
    return float(value)


def _moment(template: Template, scope: Scope) -> float:
    value: Any = template.evaluate(scope)
    if isinstance(template, Query) and not isinstance(value, str):
        raise template.unexpected("string", value)
    moment = parse_timestamp(value)
    if moment is None:
        raise StateFailure(
            QUERY_EVALUATION_ERROR,
            f"The Timestamp is not a valid ISO-8601 extended offset date-time format string: {value}",
            location="Timestamp",
        )
    return moment
