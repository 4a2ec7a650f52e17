"""Executions that run while something is deployed under them, and what that does to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from coworks.deploy.template.integrations import symbols_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from coworks.biz import CompiledWorkflow
    from coworks.deploy.plan.changes import StackPlan

    Effect: TypeAlias = Literal["finish", "stop", "call"]

_MACHINE: Final = "AWS::StepFunctions::StateMachine"


@dataclass(frozen=True, slots=True)
class Running:
    """`count` executions of a workflow run. They `finish` on the definition that they began with; `stop`, for
    their state machine is replaced; or will `call` the new version of `services` from their next call on.
    """

    workflow: str
    count: int
    effect: Effect
    services: tuple[str, ...] = ()


def running_under(
    plans: Iterable[StackPlan], workflows: Iterable[CompiledWorkflow], count: Callable[[str], int]
) -> list[Running]:
    """What the plans do to executions; `count` tells how many of a workflow run."""
    changed = {plan.name: plan for plan in plans if plan.changes and not plan.is_new}
    return [one for workflow in workflows for one in _of_workflow(workflow, changed, count)]


def _of_workflow(
    workflow: CompiledWorkflow, changed: dict[str, StackPlan], count: Callable[[str], int]
) -> Iterator[Running]:
    plan = changed.get(workflow.name)
    called = symbols_of(workflow.definition or {})
    services = tuple(one for one in called if one in changed and changed[one].template.kind == "service")
    if not (plan or services) or not (running := count(workflow.name)):
        return
    if plan:
        yield Running(workflow.name, running, "stop" if _is_replaced(plan) else "finish")
    if services:
        yield Running(workflow.name, running, "call", services)


def _is_replaced(plan: StackPlan) -> bool:
    return any(one.action == "replace" and one.kind == _MACHINE for one in plan.changes)
