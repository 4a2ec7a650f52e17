"""From a folder to a `Project`: every service and every workflow, and what is wrong with each.

A service that does not import takes nothing else down: it is listed as broken, the others run, and the
workflows that call it are checked for everything but that call.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from coworks.biz import check_cycles
from coworks.errors import DefinitionError
from coworks.project.classes import declared_workflows
from coworks.project.contracts import contracts_of
from coworks.project.errors import ProjectError
from coworks.project.model import BrokenService, Project, Service
from coworks.project.modules import ServiceImportError, import_service, prepare_imports
from coworks.project.predefined import module_of, predefined_services
from coworks.project.settings import load_environment, read_settings
from coworks.project.subscriptions import subscriptions_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from coworks.project.settings import Settings
    from coworks.project.workflows import WorkflowFile

ROOT_MODULE = "app.py"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a project that was loaded before keeps: `services` as they are, with their modules.

    The modules `anew` are imported again; `environment` names the variables that its files gave.
    """

    services: Mapping[str, Service] = field(default_factory=dict)
    modules: frozenset[str] = frozenset()
    anew: frozenset[str] = frozenset()
    environment: frozenset[str] = frozenset()


_NOTHING: Final = Kept()


def load_project(root: Path, *, stage: str | None = None, kept: Kept = _NOTHING) -> Project:
    """The project in a folder, anew but for what is `kept` of it.

    Raises `ProjectError` when the folder is none, or when two of its files want the same address.
    """
    settings = read_settings(root, stage=stage)
    files = _service_files(settings.root)
    files |= _predefined(settings, files)
    environment = load_environment(settings, before=kept.environment)
    prepare_imports(settings.root, keep=kept.modules, anew=kept.anew)
    workflow_files, broken_classes = declared_workflows(settings.root)
    if not files and not workflow_files and not broken_classes:
        raise ProjectError(
            f"{settings.root} is no CoWorks project: it has no tech/*.py, no biz/*.yml and no app.py",
            hint="name its folder with --project-dir, or make a project: cws new NAME",
        )
    _refuse_collisions(files, workflow_files)
    loaded = [
        kept.services.get(name) or _load_service(name, file, settings.root) for name, file in files.items()
    ]
    services = tuple(one for one in loaded if isinstance(one, Service))
    broken = tuple(one for one in loaded if isinstance(one, BrokenService))
    contracts = contracts_of(services, broken)
    takes = {one.name: one.contract() for one in workflow_files}
    return Project(
        settings,
        services,
        (*broken, *broken_classes),
        check_cycles(one.compile(settings.root, contracts, takes) for one in workflow_files),
        root_service="app" if settings.root / ROOT_MODULE in files.values() else None,
        environment=environment,
        files=tuple(workflow_files),
    )


def _service_files(root: Path) -> dict[str, Path]:
    """Service name -> file. A folder with only `app.py` is the service `app`, served at the root."""
    files = {
        file.stem: file
        for file in sorted((root / "tech").glob("*.py"))
        if not file.name.startswith(("_", "."))
    }
    alone = root / ROOT_MODULE
    return files or ({"app": alone} if alone.is_file() else {})


def _predefined(settings: Settings, files: Mapping[str, Path]) -> dict[str, Path]:
    """The predefined services that the project file names."""
    named = predefined_services(settings.table.get("predefined", []))
    for name in named.keys() & files.keys():
        raise ProjectError(
            f'"{name}" is the name of both {files[name]} and a predefined service',
            hint=f'take "{name}" out of predefined in pyproject.toml, or remove the file',
        )
    return named


def _refuse_collisions(services: Mapping[str, Path], workflows: list[WorkflowFile]) -> None:
    """A service and a workflow, or two workflows, of one name would have one address."""
    taken = dict(services)
    for one in workflows:
        if other := taken.get(one.name):
            raise ProjectError(
                f'"{one.name}" is the name of both {other} and {one.source}',
                hint="rename one of the two files",
            )
        taken[one.name] = one.source


def _load_service(name: str, file: Path, root: Path) -> Service | BrokenService:
    try:
        app = import_service(name, module_of(file, root), file)
        return Service(name, file, app, subscriptions_of(type(app), file))
    except ServiceImportError as error:
        return BrokenService(name, file, error.report)
    except DefinitionError as error:
        return BrokenService(name, file, error.explain())
