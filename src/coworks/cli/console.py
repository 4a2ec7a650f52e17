"""Who may use the console of a project from another machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from coworks.console.users import SHORTEST_PASSWORD, Role, Users
from coworks.project import read_settings
from coworks.project.state_folder import prepare_state_folder

if TYPE_CHECKING:
    from pathlib import Path

_ROLES = tuple(role.name.lower() for role in Role)


@click.group()
def console() -> None:
    """The users of the web console, for when `cws run --host` lets other machines in."""


@console.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice(_ROLES), default="view", show_default=True, help="What they may do."
)
@click.option("--password", envvar="CWS_CONSOLE_PASSWORD", help="The password; asked for when left out.")
@click.pass_obj
def add(project_dir: Path, name: str, role: str, password: str | None) -> None:
    """Add a user, or give one another password and role."""
    users = _users(project_dir)
    if password is None:
        asked = f"Password ({SHORTEST_PASSWORD} characters or more)"
        password = click.prompt(asked, hide_input=True, confirmation_prompt=True)
    users.put(name, str(password), Role[role.upper()])
    click.echo(f"{name} may {role}")


@console.command()
@click.argument("name")
@click.pass_obj
def remove(project_dir: Path, name: str) -> None:
    """Take a user out."""
    _users(project_dir).remove(name)
    click.echo(f"{name} is out")


@console.command("list")
@click.pass_obj
def list_(project_dir: Path) -> None:
    """List the users and what they may do."""
    for user in _users(project_dir).all():
        click.echo(f"{user.name}  {user.role.name.lower()}")


def _users(project_dir: Path) -> Users:
    folder = read_settings(project_dir).state_folder
    prepare_state_folder(folder)
    return Users(folder)


COMMANDS = (console,)
