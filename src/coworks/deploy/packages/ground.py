"""What packages stand on: the runtime and the wheels, laid and compiled once for all services of equal needs.

Thirty services of a project mostly need the same, and both steps start programs.
"""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from coworks import errors
from coworks.deploy.packages.archive import files_below
from coworks.deploy.packages.compiling import compile_all, find_python

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from coworks.deploy.packages.requirements import Needed
    from coworks.deploy.packages.resolve import Installer
    from coworks.deploy.packages.target import Target

COWORKS: Final = Path(errors.__file__).parent

_NOT_SHIPPED: Final = frozenset(
    {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", ".lock"}
)


@dataclass(frozen=True, slots=True)
class Ground:
    """A folder with the runtime and what was installed, compiled when the target's Python is here.

    `files` are all its files by name, `runtime` and `installed` the names of those that are not compiled.
    """

    folder: Path
    files: Mapping[str, Path]
    runtime: frozenset[str]
    installed: frozenset[str]

    @property
    def libraries(self) -> frozenset[str]:
        """The names of the top-level modules that were installed."""
        modules = (PurePosixPath(name) for name in self.installed if name.endswith(".py"))
        return frozenset(module.parts[0].removesuffix(".py") for module in modules)

    def has(self, top: str) -> bool:
        """True when it brings the top-level module of this name."""
        return (self.folder / top).is_dir() or any(self.folder.glob(f"{top}.*"))


class Grounds:
    """Lays grounds in a folder, each once, whatever thread asks first."""

    def __init__(self, installer: Installer, folder: Path) -> None:
        self._installer = installer
        self._folder = folder
        self._lock = threading.Lock()
        self._laid: dict[tuple[tuple[str, ...], Target], Future[Ground]] = {}

    def under(self, needed: Sequence[Needed], target: Target) -> Ground:
        """The ground for these requirements. Raises `DeployError` when one of them cannot be had."""
        key = (tuple(one.text for one in needed), target)
        with self._lock:
            is_first = key not in self._laid
            laid = self._laid.setdefault(key, Future())
            folder = self._folder / str(len(self._laid))
        if is_first:
            try:
                laid.set_result(self._lay(needed, target, folder))
            except BaseException as error:  # noqa: BLE001 - it is told to everybody who waits for it
                laid.set_exception(error)
        return laid.result()

    def warning(self, needed: Sequence[Needed]) -> str | None:
        """What the user should know of how these requirements were fetched."""
        return self._installer.warning if needed else None

    def _lay(self, needed: Sequence[Needed], target: Target, folder: Path) -> Ground:
        folder.mkdir()
        if needed:
            self._installer.install(needed, folder, target)
            _tidy(folder)
        installed = frozenset(files_below(folder))
        runtime = frozenset(_put_runtime(folder))
        if python := find_python(target.python):
            compile_all(python, folder)
        files = {name: folder / name for name in files_below(folder)}
        return Ground(folder, files, runtime, installed - runtime)


def _tidy(folder: Path) -> None:
    """Take away what installers leave behind: it differs from one machine to another."""
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for cache in list(folder.rglob("__pycache__")):
        shutil.rmtree(cache)
    for file in list(folder.rglob("*")):
        if file.is_file() and file.name in _NOT_SHIPPED:
            file.unlink()


def _put_runtime(folder: Path) -> Iterator[str]:
    for file in (COWORKS / "__init__.py", COWORKS / "errors.py", *sorted((COWORKS / "tech").rglob("*.py"))):
        name = file.relative_to(COWORKS.parent).as_posix()
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / name)
        yield name
