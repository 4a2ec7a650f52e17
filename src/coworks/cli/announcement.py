"""What a project says when it runs: each service and workflow with its address, and what is ours."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

import click

from coworks.cli.printing import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coworks.local import System
    from coworks.project import Project


class Row(NamedTuple):
    kind: str
    name: str
    path: str
    remark: str


def announce(system: System, find: Callable[[str], object] = find_spec) -> None:
    """A table for people. What did not load is in it, too; `find` tells whether a library is installed."""
    project = system.project
    click.echo(f"{click.style(project.settings.name, bold=True)} runs at {system.url} (Ctrl-C stops it)\n")
    rows = list(_rows(project, has_console=find("nicegui") is not None))
    kinds, names, paths = (max(len(row[place]) for row in rows) for place in range(3))
    for row in rows:
        kind = click.style(f"{row.kind:<{kinds}}", dim=True)
        address = f"{system.url}{row.path:<{paths}}"
        click.echo(f"  {kind}  {row.name:<{names}}  {address}  {row.remark}".rstrip())
    click.echo("")


def announce_as_json(system: System) -> None:
    """The same for programs: `project`, `url`, and the `services` and `workflows` that can be called."""
    project = system.project
    told = {
        "project": project.settings.name,
        "url": system.url,
        "services": [service.name for service in project.services],
        "workflows": [workflow.name for workflow in project.workflows if workflow.definition is not None],
    }
    click.echo(json.dumps(told, ensure_ascii=False))


def _rows(project: Project, *, has_console: bool) -> Iterator[Row]:
    for service in project.services:
        is_root = service.name == project.root_service
        name, path = (project.settings.name, "/") if is_root else (service.name, f"/{service.name}")
        entries = len(service.app.entries)
        yield Row("service", name, path, f"{entries} {'entry' if entries == 1 else 'entries'}")
    for broken in project.broken:
        yield Row("service", broken.name, f"/{broken.name}", _bad("did not load: see above"))
    for workflow in project.workflows:
        triggers = ", ".join(one.describe() for one in workflow.triggers)
        mistakes = count(len(list(workflow.errors)), "mistake") if workflow.definition is None else ""
        yield Row("workflow", workflow.name, f"/{workflow.name}", _bad(mistakes) if mistakes else triggers)
    yield Row("pages", "mail box", "/_mail", "")
    yield Row("", "console", "/_console", "" if has_console else 'wants pip install "coworks[console]"')
    yield Row("", "AWS", "/_aws", "for boto3 and the aws command: AWS_ENDPOINT_URL")


def _bad(text: str) -> str:
    return click.style(text, fg="red")
