"""Task: has a resource do something, within a time, with answers to its failures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from coworks.asl.fields import MAX_SECONDS
from coworks.asl.outcomes import Call, Fail, GoTo, Retry
from coworks.asl.recovery import Recovery
from coworks.asl.states.base import COMMON_FIELDS, EXIT_FIELDS, State
from coworks.asl.templates import Constant, Query, Template
from coworks.asl.transition import Transition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.asl.failures import StateFailure
    from coworks.asl.fields import Fields
    from coworks.asl.scope import Scope


@dataclass(frozen=True, slots=True)
class Task(State):
    resource: str
    arguments: Template | None
    timeout: Template | None
    heartbeat: Template | None
    recovery: Recovery
    transition: Transition

    kind: ClassVar[str] = "Task"
    FIELDS: ClassVar[frozenset[str]] = (
        COMMON_FIELDS
        | EXIT_FIELDS
        | {"Resource", "Arguments", "TimeoutSeconds", "HeartbeatSeconds", "Retry", "Catch", "Credentials"}
    )

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(
            fields.string("Resource", required=True) or "",
            fields.template("Arguments"),
            _read_seconds(fields, "TimeoutSeconds"),
            _read_seconds(fields, "HeartbeatSeconds"),
            Recovery.read(fields),
            Transition.read(fields),
        )

    def enter(self, scope: Scope) -> Call:
        arguments = self.arguments.evaluate(scope) if self.arguments else scope.input
        return Call(self.resource, arguments, _seconds(self.timeout, scope), _seconds(self.heartbeat, scope))

    def succeed(self, scope: Scope) -> GoTo:
        return self.transition.leave(scope, scope.result)

    def recover(
        self, scope: Scope, failure: StateFailure, attempts: Mapping[int, int]
    ) -> Retry | GoTo | Fail:
        return self.recovery.answer(scope, failure, attempts)

    def targets(self) -> tuple[str, ...]:
        ways = [self.transition.next, *(catcher.transition.next for catcher in self.recovery.catchers)]
        return tuple(way for way in ways if way)


def _read_seconds(fields: Fields, name: str) -> Template | None:
    template = fields.query_or(name, (int,))
    if isinstance(template, Constant) and not 1 <= template.value <= MAX_SECONDS:
        fields.report(f"Expected a number from 1 to {MAX_SECONDS} for field '{name}'", at=f"/{name}")
    return template


def _seconds(template: Template | None, scope: Scope) -> float | None:
    if template is None:
        return None
    value: Any = template.evaluate(scope)
    if isinstance(template, Query):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise template.unexpected("number", value)
        if not (float(value).is_integer() and 1 <= value <= MAX_SECONDS):
            raise template.failure(f"must be a whole number from 1 to {MAX_SECONDS}, but was {value}")
    return float(value)
