"""How a plan is shown, to people and to programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from coworks.cli.printing import count
from coworks.deploy.plan import cost_of
from coworks.deploy.stacks.executions import MOST_COUNTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coworks.deploy.plan import Cost, Running, StackPlan
    from coworks.deploy.preparation import Prepared

_EFFECTS = {
    "finish": "what runs finishes on the definition that it began with",
    "stop": "what runs is STOPPED, for the state machine is replaced",
    "call": "the next calls go to the new version of {}",
}
_SIGNS = {"add": ("+", "green"), "change": ("~", "yellow"), "replace": ("!", "red"), "remove": ("-", "red")}
_VERBS = {"add": "added", "change": "changed", "replace": "replaced", "remove": "removed"}


def show_plan(plans: Sequence[StackPlan], costs: Mapping[str, Cost], running: Sequence[Running] = ()) -> None:
    """Each stack with its changes, what roles may do apart, what workflows cost, and what runs."""
    for plan in plans:
        state = "new" if plan.is_new else "no changes" if plan.is_same else _counted(plan)
        click.echo(f"{click.style(plan.template.stack, bold=True)}: {state}")
        show_changes(plan)
    for name, cost in costs.items():
        click.echo(f"1,000 runs of {name}: {_told(cost)}")
    for one in running:
        click.echo(_told_running(one))


def show_changes(plan: StackPlan) -> None:
    """The changes of one stack, a line each, and below them what roles may do more and less."""
    for change in plan.changes:
        sign, colour = _SIGNS[change.action]
        click.echo(f"  {click.style(sign, fg=colour)} {change.name}")
        for detail in change.details:
            click.echo(f"      {detail}")
    if plan.permissions:
        click.echo("  permissions")
        for line in plan.permissions:
            click.echo(f"    {line}")


def _told_running(running: Running) -> str:
    number = f"{count(running.count, 'execution')} of {running.workflow}"
    number = f"{number} or more" if running.count >= MOST_COUNTED else number
    verb = "runs" if running.count == 1 else "run"
    return f"{number} {verb} now: {_EFFECTS[running.effect].format(', '.join(running.services))}"


def plan_as_json(
    plans: Sequence[StackPlan], prepared: Prepared, running: Sequence[Running]
) -> dict[str, Any]:
    """The plan for programs."""
    stacks = [
        {
            "name": plan.name,
            "stack": plan.template.stack,
            "new": plan.is_new,
            "changed": not plan.is_same,
            **changes_as_json(plan),
        }
        for plan in plans
    ]
    costs = {name: asdict(cost) for name, cost in costs_of(prepared).items()}
    return {"stacks": stacks, "costs": costs, "running": [asdict(one) for one in running]}


def changes_as_json(plan: StackPlan) -> dict[str, Any]:
    return {
        "changes": [asdict(change) for change in plan.changes],
        "permissions": list(plan.permissions),
    }


def costs_of(prepared: Prepared) -> dict[str, Cost]:
    """What a thousand runs of each workflow of the plan cost."""
    definitions = {one.name: one.definition for one in prepared.project.workflows}
    found: dict[str, Cost] = {}
    for template in prepared.templates:
        if template.kind == "workflow":
            machine = template.body["Resources"]["StateMachine"]["Properties"]
            is_express = machine["StateMachineType"] == "EXPRESS"
            found[template.name] = cost_of(definitions[template.name] or {}, express=is_express)
    return found


def _counted(plan: StackPlan) -> str:
    counts = {verb: sum(one.action == action for one in plan.changes) for action, verb in _VERBS.items()}
    return ", ".join(f"{count} {verb}" for verb, count in counts.items() if count) or "a new version"


def _told(cost: Cost) -> str:
    if cost.is_express:
        return f"${cost.dollars[0]:.4f}, and memory and time (Express)"
    least, most = cost.transitions
    if least == most:
        return f"{most:,} state transitions, ${cost.dollars[1]:.3f}"
    return f"{least:,} to {most:,} state transitions, ${cost.dollars[0]:.3f} to ${cost.dollars[1]:.3f}"
