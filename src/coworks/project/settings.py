"""The settings of a project: `[tool.coworks]` in its `pyproject.toml`, and the values in `.env`.

A flag goes before the environment, the environment before the files, `.env.STAGE` before `.env`.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from dotenv import dotenv_values

from coworks.errors import did_you_mean
from coworks.project.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping
    from pathlib import Path

STATE_FOLDER = ".coworks"
MAX_RECEIVES: Final = 3
"""How often a message is received before it goes to the dead letters, locally and deployed alike."""

MOST_RECEIVES: Final = 1000
_KNOWN = frozenset({"name", "predefined", "stages"})
# What deploying reads, and checks; here it is only told from a spelling mistake.
_OF_DEPLOYMENT = frozenset(
    {
        "account", "alarms", "alarms_topic", "api", "architecture", "bucket", "certificate", "domain",
        "environment", "fifo", "identity", "include", "log_retention_days", "max_receives", "memory",
        "permissions", "profile", "publish", "python", "queue", "region", "secrets", "services", "timeout",
        "tracing", "type", "workflows",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """`root` is the folder of the project, `name` its name, `stage` the stage that was asked for.

    `table` is `[tool.coworks]` as it is written.
    """

    root: Path
    name: str
    stage: str
    table: Mapping[str, Any] = field(default_factory=dict)

    @property
    def state_folder(self) -> Path:
        """Where the local state is kept: executions, mails, the lock."""
        return self.root / STATE_FOLDER

    def max_receives(self, service: str) -> int:
        """How often a message to a service is tried. Raises `ProjectError` for what is no number."""
        stage = self.table.get("stages", {}).get(self.stage, {})
        found = MAX_RECEIVES
        for table in (self.table, stage):
            for level in (table, table.get("services", {}).get(service, {})):
                found = level.get("max_receives", found)
        if type(found) is not int or not 1 <= found <= MOST_RECEIVES:
            raise ProjectError(
                f"[tool.coworks] max_receives = {found!r} is not possible",
                hint=f"write a whole number from 1 to {MOST_RECEIVES}",
            )
        return found


def read_settings(root: Path, *, stage: str | None = None) -> Settings:
    """The settings of the project in a folder.

    Raises `ProjectError` when the folder does not exist or its `pyproject.toml` cannot be read.
    """
    if not root.is_dir():
        raise ProjectError(
            f"there is no folder {root}", hint="check --project-dir, or make one: cws new NAME"
        )
    table = _coworks_table(root / "pyproject.toml")
    name = table.get("name", _name_of(root))
    return Settings(root.resolve(), name, stage or os.environ.get("CWS_STAGE", "local"), table)


def load_environment(
    settings: Settings,
    environment: MutableMapping[str, str] = os.environ,
    *,
    before: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """Add the values of `.env.STAGE` and `.env` that the environment does not have; the names of those.

    `before` are the names that these files gave when they were read before: their values are no obstacle,
    and those that are not in the files any more are taken away.
    """
    values: dict[str, str] = {}
    for file in (settings.root / f".env.{settings.stage}", settings.root / ".env"):
        if file.is_file():
            read = dotenv_values(file, interpolate=False)
            values = {name: value for name, value in read.items() if value is not None} | values
    added = {name: value for name, value in values.items() if name in before or name not in environment}
    environment.update(added)
    for name in before - added.keys():
        environment.pop(name, None)
    return frozenset(added)


def _coworks_table(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        table: dict[str, Any] = (
            tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("coworks", {})
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProjectError(f"{file}: {error}", hint="make it valid TOML") from None
    for key in table:
        if key not in _KNOWN | _OF_DEPLOYMENT:
            raise ProjectError(
                f'{file}: [tool.coworks] has no setting "{key}"',
                hint=did_you_mean(key, _KNOWN | _OF_DEPLOYMENT),
            )
    return table


def _name_of(root: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "-", root.resolve().name.lower()).strip("-") or "project"
