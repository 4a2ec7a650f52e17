"""`cws run`."""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from coworks.cli.announcement import announce, announce_as_json
from coworks.cli.lines import JsonLines, TextLines
from coworks.cli.listening import listening_at
from coworks.cli.printing import print_broken, print_open_services, print_problems
from coworks.console import Console
from coworks.local import serve
from coworks.project import load_project

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@listening_at(8000)
@click.option("-q", "--quiet", is_flag=True, help="No line per call.")
@click.option("--json", "as_json", is_flag=True, help="Each line an object of JSON, for programs.")
@click.option("--no-reload", is_flag=True, help="Changes of files take no effect.")
@click.option("--isolated", is_flag=True, help="Each service in processes of its own, as on Lambda.")
@click.pass_obj
def run(
    project_dir: Path, host: str, port: int, quiet: bool, as_json: bool, no_reload: bool, isolated: bool
) -> None:
    """Run the whole project on this machine: services, workflows, schedules, mail box."""
    _set_up_logging(quiet, JsonLines() if as_json else TextLines(colours=sys.stdout.isatty()))
    project = load_project(project_dir)
    print_broken(project.broken)
    print_problems(problem for workflow in project.workflows for problem in workflow.errors)
    print_open_services(project)
    # Only who asks for isolation loads it.
    isolation = import_module("coworks.local.isolated").Isolated if isolated else None
    serve(
        project,
        host,
        port,
        announce_as_json if as_json else announce,
        reload=not no_reload,
        isolation=isolation,
        make_console=Console,
    )


def _set_up_logging(quiet: bool, lines: logging.Formatter) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(lines)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    # The gateway writes the line of a call; on Lambda, where there is no gateway of ours, the service does.
    logging.getLogger("coworks.calls").setLevel(logging.WARNING)
    logging.getLogger("coworks").setLevel(logging.WARNING if quiet else logging.INFO)
    # What services in processes of their own write, is theirs to keep short.
    logging.getLogger("coworks.output").setLevel(logging.INFO)


COMMANDS = (run,)
