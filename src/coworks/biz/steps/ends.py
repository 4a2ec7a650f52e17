"""`success` and `fail`: end the workflow here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from coworks.biz.nodes import Entry, Scalar, is_empty
from coworks.biz.payloads import check_payload
from coworks.biz.reading import Shape, read_scalar, read_shape
from coworks.biz.steps.kind import Kind
from coworks.biz.templates import Template, templates_in, to_states_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.biz.problems import Report
    from coworks.biz.steps.kind import Position

_SUCCESS = Shape("a success", optional=("output",))
_FAIL = Shape("a fail", optional=("error", "cause"))


@dataclass(frozen=True, slots=True)
class Success(Kind):
    """The end, with an output of its own or else the last result."""

    ends: ClassVar[bool] = True

    output: Entry | None = None

    @classmethod
    def read(cls, entry: Entry, report: Report) -> Success | None:
        if is_empty(entry.value):
            return cls()
        found = read_shape(entry, _SUCCESS, report, "write {output: ...}, or nothing")
        if found is None:
            return None
        check_payload([found.get("output")], report)
        return cls(found.get("output"))

    def templates(self) -> Iterator[Template]:
        if self.output:
            yield from templates_in(self.output.value)

    def state(self, at: Position) -> dict[str, Any]:
        if self.output is None:
            return {"Type": "Succeed"}
        return {"Type": "Succeed", "Output": to_states_language(self.output.value)}


@dataclass(frozen=True, slots=True)
class Fail(Kind):
    """The end as a failure, with the name of the error and its cause in words."""

    ends: ClassVar[bool] = True

    error: Scalar | None = None
    cause: Scalar | None = None

    @classmethod
    def read(cls, entry: Entry, report: Report) -> Fail | None:
        if is_empty(entry.value):
            return cls()
        found = read_shape(entry, _FAIL, report, "write {error: Name, cause: words}")
        if found is None:
            return None
        error, cause = (
            read_scalar(found[key], report) if key in found else None for key in ("error", "cause")
        )
        return cls(error, cause)

    def templates(self) -> Iterator[Template]:
        for scalar in (self.error, self.cause):
            if scalar:
                yield from templates_in(scalar)

    def state(self, at: Position) -> dict[str, Any]:
        state: dict[str, Any] = {"Type": "Fail"}
        for field, scalar in (("Error", self.error), ("Cause", self.cause)):
            if scalar:
                state[field] = to_states_language(scalar) if scalar.is_text else scalar.text
        return state
