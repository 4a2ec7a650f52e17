"""The packages of several services, built at the same time."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from coworks.deploy.options import service_options
from coworks.deploy.packages import Grounds, Package, Target, build_package

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coworks.deploy.packages import Installer
    from coworks.project import Service, Settings

_AT_ONCE = 4


def packages_folder(settings: Settings) -> Path:
    """Where the packages of a project are built."""
    return settings.state_folder / "packages"


def build_packages(
    settings: Settings,
    services: Sequence[Service],
    installer: Installer,
    folder: Path,
    *,
    zipped: bool = True,
) -> list[Package]:
    """The packages of these services, in their order; without zips where they are only to be known.

    Raises `DeployError` with the first that fails.
    """

    with (
        tempfile.TemporaryDirectory(prefix="coworks-") as name,
        ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="package") as pool,
    ):
        grounds = Grounds(installer, Path(name))

        def build(service: Service) -> Package:
            options = service_options(settings, service.name)
            target = Target(options.python, options.architecture)
            return build_package(
                settings.root, service, target, grounds, folder, options.include, zipped=zipped
            )

        return list(pool.map(build, services))
