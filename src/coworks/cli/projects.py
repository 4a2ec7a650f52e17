"""The commands about what a project is: `new`, `routes`, `compile`, `schema`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coworks.cli.printing import print_broken, print_problems
from coworks.cli.tables import print_table
from coworks.errors import CoWorksError
from coworks.project import load_project
from coworks.project.scaffold import create_project, schema_text

if TYPE_CHECKING:
    from coworks.biz import CompiledWorkflow
    from coworks.project import Project


@click.command()
@click.argument("name")
@click.pass_obj
def new(project_dir: Path, name: str) -> None:
    """Make a project that runs: a service, a workflow, and their test."""
    folder = create_project(project_dir, name)
    click.echo(f"made {folder}\n\n  cd {folder}\n  cws run\n  pytest\n")


@click.command()
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
def schema(output: Path | None) -> None:
    """Print the JSON Schema of workflows, with which editors complete and check them."""
    if output is None:
        click.echo(schema_text(), nl=False)
        return
    output.write_text(schema_text(), encoding="utf-8")
    click.echo(f"wrote {output}")


@click.command()
@click.pass_obj
def routes(project_dir: Path) -> None:
    """List the entries of all services."""
    project = load_project(project_dir)
    print_broken(project.broken)
    rows = []
    for service in project.services:
        prefix = "" if service.name == project.root_service else f"/{service.name}"
        for entry in service.app.entries:
            path = f"{prefix}{entry.path}".rstrip("/") or "/"
            doc = (entry.doc or "").strip().split("\n")[0]
            rows += [(method, path, f"{service.name}.{entry.name}", doc) for method in entry.methods]
    print_table(("METHOD", "PATH", "ENTRY", ""), rows)
    sys.exit(1 if project.broken else 0)


@click.command("compile")
@click.argument("name")
@click.pass_obj
def compile_(project_dir: Path, name: str) -> None:
    """Print the state machine of a workflow, in the Amazon States Language."""
    workflow, _ = compiled_workflow(load_project(project_dir), name)
    click.echo(workflow.to_json(), nl=False)


def compiled_workflow(project: Project, name: str) -> tuple[CompiledWorkflow, dict[str, Any]]:
    """A workflow of a project and its state machine; its problems are printed.

    Raises `CoWorksError` when it has mistakes.
    """
    workflow = project.workflow(name)
    print_problems(workflow.problems)
    if workflow.definition is None:
        raise CoWorksError(f'the workflow "{name}" has mistakes', hint="mend what is listed above")
    return workflow, workflow.definition


COMMANDS = (new, routes, compile_, schema)
