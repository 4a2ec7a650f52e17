"""What the commands print, and how."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coworks.biz import Problem
    from coworks.errors import CoWorksError
    from coworks.project import BrokenService, Project


def print_error(error: CoWorksError) -> None:
    """The message and the fix, on standard error."""
    message, _, fix = error.explain().partition("\nfix: ")
    click.echo(f"{click.style('error:', fg='red', bold=True)} {message}", err=True)
    if fix:
        click.echo(f"{click.style('fix:', fg='green', bold=True)} {fix}", err=True)


def print_warning(text: str) -> None:
    """What the user should know, on standard error."""
    click.echo(f"{click.style('warning:', fg='yellow', bold=True)} {text}", err=True)


def count(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def print_json(value: object) -> None:
    """JSON for people and programs alike."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_problems(problems: Iterable[Problem]) -> None:
    """Each with its line and a caret, on standard error."""
    for problem in problems:
        click.echo(problem.render(), err=True)


def print_broken(broken: Iterable[BrokenService]) -> None:
    """The services that did not load, each with its report."""
    for service in broken:
        click.echo(
            f'{service.report}\nthe service "{service.name}" ({service.file}) did not load\n', err=True
        )


def print_open_services(project: Project) -> None:
    """A warning for every service that anybody may call without having said so."""
    for service in project.services:
        if service.app.is_open:
            print_warning(
                f'the service "{service.name}" has no auth: anybody who reaches it may call it.\n'
                "fix: write an auth method, or say that it is meant so: public = True"
            )
