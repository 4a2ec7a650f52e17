"""The commands about what a project does: `start`, `replay`, and those about its `executions`."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coworks.cli.inputs import read_json
from coworks.cli.places import described, failed, opened
from coworks.cli.printing import print_json
from coworks.cli.tables import print_table
from coworks.engine import Execution, Status
from coworks.errors import CoWorksError
from coworks.local.recording import recorded_test
from coworks.local.replay import run_again

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.cli.places import Place

_stage = click.option("--stage", help="A stage on AWS (default: this machine).")
_wait = click.option(
    "--wait", is_flag=True, help="Wait for the end, print the output, exit 1 when it failed."
)


@click.command()
@click.argument("name")
@click.option("--input", "text", default="{}", help="The input: JSON, or @FILE for a file that holds it.")
@_wait
@_stage
@click.pass_obj
def start(project_dir: Path, name: str, text: str, wait: bool, stage: str | None) -> None:
    """Start a workflow."""
    text = read_json("--input", text, """'{"url": "https://www.example.com"}'""")
    with opened(project_dir, stage) as place:
        execution = place.start(name, text, wait=wait)
        if wait:
            _finish(place, execution)
        else:
            _begun(place, execution)


@click.command()
@click.argument("identity", metavar="ID")
@click.option("--from", "step", metavar="STEP", help="The step to begin at (default: the beginning).")
@click.option(
    "--with",
    "text",
    help="Other data, as JSON or @FILE: of the input, or of the variables known at the step.",
)
@_wait
@click.option("--json", "as_json", is_flag=True, help="Print the new execution as JSON, with its steps.")
@_stage
@click.pass_obj
def replay(
    project_dir: Path,
    identity: str,
    step: str | None,
    text: str | None,
    wait: bool,
    as_json: bool,
    stage: str | None,
) -> None:
    """Run a past execution again, in the workflow as it is now."""
    example = """'{"data": {"url": "https://www.example.com"}}'"""
    changes = None if text is None else json.loads(read_json("--with", text, example))
    with opened(project_dir, stage) as place:
        former = place.find(identity)
        events = place.events(former) if step else []
        beginning = run_again(place.workflow(former.machine), former, events, step, changes)
    # On AWS an execution begins at the first state: from a step, it is this machine that runs it again.
    with opened(project_dir, None if beginning.at else stage) as place:
        begun = place.begin(former.machine, beginning, wait=wait)
        if as_json:
            print_json(described(place, begun))
            if wait:
                _check(place, begun)
        elif wait:
            _print_steps(described(place, begun))
            _finish(place, begun)
        else:
            _begun(place, begun)


@click.group("executions")
def executions() -> None:
    """List, show, start, stop, redrive and save executions of workflows, here or in a stage on AWS."""


@executions.command("list")
@click.option("--workflow", help="Only those of this workflow.")
@click.option(
    "--status", type=click.Choice(list(Status), case_sensitive=False), help="Only those that stand so."
)
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1), help="How many, newest first."
)
@_stage
@click.pass_obj
def list_(project_dir: Path, workflow: str | None, status: str | None, limit: int, stage: str | None) -> None:
    """List executions, the newest first."""
    with opened(project_dir, stage) as place:
        found = place.newest(workflow, Status(status.upper()) if status else None, limit)
    rows = [
        (one.name, one.machine, str(one.status), _local(one.started), _duration(one), one.error or "")
        for one in found
    ]
    print_table(("ID", "WORKFLOW", "STATUS", "STARTED", "TOOK", "ERROR"), rows)


@executions.command()
@click.argument("identity", metavar="ID")
@_stage
@click.pass_obj
def show(project_dir: Path, identity: str, stage: str | None) -> None:
    """Show an execution as JSON: how it stands, its input and output, and every step."""
    with opened(project_dir, stage) as place:
        print_json(described(place, place.find(identity)))


@executions.command()
@click.argument("identity", metavar="ID")
@_stage
@click.pass_obj
def stop(project_dir: Path, identity: str, stage: str | None) -> None:
    """Stop an execution that is running."""
    with opened(project_dir, stage) as place:
        found = place.find(identity)
        if found.status is not Status.RUNNING:
            raise CoWorksError(
                f"{found.name} is over: it {found.status}",
                hint="those that run: cws executions list --status running",
            )
        stopped = place.stop(found)
    click.echo(f"{stopped.name} {stopped.status}")


@executions.command()
@click.argument("identity", metavar="ID")
@_wait
@_stage
@click.pass_obj
def redrive(project_dir: Path, identity: str, wait: bool, stage: str | None) -> None:
    """Have an execution that failed, timed out or was stopped go on from there."""
    with opened(project_dir, stage) as place:
        again = place.redrive(place.find(identity), wait=wait)
        if wait:
            _finish(place, again)
        else:
            click.echo(f"{again.name} {again.status}")
            _warn_when_nothing_runs(place)


def _begun(place: Place, execution: Execution) -> None:
    click.echo(execution.name)
    _warn_when_nothing_runs(place)


def _print_steps(told: Mapping[str, Any]) -> None:
    """How each step went, on standard error: what comes out is the output."""
    for step in told["steps"]:
        click.echo(f"{step['name']}: {step['status']}", err=True)


@executions.command()
@click.argument("identity", metavar="ID")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write.  [default: tests/test_WORKFLOW_ID.py in the project]",
)
@_stage
@click.pass_obj
def save(project_dir: Path, identity: str, output: Path | None, stage: str | None) -> None:
    """Write a past execution as a test: its input, what its calls were answered, and its path."""
    with opened(project_dir, stage) as place:
        found = place.find(identity)
        events, sources = place.events(found), place.sources(found.machine)
    test = recorded_test(project_dir.resolve(), found, events, sources)
    if output:
        test = replace(test, file=output)
    test.write()
    click.echo(f"wrote {test.file}; run it: cws test {test.file}")


def _finish(place: Place, execution: Execution) -> None:
    """Print the output of an execution that is over. Raises `CoWorksError` when it failed."""
    _check(place, execution)
    print_json(json.loads(execution.output or "null"))


def _check(place: Place, execution: Execution) -> None:
    """Raise `CoWorksError` when an execution failed."""
    if execution.status is not Status.SUCCEEDED:
        raise CoWorksError(
            failed(place, execution),
            hint=f"see every step: cws executions show {execution.name}{place.option}",
        )


def _warn_when_nothing_runs(place: Place) -> None:
    if not place.is_at_work:
        click.echo("nothing runs this project now: the execution goes on with cws run", err=True)


def _local(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds).astimezone():%Y-%m-%d %H:%M:%S}"


def _duration(execution: Execution) -> str:
    if execution.stopped is None:
        return ""
    return f"{execution.stopped - execution.started:.2f} s"


executions.add_command(start)

COMMANDS = (start, replay, executions)
