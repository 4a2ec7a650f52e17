"""`test` is only pytest, in the folder of the project."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from pathlib import Path


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


COMMANDS = (test,)
