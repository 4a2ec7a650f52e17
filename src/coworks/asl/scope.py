"""What a state's fields see: the input, the variables, the context object, and JSONata's `$states`.

A scope may carry a trace, which is told what the data become on their way through the state. Running machines
have none; a test of a state (TestState) shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coworks.asl.jsonata import Reads

_NONE_YET: Final = object()
Value = TypeVar("Value")


class Scope(NamedTuple):
    """The view from inside a state at one moment. It is a tuple because there are some for each state.

    `now` is the time in seconds since the epoch, `surroundings` the context object
    (https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html), or what makes it,
    for few fields ask for it. `result` and `error_output` exist only after a task's answer and in a catcher.
    """

    input: Any
    variables: Mapping[str, Any]
    surroundings: Mapping[str, Any] | Callable[[], Mapping[str, Any]]
    now: float
    result: Any = _NONE_YET
    error_output: Any = _NONE_YET
    trace: Callable[[str, Any], None] | None = None

    @property
    def context(self) -> Mapping[str, Any]:
        """The context object."""
        return self.surroundings() if callable(self.surroundings) else self.surroundings

    def told(self, stage: str, value: Value) -> Value:
        """The value itself, after telling the trace; a stage has the name it has in TestState's answer."""
        if self.trace is not None:
            self.trace(stage, value)
        return value

    def seeing(self, given: Any) -> Scope:
        """The same moment with another input: what `$` is in a JSONPath."""
        return Scope(given, self.variables, self.surroundings, self.now, trace=self.trace)

    def with_result(self, result: Any) -> Scope:
        return self._replace(result=result)

    def with_error(self, error_output: Mapping[str, Any]) -> Scope:
        return self._replace(error_output=error_output)

    def traced(self, trace: Callable[[str, Any], None]) -> Scope:
        return self._replace(trace=trace)

    def bindings(self, reads: Reads) -> dict[str, Any]:
        """The variables that a JSONata expression reads: the workflow's own, and the reserved `$states`."""
        known = self.variables
        bound = {name: known[name] for name in reads.variables if name in known}
        if reads.states is not None:
            bound["states"] = self._states(reads.states)
        return bound

    def _states(self, fields: frozenset[str]) -> dict[str, Any]:
        states: dict[str, Any] = {}
        if "input" in fields:
            states["input"] = self.input
        if "context" in fields:
            states["context"] = self.context
        if "result" in fields and self.result is not _NONE_YET:
            states["result"] = self.result
        if "errorOutput" in fields and self.error_output is not _NONE_YET:
            states["errorOutput"] = self.error_output
        return states
