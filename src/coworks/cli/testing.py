"""`test` is only pytest, in the folder of the project; `executions save` makes a test of a past execution."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import click

from coworks.errors import CoWorksError
from coworks.local.control import Control
from coworks.local.recording import recorded_test
from coworks.project import read_settings, source_maps


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def test(project_dir: Path, arguments: tuple[str, ...]) -> None:
    """Run the tests of the project: pytest with ARGUMENTS, in its folder."""
    if find_spec("pytest") is None:
        raise CoWorksError("pytest is not installed", hint="pip install pytest")
    command = [sys.executable, "-m", "pytest", *arguments]
    done = subprocess.run(command, cwd=project_dir, check=False)  # noqa: S603 - the user's own tests
    sys.exit(done.returncode)


@click.command()
@click.argument("identity", metavar="ID")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write.  [default: tests/test_WORKFLOW_ID.py in the project]",
)
@click.pass_obj
def save(project_dir: Path, identity: str, output: Path | None) -> None:
    """Write a past execution as a test: its input, what its calls were answered, and its path."""
    settings = read_settings(project_dir)
    sources = source_maps(settings)
    with closing(Control(settings)) as control:
        found = control.find(identity)
        events = control.events(found)
    test = recorded_test(settings.root, found, events, sources.get(found.machine, {}))
    if output:
        test = replace(test, file=output)
    test.write()
    click.echo(f"wrote {test.file}; run it: cws test {test.file}")


COMMANDS = (test,)
