"""A service as a function of Lambda: where its code is, and what is set for it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coworks.local.calls import function_arn
from coworks.project.handlers import HANDLER, write_handler

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from coworks.project import Project, Service, Settings

_TIMEOUT: Final = 30
_MEMORY: Final = 256


@dataclass(frozen=True, slots=True)
class Function:
    """`folder` holds the handler's module, `root` the project; `timeout` is in seconds, `memory` in MB."""

    name: str
    root: Path
    folder: Path
    timeout: float = _TIMEOUT
    memory: int = _MEMORY

    @property
    def arn(self) -> str:
        return function_arn(self.name)

    def environment(self, address: str) -> dict[str, str]:
        """Our own, and what Lambda sets: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html

        `address` is that of the Runtime API.
        """
        modules = [str(self.folder), str(self.root), os.environ.get("PYTHONPATH", "")]
        return {
            "AWS_LAMBDA_LOG_LEVEL": "WARNING",
            **os.environ,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory),
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{self.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "AWS_LAMBDA_RUNTIME_API": address,
            "LAMBDA_TASK_ROOT": str(self.root),
            "PYTHONPATH": os.pathsep.join(filter(None, modules)),
            "_HANDLER": HANDLER,
        }


def function_of(project: Project, service: Service) -> Function:
    """The service with the settings that it is deployed with, as far as they mean something here."""
    folder = project.settings.state_folder / "isolated" / service.name
    write_handler(service, project.root, folder)
    timeout, memory = (
        _setting(project.settings, service.name, name, default)
        for name, default in (("timeout", _TIMEOUT), ("memory", _MEMORY))
    )
    return Function(service.name, project.root, folder, timeout, memory)


def _setting(settings: Settings, service: str, name: str, default: int) -> int:
    """A whole number of `[tool.coworks]`. What is none, deploying tells; it does not count here."""
    for table in _by_weight(settings, service):
        if type(table.get(name)) is int:
            return int(table[name])
    return default


def _by_weight(settings: Settings, service: str) -> Iterator[Mapping[str, Any]]:
    """Where a setting of a service may be written; what comes first, counts."""
    stage = _table(_table(settings.table, "stages"), settings.stage)
    for level in (stage, settings.table):
        yield _table(_table(level, "services"), service)
    yield from (stage, settings.table)


def _table(within: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = within.get(name)
    return found if isinstance(found, dict) else {}
