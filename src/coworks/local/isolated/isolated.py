"""The services of a project, each in processes of its own."""

from __future__ import annotations

import importlib.util
import json
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from coworks.errors import CoWorksError
from coworks.local.isolated.asking import verbs_of
from coworks.local.isolated.function import function_of
from coworks.local.isolated.pool import Pool
from coworks.local.isolated.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.local.system import System
    from coworks.project import Project, Service

AT_ONCE: Final = 8
"""Processes of one service: enough to see what several at once do, few enough for a laptop's memory."""


class RuntimeClientMissingError(CoWorksError):
    """AWS's runtime client is not there."""


class _Running(NamedTuple):
    service: Service
    pool: Pool


class Isolated:
    """Calls the services of a system in their processes, from `use` to `stop`.

    Raises `RuntimeClientMissingError` with the fix.
    """

    def __init__(self, system: System) -> None:
        check_runtime_client()
        self._verbs = verbs_of(system)
        self._running: dict[str, _Running] = {}
        self._former: list[Pool] = []

    def use(self, project: Project) -> None:
        """Call the services of this project from now on; calls under way end as they began."""
        former = self._running
        self._running = {one.name: self._kept(one) or self._new(project, one) for one in project.services}
        pools = {one.pool for one in self._running.values()}
        self._former = [pool for pool in self._former if pool.is_busy]
        for one in former.values():
            if one.pool not in pools:
                one.pool.retire()
                self._former.append(one.pool)

    def __call__(self, service: Service, event: Any) -> Any:
        """What the service answers to an event. Raises `FunctionError` as Lambda tells it."""
        return self._running[service.name].pool.call(json.dumps(event, ensure_ascii=False).encode())

    def stop(self) -> None:
        """End all processes."""
        for pool in (*self._former, *(one.pool for one in self._running.values())):
            pool.stop()

    def _kept(self, service: Service) -> _Running | None:
        one = self._running.get(service.name)
        return one if one and one.service is service else None

    def _new(self, project: Project, service: Service) -> _Running:
        make = partial(Sandbox, function_of(project, service), self._verbs)
        return _Running(service, Pool(make, AT_ONCE))


def check_runtime_client(
    platform: str = sys.platform, find: Callable[[str], object] = importlib.util.find_spec
) -> None:
    """Raises `RuntimeClientMissingError` with the fix."""
    if platform != "linux":
        raise RuntimeClientMissingError(
            "--isolated needs AWS's runtime client, which there is for Linux only",
            hint="run without --isolated, or in a Linux machine or container (on Windows: WSL)",
        )
    if find("awslambdaric") is None:
        raise RuntimeClientMissingError(
            "--isolated needs AWS's runtime client", hint='pip install "coworks[isolated]"'
        )
