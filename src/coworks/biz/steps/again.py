"""`again`: end here, and go on in a new run of the same workflow.

An execution has room for 25,000 events. What works on for longer hands what it knows to a successor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from coworks.biz.names import AGAIN_PREFIX, DATA, OWN, added_name
from coworks.biz.nodes import MapNode, is_empty
from coworks.biz.reading import read_map
from coworks.biz.steps.kind import Kind
from coworks.biz.templates import Template, mark, quote, templates_in, to_states_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.biz.nodes import Entry
    from coworks.biz.problems import Report
    from coworks.biz.steps.kind import Position

_VALUES: Final = f"{OWN}again"
_LENGTH: Final = 40
# The same name each time that it is tried: whatever becomes of an answer, one successor is started.
_NAME: Final = (
    f"{quote(AGAIN_PREFIX)} & $substring($hash($states.context.Execution.Id, 'SHA-256'), 0, {_LENGTH})"
)
_RETRY: Final = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5, "MaxAttempts": 8, "BackoffRate": 2.0}


@dataclass(frozen=True, slots=True)
class Again(Kind):
    """The values that the new run has over the data of this one."""

    ends: ClassVar[bool] = True
    ends_the_run: ClassVar[bool] = True

    values: MapNode | None = None

    @classmethod
    def read(cls, entry: Entry, report: Report) -> Again | None:
        if is_empty(entry.value):
            return cls()
        values = read_map(entry, report, "write {name: value}, or nothing")
        return cls(values) if values else None

    def templates(self) -> Iterator[Template]:
        if self.values:
            yield from templates_in(self.values)

    def states(self, at: Position) -> dict[str, dict[str, Any]]:
        if self.values is None:
            return {at.name: self._start(at, f"${DATA}")}
        start = added_name(at.name, "start")
        keep = {"Type": "Pass", "Assign": {_VALUES: to_states_language(self.values)}, "Next": start}
        return {at.name: keep, start: self._start(at, f"$merge([${DATA}, ${_VALUES}])")}

    def _start(self, at: Position, data: str) -> dict[str, Any]:
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution",
            "Arguments": {
                "StateMachineArn": f"${{{at.workflow}}}",
                "Name": mark(_NAME),
                "Input": mark(data),
            },
            "Output": {"execution": mark("$states.result.ExecutionArn")},
            "Retry": [dict(_RETRY)],
            "End": True,
        }
