"""The commands about AWS: `plan`, `deploy`, `rollback`, `delete`, `status`, `info`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from coworks.cli.plans import costs_of, plan_as_json, show_plan
from coworks.cli.printing import count, print_error, print_json, print_warning
from coworks.cli.tables import print_table
from coworks.deploy.errors import DeployError
from coworks.deploy.plan import Running, StackPlan, plan_stack, running_under
from coworks.deploy.preparation import Known, Located, Prepared, executions_of, locate, pack, prepare
from coworks.deploy.stacks import Deployer, Outcome, connect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from coworks.deploy.stacks import Clients
    from coworks.deploy.stacks.changesets import Event

_names = click.argument("names", metavar="[NAME]...", nargs=-1)
_stage = click.option("--stage", help="The stage (default: CWS_STAGE).")
_yes = click.option("-y", "--yes", is_flag=True, help="Do not ask.")


@click.command()
@_names
@_stage
@click.option(
    "--offline", is_flag=True, help="Do not ask AWS: compare with what it last said to this machine."
)
@click.option("--json", "as_json", is_flag=True, help="The plan as JSON.")
@click.pass_obj
def plan(project_dir: Path, names: tuple[str, ...], stage: str | None, offline: bool, as_json: bool) -> None:
    """Show what a deployment would add, change, replace and remove, and what workflows cost."""
    prepared = _prepare(project_dir, stage, names)
    clients = None if offline else connect(prepared.options)
    plans = _plans(prepared, _deployer(prepared, clients) if clients else None)
    running = _running(prepared, plans, clients) if clients else []
    if as_json:
        print_json(plan_as_json(plans, prepared, running))
    else:
        show_plan(plans, costs_of(prepared), running)


@click.command()
@_names
@_stage
@_yes
@click.pass_obj
def deploy(project_dir: Path, names: tuple[str, ...], stage: str | None, yes: bool) -> None:
    """Deploy services and workflows, one stack each: shows the plan, asks, does it."""
    prepared = _prepare(project_dir, stage, names)
    clients = connect(prepared.options)
    deployer = _deployer(prepared, clients, _tell)
    plans = _plans(prepared, deployer)
    changed = [one.template for one in plans if not one.is_same]
    if not changed:
        click.echo("nothing to do: everything is deployed as it is here")
        return
    show_plan(plans, costs_of(prepared), _running(prepared, plans, clients))
    _confirm(yes, "deploy this?")
    deployer.upload(pack(prepared, {one.name for one in changed}), prepared.key_of)
    outcomes = deployer.deploy(changed)
    left = [one.stack for one in changed if one.name not in {outcome.name for outcome in outcomes}]
    if left:
        click.echo(f"left as they are, because a service failed: {', '.join(left)}", err=True)
    _finish(outcomes, "deployed")


@click.command()
@_names
@_stage
@_yes
@click.pass_obj
def rollback(project_dir: Path, names: tuple[str, ...], stage: str | None, yes: bool) -> None:
    """Bring back what was deployed before, code and configuration."""
    located = locate(project_dir, stage, names)
    deployer = _deployer(located, connect(located.options), _tell)
    former = [template for one in located.stacks if (template := deployer.former(one))]
    if not former:
        raise DeployError("nothing was deployed before what is deployed now", hint="see what is: cws status")
    show_plan([plan_stack(deployer.deployed(one), one) for one in former], {})
    _confirm(yes, "bring this back?")
    _finish(deployer.deploy(former), "rolled back")


@click.command()
@_names
@_stage
@_yes
@click.pass_obj
def delete(project_dir: Path, names: tuple[str, ...], stage: str | None, yes: bool) -> None:
    """Delete the stacks of a stage, with their queues and logs."""
    located = locate(project_dir, stage, names)
    clients = connect(located.options)
    deployer = _deployer(located, clients)
    there = [one for one in located.stacks if deployer.describe(one)]
    if not there:
        click.echo(f"nothing to do: nothing is deployed in {located.options.stage}")
        return
    running = executions_of(located.project, clients).running
    for one in there:
        runs = running(one.name) if one.kind == "workflow" else 0
        stopped = f", and {count(runs, 'execution')} that would be stopped" if runs else ""
        click.echo(f"{one.stack}: with what its queues and its logs hold{stopped}")
    click.echo(f"kept: the packages and templates in the bucket {deployer.bucket.name}")
    _confirm(yes, f"delete {len(there)} stacks of {located.options.stage}?")
    _finish(deployer.delete(there), "deleted")


@click.command()
@_stage
@click.pass_obj
def status(project_dir: Path, stage: str | None) -> None:
    """Show how each stack of a stage stands."""
    located = locate(project_dir, stage, ())
    deployer = _deployer(located, connect(located.options))
    rows = []
    for one in located.stacks:
        found = deployer.describe(one)
        rows.append((one.name, one.stack, found[0] if found else "not deployed"))
    print_table(("NAME", "STACK", "STATUS"), rows)


@click.command()
@_names
@_stage
@click.pass_obj
def info(project_dir: Path, names: tuple[str, ...], stage: str | None) -> None:
    """Show the addresses and names of what is deployed."""
    located = locate(project_dir, stage, names)
    deployer = _deployer(located, connect(located.options))
    for one in located.stacks:
        if found := deployer.describe(one):
            _print_outputs(one.name, found[1])
        else:
            click.echo(f"{one.name}: not deployed")


def _prepare(project_dir: Path, stage: str | None, names: Sequence[str]) -> Prepared:
    prepared = prepare(project_dir, stage, names, zipped=False)
    for text in prepared.warnings:
        print_warning(text)
    return prepared


def _deployer(
    of: Prepared | Located, clients: Clients, tell: Callable[[str, Event], Any] = lambda name, event: None
) -> Deployer:
    return Deployer(clients, of.project.settings.name, of.options.bucket, tell)


def _running(prepared: Prepared, plans: Sequence[StackPlan], clients: Clients) -> list[Running]:
    """The executions that a plan touches, as Step Functions counts them."""
    count = executions_of(prepared.project, clients).running
    return running_under(plans, prepared.project.workflows, count)


def _plans(prepared: Prepared, deployer: Deployer | None) -> list[StackPlan]:
    """The plan of each stack: against AWS, or else against what this machine knows of it."""
    known = Known(prepared.project)
    if deployer:
        found = deployer.all_deployed(prepared.templates)
        for template, body in zip(prepared.templates, found, strict=True):
            known.keep(template.stack, body)
    return [plan_stack(known.template(one.stack), one) for one in prepared.templates]


def _confirm(yes: bool, question: str) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise DeployError("nobody is there to be asked", hint="say it beforehand: --yes")
    click.confirm(question, abort=True)


def _tell(name: str, event: Event) -> None:
    reason = f"  {event.reason}" if event.status.endswith("_FAILED") else ""
    click.echo(f"  {name}: {event.resource} {event.status}{reason}")


def _finish(outcomes: Sequence[Outcome], done: str) -> None:
    """What came of each stack; exit code 1 when one failed."""
    for one in outcomes:
        if one.error:
            print_error(one.error)
        else:
            click.echo(f"{one.stack}: {done if one.changed else 'nothing to do'}")
            _print_outputs(one.name, one.outputs)
    if any(one.error for one in outcomes):
        sys.exit(1)


def _print_outputs(name: str, outputs: Any) -> None:
    for key, value in sorted(outputs.items()):
        click.echo(f"  {name}  {key}  {value}")


COMMANDS = (plan, deploy, rollback, delete, status, info)
