"""`cws draw`: the picture of a workflow."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from coworks.biz.drawing import draw as draw_machine
from coworks.biz.drawing import to_mermaid, to_png, to_svg
from coworks.cli.projects import compiled_workflow
from coworks.errors import UsageError
from coworks.local.control import Control
from coworks.project import load_project

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.biz.drawing import Drawing, Run
    from coworks.project import Project

_FORMATS: Final[dict[str, Callable[[Drawing], str | bytes]]] = {
    "mermaid": to_mermaid,
    "svg": to_svg,
    "png": to_png,
}
_BY_SUFFIX: Final = {".mmd": "mermaid", ".mermaid": "mermaid", ".svg": "svg", ".png": "png"}


@click.command()
@click.argument("name")
@click.option("--execution", "identity", metavar="ID", help="Colour the path that this execution took.")
@click.option("--format", "form", type=click.Choice(list(_FORMATS)), help="Default: by the name of the file.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write, else standard output.",
)
@click.pass_obj
def draw(project_dir: Path, name: str, identity: str | None, form: str | None, output: Path | None) -> None:
    """Draw a workflow: Mermaid text, SVG or PNG."""
    form = form or _format_of(output)
    if form == "png" and output is None and sys.stdout.isatty():
        raise UsageError("a PNG is nothing for a terminal", hint=f"name a file: -o {name}.png")
    project = load_project(project_dir)
    workflow, definition = compiled_workflow(project, name)
    run = _path(project, name, identity) if identity else None
    picture = _FORMATS[form](draw_machine(_title(name, identity), definition, workflow.source_map, run))
    _write(picture if isinstance(picture, bytes) else picture.encode(), output)


def _format_of(output: Path | None) -> str:
    """The format that the name of a file says. Raises `UsageError` when it says none."""
    if output is None:
        return "mermaid"
    if found := _BY_SUFFIX.get(output.suffix.lower()):
        return found
    endings = ", ".join(_BY_SUFFIX)
    raise UsageError(
        f"{output} does not say what to draw", hint=f"end it with one of {endings}, or say --format"
    )


def _title(name: str, identity: str | None) -> str:
    return f"{name} ({identity})" if identity else name


def _path(project: Project, name: str, identity: str) -> Run:
    with closing(Control(project.settings)) as control:
        execution = control.find(identity)
        if execution.machine != name:
            raise UsageError(
                f"{identity} is an execution of {execution.machine}", hint=f"cws draw {execution.machine}"
            )
        return control.path(execution)


def _write(picture: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(picture)
        return
    try:
        output.write_bytes(picture)
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}") from None
    click.echo(f"wrote {output}")


COMMANDS = (draw,)
