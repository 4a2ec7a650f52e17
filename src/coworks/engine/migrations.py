"""Databases brought up to date: a database's shape is the steps that lead to it.

`PRAGMA user_version` counts the steps that a file has taken. A step is never edited once released: a new
shape is a new step. A file with more steps than we know was written by a newer CoWorks, and is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coworks.engine.errors import StoreError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from coworks.errors import CoWorksError


def migrate(
    connection: sqlite3.Connection,
    path: str,
    steps: Sequence[str],
    refusal: type[CoWorksError] = StoreError,
) -> None:
    """Bring a database up to date, in one transaction: of two processes, the second finds it done.

    `steps` are those of the kind of database; raises `refusal` for one that a newer CoWorks wrote.
    """
    if _steps_taken(connection, path, steps, refusal) == len(steps):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in steps[_steps_taken(connection, path, steps, refusal) :]:
            for statement in step.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(steps)}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _steps_taken(
    connection: sqlite3.Connection, path: str, steps: Sequence[str], refusal: type[CoWorksError]
) -> int:
    (taken,) = connection.execute("PRAGMA user_version").fetchone()
    if taken > len(steps):
        raise refusal(
            f"{path} was written by a newer CoWorks (format {taken}; this one knows {len(steps)})",
            hint="upgrade: pip install --upgrade coworks",
        )
    return int(taken)
