"""What every command about AWS begins with: the project of a stage, its packages and its templates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coworks.deploy.errors import DeployError, OptionError
from coworks.deploy.options import stage_options
from coworks.deploy.packages import Package, installer
from coworks.deploy.packaging import build_packages, packages_folder
from coworks.deploy.selection import check_known, select
from coworks.deploy.stacks.executions import DeployedExecutions
from coworks.deploy.template import Stack
from coworks.deploy.template.function import Code
from coworks.deploy.templates import names_of, templates_of
from coworks.project import load_project
from coworks.project.handlers import HANDLER
from coworks.project.loader import Kept
from coworks.project.state_folder import prepare_state_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from coworks.deploy.options import StageOptions
    from coworks.deploy.stacks import Clients
    from coworks.deploy.template import Template
    from coworks.project import Project

LOCAL_STAGE = "local"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would be deployed: the templates, and the packages that they name."""

    project: Project
    options: StageOptions
    packages: tuple[Package, ...]
    templates: tuple[Template, ...]

    @property
    def warnings(self) -> list[str]:
        return list(dict.fromkeys(text for package in self.packages for text in package.warnings))

    @property
    def key_of(self) -> Callable[[Package], str]:
        """The key of a package in the bucket, as the templates say it."""
        names = names_of(self.project)
        return lambda package: Code(package.digest, HANDLER).key(names, package.service)


@dataclass(frozen=True, slots=True)
class Located:
    """The stacks of a stage, without what would be in them: enough to look at them and to take them away."""

    project: Project
    options: StageOptions
    stacks: tuple[Stack, ...]


def locate(root: Path, stage: str | None, chosen: Sequence[str], after: Located | None = None) -> Located:
    """The stacks of a project, its broken services too. What the `.env` files of a stage that was looked at
    before, `after` which this one is, have set is taken back. Raises `CoWorksError`.
    """
    project = _load(root, stage, after.project.environment if after else frozenset())
    names = names_of(project)
    check_known(project, chosen)
    kinds = {one.name: "service" for one in project.services}
    kinds |= {one.name: "service" for one in project.broken} | {
        one.name: "workflow" for one in project.workflows
    }
    found = [Stack(name, names.stack(name), kind) for name, kind in kinds.items()]
    stacks = tuple(one for one in found if not chosen or one.name in chosen)
    return Located(project, stage_options(project.settings), stacks)


def executions_of(project: Project, clients: Clients) -> DeployedExecutions:
    """The executions of a project's workflows in its stage."""
    names = names_of(project)
    machines = {one.name: clients.filled(names.machine_arn(one.name)) for one in project.workflows}
    return DeployedExecutions(clients.states, machines, names.stage)


def prepare(root: Path, stage: str | None, chosen: Sequence[str], *, zipped: bool = True) -> Prepared:
    """Load the project, build the packages and write the templates. Raises `CoWorksError`.

    A plan needs no zips, and `zipped` makes half of its work; `pack` writes those that are sent.
    """
    project = _load(root, stage)
    names_of(project)
    selection = select(project, chosen)
    folder = packages_folder(project.settings)
    packages = tuple(build_packages(project.settings, selection.services, installer(), folder, zipped=zipped))
    templates = tuple(templates_of(project, selection, packages))
    return Prepared(project, stage_options(project.settings), packages, templates)


def pack(prepared: Prepared, names: Collection[str]) -> list[Package]:
    """The packages of these names, with their zips. Raises `DeployError` when one is not what was planned."""
    settings = prepared.project.settings
    services = [one for one in prepared.project.services if one.name in names]
    planned = {one.service: one.digest for one in prepared.packages}
    packages = build_packages(settings, services, installer(), packages_folder(settings))
    for package in packages:
        if package.digest != planned[package.service]:
            raise DeployError(
                f"the package of {package.service} is not what was planned: its sources or a new release of "
                "what it needs came in between",
                hint="run the command again",
            )
    return packages


def _load(root: Path, stage: str | None, environment: frozenset[str] = frozenset()) -> Project:
    project = load_project(root, stage=stage, kept=Kept(environment=environment))
    if project.settings.stage == LOCAL_STAGE:
        raise OptionError(f'the stage "{LOCAL_STAGE}" is this machine', hint="choose another: --stage dev")
    return project


class Known:
    """What is deployed as far as this machine knows: for a plan without credentials. AWS has the truth."""

    def __init__(self, project: Project) -> None:
        self._state_folder = project.settings.state_folder
        self._folder = self._state_folder / "deployed"

    def template(self, stack: str) -> Mapping[str, Any] | None:
        file = self._folder / f"{stack}.json"
        found: Mapping[str, Any] | None = (
            json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
        )
        return found

    def keep(self, stack: str, body: Mapping[str, Any] | None) -> None:
        """Remember what AWS said, None when there is no such stack."""
        prepare_state_folder(self._state_folder)
        self._folder.mkdir(exist_ok=True)
        file = self._folder / f"{stack}.json"
        if body is None:
            file.unlink(missing_ok=True)
        else:
            file.write_text(json.dumps(body), encoding="utf-8")
