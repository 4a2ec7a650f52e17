"""A group whose commands are imported when they are asked for: `cws check` does not load the deploying.

Its help lists them by what they are for, each with its whole first sentence.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from coworks.errors import near_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Longer than any first sentence: click cuts at a limit, and lines are broken by the list anyway.
_WHOLE = 200


class LazyGroup(click.Group):
    """`homes` names, for each command, the module that has it in its `COMMANDS`; `sections` those of a title.

    Source: https://click.palletsprojects.com/en/stable/complex/#lazily-loading-subcommands
    """

    def __init__(
        self,
        *arguments: Any,
        homes: Mapping[str, str] | None = None,
        sections: Mapping[str, Sequence[str]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.homes = dict(homes or {})
        self.sections = dict(sections or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.homes:
            return None
        commands: tuple[click.Command, ...] = import_module(self.homes[cmd_name]).COMMANDS
        return next(command for command in commands if command.name == cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say which command was probably meant: click itself knows only those that are loaded."""
        name = args[0]
        if name not in self.homes and (near := near_name(name, self.homes)):
            ctx.fail(f"No such command '{name}'. Did you mean '{near}'?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands under the title of their section."""
        for title, names in self.sections.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            with formatter.section(title):
                formatter.write_dl(
                    [(name, command.get_short_help_str(_WHOLE)) for name, command in commands if command]
                )
