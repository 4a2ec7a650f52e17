"""`cws run`."""

from __future__ import annotations

import json
import logging
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from coworks.cli.lines import JsonLines, TextLines
from coworks.cli.printing import print_broken, print_open_services, print_problems
from coworks.console import Console
from coworks.local import serve
from coworks.project import load_project

if TYPE_CHECKING:
    from pathlib import Path

    from coworks.local import System


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port; 0 takes a free one.",
)
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
    announce = _announce_json if as_json else _announce
    # Only who asks for isolation loads it.
    isolation = import_module("coworks.local.isolated").Isolated if isolated else None
    serve(
        project,
        host,
        port,
        announce,
        reload=not no_reload,
        isolation=isolation,
        make_console=Console,
    )


def _announce(system: System) -> None:
    project = system.project
    rows = [(service.name, f"/{service.name}", "") for service in project.services]
    if project.root_service:
        rows = [(project.settings.name, "/", "")]
    rows += [
        (workflow.name, f"/{workflow.name}", ", ".join(one.describe() for one in workflow.triggers))
        for workflow in project.workflows
        if workflow.definition is not None
    ]
    rows += [("mail box", "/_mail", ""), ("console", "/_console", "")]
    width = max(len(name) for name, _, _ in rows)
    click.echo(f"{click.style(project.settings.name, bold=True)} runs at {system.url} (Ctrl-C stops it)\n")
    for name, path, remark in rows:
        click.echo(f"  {name:<{width}}  {system.url}{path}  {remark}".rstrip())
    click.echo("")
    sys.stdout.flush()


def _announce_json(system: System) -> None:
    project = system.project
    told = {
        "project": project.settings.name,
        "url": system.url,
        "services": [service.name for service in project.services],
        "workflows": [workflow.name for workflow in project.workflows if workflow.definition is not None],
    }
    click.echo(json.dumps(told, ensure_ascii=False))
    sys.stdout.flush()


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
