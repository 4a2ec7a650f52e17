"""The group `cws` and how its errors look: a message, then `fix:`; never a traceback of ours."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from coworks.cli.lazy import LazyGroup
from coworks.cli.printing import print_error
from coworks.errors import CoWorksError

_COMMANDS = {
    "run": ("run",),
    "engine": ("engine",),
    "projects": ("new", "routes", "compile", "schema"),
    "executions": ("start", "replay", "executions"),
    "events": ("emit", "notify"),
    "queues": ("send", "queues"),
    "draw": ("draw",),
    "check": ("check",),
    "packages": ("package",),
    "deploy": ("plan", "deploy", "rollback", "delete", "status", "info"),
    "diff": ("diff",),
    "calls": ("invoke", "logs"),
    "import_": ("import",),
    "clients": ("client", "export"),
    "testing": ("test",),
    "console": ("console",),
}
HOMES = {name: f"coworks.cli.{module}" for module, names in _COMMANDS.items() for name in names}

SECTIONS = {
    "Write": ("new", "check", "test", "routes", "draw", "schema", "compile", "import", "export", "client"),
    "Run on this machine": (
        *("run", "start", "replay", "executions", "emit", "notify"),
        *("send", "queues", "console", "engine"),
    ),
    "Run on AWS": (
        *("package", "plan", "deploy", "status", "info", "diff"),
        *("invoke", "logs", "rollback", "delete"),
    ),
}


@click.group(
    cls=LazyGroup,
    homes=HOMES,
    sections=SECTIONS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="coworks", prog_name="cws")
@click.option(
    "-p",
    "--project-dir",
    type=click.Path(path_type=Path),
    default=Path(),
    show_default="this folder",
    help="The folder of the project.",
)
@click.pass_context
def cws(context: click.Context, project_dir: Path) -> None:
    """Serverless microservices: Python classes and YAML workflows, on this machine and on AWS."""
    context.obj = project_dir


def main() -> None:
    """The entry point: runs the command and leaves with its exit code."""
    try:
        cws.main(standalone_mode=True)
    except CoWorksError as error:
        print_error(error)
        sys.exit(error.exit_code)
    except Exception as error:
        if os.environ.get("CWS_TRACEBACK"):
            raise
        mistake = CoWorksError(
            f"cws made a mistake: {type(error).__name__}: {error}",
            hint="please report it, with what CWS_TRACEBACK=1 shows when you run the command again",
        )
        print_error(mistake)
        sys.exit(70)  # EX_SOFTWARE of sysexits.h
