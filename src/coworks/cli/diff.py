"""`cws diff`: what two stages have deployed, and what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from coworks.cli.plans import changes_as_json, show_changes
from coworks.cli.printing import print_json
from coworks.deploy.plan.stages import Compared, compare
from coworks.deploy.preparation import Located, locate
from coworks.deploy.stacks import Deployer, connect
from coworks.deploy.templates import names_of
from coworks.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--stage", "stages", multiple=True, help="A stage; give two.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def diff(project_dir: Path, names: tuple[str, ...], stages: tuple[str, ...], as_json: bool) -> None:
    """Show what differs between what is deployed in two stages."""
    if len(stages) != 2:
        raise UsageError("two stages are compared", hint="write cws diff --stage dev --stage prod")
    first = locate(project_dir, stages[0], names)
    before = _deployed(first)
    second = locate(project_dir, stages[1], names, after=first)
    after = _deployed(second)
    of = [names_of(located.project) for located in (first, second)]
    found = [compare(one, before[one.name], after[one.name], *of) for one in second.stacks]
    if as_json:
        print_json({one.name: _as_json(one) for one in found})
    else:
        for one in found:
            _show(one, stages)


def _deployed(located: Located) -> dict[str, Mapping[str, Any] | None]:
    """What is deployed in a stage, by the names of the project."""
    deployer = Deployer(connect(located.options), located.project.settings.name, located.options.bucket)
    found = deployer.all_deployed(located.stacks)
    return {stack.name: body for stack, body in zip(located.stacks, found, strict=True)}


def _show(found: Compared, stages: tuple[str, ...]) -> None:
    if found.plan is None:
        where = [stage for stage, has in zip(stages, found.deployed, strict=True) if has]
        click.echo(f"{found.name}: {f'in {where[0]} only' if where else 'in neither'}")
    elif not found.plan.changes:
        click.echo(f"{found.name}: the same")
    else:
        click.echo(f"{found.name}: from {stages[0]} to {stages[1]}")
        show_changes(found.plan)


def _as_json(found: Compared) -> dict[str, Any]:
    changes = changes_as_json(found.plan) if found.plan else {}
    return {"deployed": list(found.deployed), **changes}


COMMANDS = (diff,)
