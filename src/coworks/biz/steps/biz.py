"""`biz`: another workflow, waited for or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from coworks.biz.nodes import Entry, MapNode, Scalar
from coworks.biz.payloads import check_payload
from coworks.biz.reading import Shape, read_flag, read_map, read_scalar, read_shape
from coworks.biz.steps.kind import Kind
from coworks.biz.templates import Template, mark, templates_in, to_states_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.biz.problems import Report
    from coworks.biz.steps.kind import Position

_SHAPE: Final = Shape(
    "a biz step",
    required=("workflow",),
    optional=("data", "wait"),
    moved=(("input", 'write "data"'), ("name", 'write "workflow"')),
)
_START: Final = "arn:aws:states:::states:startExecution"


@dataclass(frozen=True, slots=True)
class Biz(Kind):
    """A workflow and its data. Waited for, its output is the result; else what names its execution."""

    can_fail: ClassVar[bool] = True
    recovery: ClassVar[tuple[str, ...]] = ("retry", "catch", "timeout")

    workflow: Scalar
    data: MapNode | None = None
    waits: bool = True

    @classmethod
    def read(cls, entry: Entry, report: Report) -> Biz | None:
        if isinstance(entry.value, Scalar):
            name = read_scalar(entry, report, "write the name of a workflow")
            return cls(name) if name else None
        found = read_shape(entry, _SHAPE, report, "write {workflow: NAME, data: {...}}")
        if found is None:
            return None
        name = read_scalar(found["workflow"], report) if "workflow" in found else None
        data = read_map(found["data"], report, "write {name: value}") if "data" in found else None
        check_payload([found.get("data")], report)
        waits = read_flag(found["wait"], report) if "wait" in found else True
        return cls(name, data, waits) if name else None

    def templates(self) -> Iterator[Template]:
        if self.data:
            yield from templates_in(self.data)

    def state(self, at: Position) -> dict[str, Any]:
        arguments = {
            "StateMachineArn": f"${{{self.workflow.text}}}",
            "Input": to_states_language(self.data) if self.data else {},
        }
        output: Any = mark("$states.result.Output")
        if not self.waits:
            output = {"execution": mark("$states.result.ExecutionArn")}
        return {
            "Type": "Task",
            "Resource": f"{_START}.sync:2" if self.waits else _START,
            "Arguments": arguments,
            "Output": output,
            "Assign": {at.variable: output},
        }
