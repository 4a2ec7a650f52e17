"""`cws package`."""

from __future__ import annotations

from pathlib import Path

import click

from coworks.cli.printing import print_warning
from coworks.cli.tables import print_table
from coworks.deploy.packages import Package, installer
from coworks.deploy.packages.build import in_megabytes
from coworks.deploy.packaging import build_packages, packages_folder
from coworks.deploy.selection import select
from coworks.project import load_project


@click.command()
@click.argument("names", metavar="[SERVICE]...", nargs=-1)
@click.option("--stage", help="The stage whose settings hold (default: CWS_STAGE, else local).")
@click.option("--explain", is_flag=True, help="Say why each file is there.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for the packages (default: .coworks/packages).",
)
@click.pass_obj
def package(
    project_dir: Path, names: tuple[str, ...], stage: str | None, explain: bool, output: Path | None
) -> None:
    """Build the zip of each service for AWS Lambda: the same bytes for the same source."""
    project = load_project(project_dir, stage=stage)
    services = select(project, names).services
    folder = output or packages_folder(project.settings)
    built = build_packages(project.settings, services, installer(), folder)
    print_table(("SERVICE", "FOR", "ZIP", "UNPACKED", "FILE"), [_row(one) for one in built])
    if explain:
        _explain(built)
    for text, of in _warnings(built).items():
        print_warning(f"{', '.join(of)}: {text}")


def _row(built: Package) -> tuple[str, ...]:
    sizes = (in_megabytes(built.size), in_megabytes(built.unpacked))
    return (built.service, str(built.target), *sizes, str(built.file))


def _explain(built: list[Package]) -> None:
    for one in built:
        click.echo(f"\n{click.style(one.service, bold=True)} {one.digest}")
        print_table(
            ("FILE", "BYTES", "WHY"), [(packed.name, str(packed.size), packed.why) for packed in one.files]
        )


def _warnings(built: list[Package]) -> dict[str, list[str]]:
    """Each warning once, with the services that it is about."""
    found: dict[str, list[str]] = {}
    for one in built:
        for text in one.warnings:
            found.setdefault(text, []).append(one.service)
    return found


COMMANDS = (package,)
