"""What a service needs from other projects: where its requirements are written, and which these are.

    [project] dependencies                 for every service, CoWorks itself apart
    [dependency-groups] mail = [...]       for the service `mail` (PEP 735)
    tech/mail.requirements.txt             likewise, in a file beside the service

CoWorks's own dependencies serve `cws`, not the runtime: of these a package holds what the service imports.
"""

from __future__ import annotations

import functools
import re
import tomllib
from copy import copy
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from coworks.deploy.errors import DeployError
from coworks.deploy.packages.imports import PARSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

OURS = "coworks"


@dataclass(frozen=True, slots=True, order=True)
class Needed:
    """A requirement (PEP 508) and where it is written."""

    text: str
    why: str

    @property
    def name(self) -> str:
        return canonicalize_name(_read(self.text).name)


def requirements_of(
    root: Path, service: str, file: Path, imported: Mapping[str, str], told: Mapping[str, str]
) -> tuple[Needed, ...]:
    """The requirements of a service, in a fixed order.

    `told` are those that modules say themselves, each with its place; the project may say other versions.

    `imported` are the top-level names that its modules import, each with its place: those that CoWorks
    itself depends on (msgspec for typed classes) need not be written anew. Raises `DeployError`.
    """
    pyproject = _pyproject(root / "pyproject.toml")
    found = [*_of_project(pyproject), *_of_group(pyproject, service), *_of_file(root, file)]
    own = [Needed(text, why) for text, why in found if _name(text, why) != OURS]
    extras = [extra for text, why in found if _name(text, why) == OURS for extra in _read(text).extras]
    own += [Needed(text, f'coworks[{extra}], of [project] dependencies') for extra in sorted(extras)
            for text in _of_extra(extra)]  # fmt: skip
    known = {one.name for one in own}
    own += [Needed(text, why) for text, why in told.items() if _name(text, why) not in known]
    known = {one.name for one in own}
    return tuple(sorted({*own, *(one for one in _of_coworks(imported) if one.name not in known)}))


def _of_project(pyproject: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for text in pyproject.get("project", {}).get("dependencies", ()):
        yield text, "[project] dependencies"


def _of_group(
    pyproject: Mapping[str, Any], name: str, seen: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """A dependency group and those that it includes (PEP 735); none when there is no such group."""
    groups = {re.sub(r"[-_.]+", "-", key).lower(): value
              for key, value in pyproject.get("dependency-groups", {}).items()}  # fmt: skip
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in seen:
        raise DeployError(f"[dependency-groups] {name} includes itself", hint="take one include-group away")
    for one in groups.get(key, ()):
        if isinstance(one, str):
            yield one, f"[dependency-groups] {name}"
        elif isinstance(one, dict) and one.keys() == {"include-group"}:
            yield from _of_group(pyproject, one["include-group"], (*seen, key))
        else:
            raise DeployError(f"[dependency-groups] {name} holds {one!r}", hint="write requirements as texts")


def _of_file(root: Path, file: Path) -> Iterator[tuple[str, str]]:
    requirements = file.with_suffix(".requirements.txt")
    if not requirements.is_file():
        return
    shown = requirements.relative_to(root)
    for number, line in enumerate(requirements.read_text(encoding="utf-8").splitlines(), 1):
        text = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        if text.startswith("-"):
            raise DeployError(
                f"{shown}:{number}: options of pip are not read here", hint="write requirements"
            )
        if text:
            yield text, f"{shown}:{number}"


def _of_extra(extra: str) -> Iterator[str]:
    for text in _own_requirements():
        requirement = copy(_read(text))
        if (
            requirement.marker
            and "extra" in str(requirement.marker)
            and requirement.marker.evaluate({"extra": extra})
        ):
            requirement.marker = None
            yield str(requirement)


def _of_coworks(imported: Mapping[str, str]) -> Iterator[Needed]:
    """Of what is imported, the part that CoWorks itself depends on, in the versions that it takes."""
    distributions = _distributions() if imported else {}
    own = {canonicalize_name(_read(text).name): _read(text) for text in _own_requirements()}
    for top, place in imported.items():
        for distribution in distributions.get(top, ()):
            requirement = own.get(canonicalize_name(distribution))
            if requirement and requirement.marker is None:
                yield Needed(str(requirement), f"imported in {place}, as a part of CoWorks")


@functools.cache
def _distributions() -> Mapping[str, list[str]]:
    """What brings each top-level name; read once, for it opens every package of the environment."""
    return packages_distributions()


def _own_requirements() -> Iterable[str]:
    try:
        return requires(OURS) or ()
    except PackageNotFoundError:
        return ()


def _pyproject(file: Path) -> Mapping[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


@functools.cache
def _read(text: str) -> Requirement:
    with PARSING:  # the texts in markers are read by `ast.literal_eval`
        return Requirement(text)


def _name(text: str, why: str) -> str:
    try:
        return canonicalize_name(_read(text).name)
    except InvalidRequirement as error:
        raise DeployError(
            f"{why}: {text!r} is no requirement ({error})".replace("\n", " "),
            hint='write for example "jinja2>=3.1"',
        ) from None
