"""Where a command that serves listens: the same two options for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def listening_at(port: int) -> Callable[[Command], Command]:
    """Adds `--host` and `--port`, with this port unless another is given."""

    def add(command: Command) -> Command:
        kind = click.IntRange(0, 65535)
        told = "The port; 0 takes a free one."
        command = click.option("--port", default=port, show_default=True, type=kind, help=told)(command)
        told = "The address to listen at."
        return click.option("--host", default="127.0.0.1", show_default=True, help=told)(command)

    return add
