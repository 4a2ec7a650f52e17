"""A package, filled, compiled, measured and zipped; each file knows why it is there."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from coworks.deploy.errors import DeployError
from coworks.deploy.packages.archive import digest_of, files_below, write_zip
from coworks.deploy.packages.compiling import compile_all, find_python
from coworks.deploy.packages.ground import COWORKS
from coworks.deploy.packages.imports import IN_LAMBDA, Walk
from coworks.deploy.packages.requirements import requirements_of
from coworks.project.handlers import write_handler
from coworks.project.predefined import home_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from coworks.deploy.packages.ground import Ground, Grounds
    from coworks.deploy.packages.imports import Found
    from coworks.deploy.packages.requirements import Needed
    from coworks.deploy.packages.target import Target
    from coworks.project import Service

# Unzipped, layers included: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MOST_BYTES: Final = 250 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file of a package: its name in the zip, its bytes, and why it is there."""

    name: str
    size: int
    why: str


@dataclass(frozen=True, slots=True)
class Package:
    """A built package.

    `digest` tells contents apart (32 hexadecimal digits); `file` is the zip, where one was written;
    `unpacked` is the size of its files, in bytes. `connections` are the services that it calls, each with the
    place of the call, `queues` those that it may leave an order for, `groups` those whose orders it may want
    kept in order.
    """

    service: str
    file: Path
    target: Target
    digest: str
    files: tuple[PackedFile, ...]
    warnings: tuple[str, ...]
    connections: Mapping[str, str]
    queues: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """The size of the zip, in bytes."""
        return self.file.stat().st_size

    @property
    def unpacked(self) -> int:
        return sum(one.size for one in self.files)


def build_package(
    root: Path,
    service: Service,
    target: Target,
    grounds: Grounds,
    folder: Path,
    include: Sequence[str] = (),
    *,
    zipped: bool = True,
) -> Package:
    """Build the zip of a service of the project at `root` into a folder; one that is there already stays.
    What is not `zipped` is only known.

    Raises `DeployError` when a wheel is missing for the target, an import has no requirement, or the package
    is too large for Lambda.
    """
    found = _walked(root, service)
    needed = _needed(root, service, found)
    ground = grounds.under(needed, target)
    _check_imports(found, ground)
    with tempfile.TemporaryDirectory(prefix="coworks-") as name:
        own = Path(name)
        reasons = _reasons(ground, needed) | _copy(root, service, found, ground, own, include)
        warnings = (*_compile(own, target), *_dynamic(found), *filter(None, [grounds.warning(needed)]))
        files = {**ground.files, **{one: own / one for one in files_below(own)}}
        packed = tuple(_packed(files, reasons))
        _check_size(service.name, packed)
        digest = digest_of(files)
        file = folder / f"{service.name}.zip"
        if zipped:
            write_zip(files, file, digest)
    queues, groups = frozenset(found.queues), frozenset(found.groups)
    return Package(service.name, file, target, digest, packed, warnings, found.connections, queues, groups)


def _walked(root: Path, service: Service) -> Found:
    walk = Walk((root, COWORKS.parent))
    walk.add(service.file, home_of(service.file, root), "the service")
    return walk.found


def _needed(root: Path, service: Service, found: Found) -> Sequence[Needed]:
    imported = {top: wanted.place for top, wanted in found.third_party.items() if top not in IN_LAMBDA}
    return requirements_of(root, service.name, service.file, imported, found.requires)


def _reasons(ground: Ground, needed: Sequence[Needed]) -> dict[str, str]:
    why = f"needed by {', '.join(dict.fromkeys(f'{one.text} ({one.why})' for one in needed))}"
    return dict.fromkeys(ground.installed, why) | dict.fromkeys(ground.runtime, "the runtime of CoWorks")


def _check_imports(found: Found, ground: Ground) -> None:
    """What is imported without condition must be in the package or on Lambda."""
    for top, wanted in sorted(found.third_party.items()):
        if not (top in IN_LAMBDA or ground.has(top) or wanted.optional):
            raise DeployError(
                f"{wanted.place} imports {top}, which is in no requirement of the service",
                hint="write what brings it under [dependency-groups] in pyproject.toml, in a group named "
                "like the service, or import it in a try that catches ImportError",
            )


def _copy(
    root: Path, service: Service, found: Found, ground: Ground, own: Path, include: Sequence[str]
) -> dict[str, str]:
    """Copy the modules, their data and the handler into a folder of their own; why each file is there."""
    reasons: dict[str, str] = {}

    def put(file: Path, below: Path, why: str) -> None:
        name = file.relative_to(below).as_posix()
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, own / name)
        reasons[name] = why

    for file, why in found.modules.items():
        below = COWORKS.parent if file.is_relative_to(COWORKS) else root
        if (name := file.relative_to(below).as_posix()) not in ground.runtime:
            put(file, below, why)
            for data in _data_of(file):
                put(data, below, f"beside {name}, and of its name")
    for file, why in _shipped(root, found.ships):
        put(file, root, why)
    for file, pattern in _included(root, include):
        put(file, root, f'include = ["{pattern}"]')
    return {**reasons, write_handler(service, root, own, ground.libraries): "the handler"}


def _data_of(module: Path) -> Iterator[Path]:
    """The files beside a module that have its name and are no Python, such as a page."""
    beside = module.parent.glob(f"{module.stem}.*") if module.suffix == ".py" else ()
    for file in sorted(beside):
        if file.is_file() and file.suffix not in {".py", ".pyc", ".pyi"} and not file.name.endswith(".txt"):
            yield file


def _shipped(root: Path, folders: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """The files of the project's folders that modules say they read, where there are such folders."""
    for folder, place in folders.items():
        for file in sorted((root / folder).rglob("*")):
            if file.is_file() and not file.is_symlink() and not file.name.startswith("."):
                yield file, place


def _included(root: Path, include: Sequence[str]) -> Iterator[tuple[Path, str]]:
    for pattern in include:
        found = sorted(root.glob(pattern)) if _is_inside(pattern) else []
        files = [file for file in found if file.is_file() and _is_meant(file.relative_to(root), pattern)]
        if not files:
            raise DeployError(
                f'include has "{pattern}", and no file of the project is like that',
                hint='write a pattern below the project, for example "tech/pages/*.html"',
            )
        yield from ((file, pattern) for file in files)


def _is_meant(file: Path, pattern: str) -> bool:
    """As in a shell, `*` means no name that begins with a dot: `.env` and `.coworks` hold secrets."""
    named = Path(pattern).parts
    return all(part in named or not part.startswith(".") for part in file.parts)


def _is_inside(pattern: str) -> bool:
    return ".." not in Path(pattern).parts and not Path(pattern).is_absolute()


def _compile(own: Path, target: Target) -> Iterator[str]:
    if python := find_python(target.python):
        compile_all(python, own)
    else:
        yield (
            f"Python {target.python} is not on this machine, so the package holds no compiled files "
            f"and starts slower: uv python install {target.python}"
        )


def _dynamic(found: Found) -> Iterator[str]:
    for place in found.dynamic:
        if not place.startswith("coworks/"):
            yield f"{place}: what that is cannot be known before it runs; name it in an import as well"


def _packed(files: Mapping[str, Path], reasons: Mapping[str, str]) -> Iterator[PackedFile]:
    for name in sorted(files):
        size = files[name].stat().st_size
        yield PackedFile(name, size, reasons.get(name) or _compiled_from(name, reasons))


def _compiled_from(name: str, reasons: Mapping[str, str]) -> str:
    path = PurePosixPath(name)
    source = path.parent.with_name(f"{path.name.partition('.')[0]}.py").as_posix()
    return f"compiled: {reasons[source]}" if source in reasons else "compiled"


def _check_size(service: str, files: Sequence[PackedFile]) -> None:
    size = sum(one.size for one in files)
    if size <= MOST_BYTES:
        return
    parts: dict[str, int] = {}
    for one in files:
        top = one.name.partition("/")[0]
        parts[top] = parts.get(top, 0) + one.size
    largest = sorted(parts.items(), key=lambda part: -part[1])[:3]
    told = ", ".join(f"{name} {in_megabytes(bytes_)}" for name, bytes_ in largest)
    raise DeployError(
        f'the package of "{service}" is {in_megabytes(size)}, and Lambda takes {in_megabytes(MOST_BYTES)}',
        hint=f"the largest parts are {told}: do without one of them, or split the service",
    )


def in_megabytes(size: int) -> str:
    """A size in bytes, for people."""
    return f"{size / (1024 * 1024):.2f} MB"
