"""The steps of a workflow, and of what runs inside them -> states.

In a scope inside another, what is caught has a name of its own when the scope around catches too: AWS refuses
a name that both assign.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from coworks.biz.names import DATA, END, ERROR, INNER_ERROR, added_name
from coworks.biz.renaming import renamed
from coworks.biz.steps.kind import Position

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.biz.flow import Flow
    from coworks.biz.steps.kind import Kind, Step


@dataclass(frozen=True, slots=True)
class _Around:
    """What is around a scope: the names that are set there, its depth, whether it catches, whose it is."""

    names: frozenset[str] = frozenset({DATA})
    depth: int = 1
    catches: bool = False
    workflow: str = ""

    def within(self, flow: Flow) -> _Around:
        own = {name for step in flow.steps if step.kind for name in _sets(step, step.kind)}
        caught = {ERROR} if flow.has_catches else frozenset()
        catches = self.catches or flow.has_catches
        return _Around(self.names | own | caught, self.depth + 1, catches, self.workflow)

    def with_given(self, given: tuple[str, ...]) -> _Around:
        return replace(self, names=self.names | set(given))


def _sets(step: Step, kind: Kind) -> tuple[str, ...]:
    return (*kind.sets(), step.variable) if step.has_result else kind.sets()


def write_states(
    flow: Flow, end: str, around: _Around | None = None, *, workflow: str = ""
) -> dict[str, dict[str, Any]]:
    """The states of a flow without errors; `end` is the name of the one where jumps to the end lead.

    `workflow` is the name of the whole, for steps that start it anew.
    """
    within = (around or _Around(workflow=workflow)).within(flow)
    names = [step.name for step in flow.steps]
    states: dict[str, dict[str, Any]] = {}
    for number in range(len(names)):
        following = names[number + 1] if number + 1 < len(names) else None
        states |= _states(flow, number, following, within)
    if end != END:
        states = {name: led(state, {END: end}) for name, state in states.items()}
    if any(target == end for state in states.values() for target in _ways(state)):
        states[end] = {"Type": "Succeed"}
    return states


def _states(flow: Flow, number: int, following: str | None, within: _Around) -> dict[str, dict[str, Any]]:
    """The state of a step, with those that are added for it."""
    step = flow.steps[number]
    if step.kind is None:
        raise ValueError("a workflow with errors has no state machine")
    if step.goto:
        following = None if step.goto.target == END else step.goto.target
    machines = tuple(
        _machine(step.name, scope.title, inner, within.with_given(tuple(one.text for one in scope.given)))
        for scope, inner in zip(step.kind.scopes(), flow.inner[number], strict=True)
    )
    at = Position(step.name, step.variable, following, machines, within.names, within.workflow)
    return {name: _completed(body, flow, number, following) for name, body in step.kind.states(at).items()}


def _machine(step: str, title: str, flow: Flow, around: _Around) -> dict[str, Any]:
    """The machine of a scope; its own end is a state of its own, when something jumps there."""
    states = write_states(flow, added_name(step, f"end of {title}"), around)
    if flow.has_catches and around.catches:
        states = renamed(states, {ERROR: f"{INNER_ERROR}{around.depth}"})
    return {"StartAt": flow.steps[0].name, "States": states}


def _completed(body: dict[str, Any], flow: Flow, number: int, following: str | None) -> dict[str, Any]:
    """A state with what its step has beside its keyword; what the kind says itself stays."""
    step = flow.steps[number]
    state: dict[str, Any] = {"Type": body.pop("Type")}
    if step.comment is not None:
        state["Comment"] = step.comment
    state |= body
    if step.timeout is not None:
        state.setdefault("TimeoutSeconds", step.timeout)
    if step.heartbeat is not None:
        state.setdefault("HeartbeatSeconds", step.heartbeat)
    if step.retry:
        state.setdefault("Retry", [rule.states_language() for rule in step.retry])
    own = [catcher["ErrorEquals"] for catcher in state.get("Catch", ())]
    rules = [rule.states_language() for rule in flow.catches[number] if list(rule.errors) not in own]
    if rules or own:
        state["Catch"] = [*state.get("Catch", ()), *rules]
    if step.kind and not step.kind.ends and not step.kind.decides and "Next" not in state:
        state |= {"Next": following} if following else {"End": True}
    return state


def _ways(state: Mapping[str, Any]) -> list[str | None]:
    """Where a state leads by choices, catches and additions; `Next` of a step is never the end."""
    rules = (*state.get("Choices", ()), *state.get("Catch", ()))
    return [*(rule.get("Next") for rule in rules), state.get("Default"), state.get("Next")]


def led(state: Mapping[str, Any], elsewhere: Mapping[str, str]) -> dict[str, Any]:
    """The state, or the rule of one, with its jumps leading elsewhere: the new targets by the old ones."""
    changed = dict(state)
    for key in ("Next", "Default"):
        if key in changed:
            changed[key] = elsewhere.get(changed[key], changed[key])
    for key in ("Choices", "Catch"):
        if key in changed:
            changed[key] = [led(rule, elsewhere) for rule in changed[key]]
    return changed
