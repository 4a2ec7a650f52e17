"""The commands about what a project does: `start`, and `executions list`, `show`, `stop`, `redrive`."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

import click

from coworks.cli.inputs import read_json
from coworks.cli.printing import print_error, print_json, print_table
from coworks.cli.testing import save
from coworks.engine import Execution, Status
from coworks.errors import CoWorksError
from coworks.local import Control
from coworks.project import load_project, read_settings, source_maps

if TYPE_CHECKING:
    from pathlib import Path

    from coworks.biz import SourceMap


@click.command()
@click.argument("name")
@click.option("--input", "text", default="{}", help="The input: JSON, or @FILE for a file that holds it.")
@click.option("--wait", is_flag=True, help="Wait for the end, print the output, exit 1 when it failed.")
@click.pass_obj
def start(project_dir: Path, name: str, text: str, wait: bool) -> None:
    """Start a workflow."""
    text = read_json("--input", text, """'{"url": "https://www.example.com"}'""")
    project = load_project(project_dir)
    if project.workflow(name).definition is None:
        raise CoWorksError(f'the workflow "{name}" has mistakes', hint="see them: cws check")
    with closing(Control(project.settings)) as control:
        execution = control.start(project, name, text, wait=wait)
        if wait:
            _finish(execution, control, project.workflow(name).source_map)
        click.echo(execution.name)
        _warn_when_nothing_runs(control)


def _finish(execution: Execution, control: Control, sources: SourceMap) -> None:
    if execution.status is not Status.SUCCEEDED:
        raise CoWorksError(
            control.failure(execution, sources),
            hint=f"see every step: cws executions show {execution.name}",
        )
    print_json(json.loads(execution.output or "null"))
    sys.exit(0)


@click.group("executions")
def executions() -> None:
    """List, show, stop and redrive the executions of workflows."""


@executions.command("list")
@click.option("--workflow", help="Only those of this workflow.")
@click.option(
    "--status", type=click.Choice(list(Status), case_sensitive=False), help="Only those that stand so."
)
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1), help="How many, newest first."
)
@click.pass_obj
def list_(project_dir: Path, workflow: str | None, status: str | None, limit: int) -> None:
    """List executions, the newest first."""
    with closing(Control(read_settings(project_dir))) as control:
        found = control.executions(workflow, Status(status.upper()) if status else None, limit)
    rows = [
        (one.name, one.machine, str(one.status), _local(one.started), _duration(one), one.error or "")
        for one in found
    ]
    print_table(("ID", "WORKFLOW", "STATUS", "STARTED", "TOOK", "ERROR"), rows)


@executions.command()
@click.argument("identity", metavar="ID")
@click.pass_obj
def show(project_dir: Path, identity: str) -> None:
    """Show an execution as JSON: how it stands, its input and output, and every step."""
    settings = read_settings(project_dir)
    with closing(Control(settings)) as control:
        found = control.find(identity)
        print_json(control.describe(found, source_maps(settings).get(found.machine, {})))


@executions.command()
@click.argument("identity", metavar="ID")
@click.pass_obj
def stop(project_dir: Path, identity: str) -> None:
    """Stop an execution that is running."""
    project = load_project(project_dir)
    with closing(Control(project.settings)) as control:
        found = control.find(identity)
        if found.status is not Status.RUNNING:
            print_error(CoWorksError(f"{found.name} is over: it {found.status}"))
            sys.exit(1)
        stopped = control.stop(project, found)
    click.echo(f"{stopped.name} {stopped.status}")


@executions.command()
@click.argument("identity", metavar="ID")
@click.option("--wait", is_flag=True, help="Wait for the end, print the output, exit 1 when it failed.")
@click.pass_obj
def redrive(project_dir: Path, identity: str, wait: bool) -> None:
    """Have an execution that failed, timed out or was stopped go on from there."""
    project = load_project(project_dir)
    with closing(Control(project.settings)) as control:
        again = control.redrive(project, control.find(identity), wait=wait)
        if wait:
            _finish(again, control, project.workflow(again.machine).source_map)
        click.echo(f"{again.name} {again.status}")
        _warn_when_nothing_runs(control)


def _warn_when_nothing_runs(control: Control) -> None:
    if not control.is_served:
        click.echo("nothing runs this project now: the execution goes on with cws run", err=True)


def _local(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds).astimezone():%Y-%m-%d %H:%M:%S}"


def _duration(execution: Execution) -> str:
    if execution.stopped is None:
        return ""
    return f"{execution.stopped - execution.started:.2f} s"


executions.add_command(save)

COMMANDS = (start, executions)
