"""`test` is only pytest, in the folder of the project; `executions save` makes a test of a past execution."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import click

from coworks.engine import Status
from coworks.errors import CoWorksError
from coworks.local.control import Control
from coworks.project import read_settings, source_maps
from coworks.testing.recording import recorded_answers, written_test


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
        if found.status is Status.RUNNING:
            raise CoWorksError(f"{found.name} is still running", hint="save it once it is over")
        told = control.describe(found, sources.get(found.machine, {}))
        answers = recorded_answers(control.events(found), sources.get(found.machine, {}))
    name = "".join(letter if letter.isalnum() else "_" for letter in found.name)
    file = output or settings.root / "tests" / f"test_{found.machine}_{name}.py"
    if file.exists():
        raise CoWorksError(f"{file} exists", hint="name another file: --output FILE")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(written_test(told, answers), encoding="utf-8")
    click.echo(f"wrote {file}; run it: cws test {file}")


COMMANDS = (test,)
