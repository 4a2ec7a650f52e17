"""Fail: ends badly, with an error name and a cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from coworks.asl.failures import QUERY_EVALUATION_ERROR, StateFailure
from coworks.asl.outcomes import Fail as Failed
from coworks.asl.states.base import COMMON_FIELDS, State
from coworks.asl.templates import Query, Template, kind_of

if TYPE_CHECKING:
    from coworks.asl.fields import Fields
    from coworks.asl.scope import Scope


@dataclass(frozen=True, slots=True)
class Fail(State):
    error: Template | None
    cause: Template | None

    kind: ClassVar[str] = "Fail"
    FIELDS: ClassVar[frozenset[str]] = COMMON_FIELDS | {"Error", "Cause"}

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(fields.query_or("Error", (str,)), fields.query_or("Cause", (str,)))

    def enter(self, scope: Scope) -> Failed:
        return Failed(_text(self.error, scope), _text(self.cause, scope))

    def targets(self) -> tuple[str, ...]:
        return ()


def _text(template: Template | None, scope: Scope) -> str | None:
    if template is None:
        return None
    value = template.evaluate(scope)
    if isinstance(value, str):
        return value
    if isinstance(template, Query):
        raise template.unexpected("string", value)
    raise StateFailure(QUERY_EVALUATION_ERROR, f"a string was expected, not a {kind_of(value)}")
