"""The workflows of a project: which files of the folder `biz` they are in, and what they compile to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from coworks.biz import compile_machine, compile_workflow, read_contract
from coworks.project.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from coworks.biz import BizMicroService, CompiledWorkflow, ServiceContract, WorkflowContract

FOLDER: Final = "biz"
_YAML: Final = (".yml", ".yaml")
_MACHINES: Final = (".asl.json", ".asl.yaml", ".asl.yml")
_TRIGGERS: Final = (".on.yml", ".on.yaml")


@cache
def predefined_workflows() -> Mapping[str, str]:
    """The workflows that come with CoWorks, by the names under which others `use` them: their texts."""
    folder = files("coworks").joinpath("catalog", "workflows")
    return {
        file.name.removesuffix(".yml"): file.read_text(encoding="utf-8")
        for file in sorted(folder.iterdir(), key=lambda one: one.name)
        if file.name.endswith(".yml")
    }


@dataclass(frozen=True, slots=True)
class WorkflowFile:
    """A file that is a workflow; `triggers` is the one beside a machine that says what starts it.

    `declared` is the class that names the file, and `module` the class's own file, when there is one.
    """

    name: str
    path: Path
    is_machine: bool = False
    triggers: Path | None = None
    declared: type[BizMicroService] | None = None
    module: Path | None = None

    @property
    def source(self) -> Path:
        """The file that gives the workflow its name."""
        return self.module or self.path

    def contract(self) -> WorkflowContract | None:
        """What the workflow takes; None when it does not tell."""
        return None if self.is_machine else _contract(_read(self.path))

    def compile(
        self,
        root: Path,
        services: Mapping[str, ServiceContract] | None,
        workflows: Mapping[str, WorkflowContract | None] | None = None,
        *,
        text: str | None = None,
    ) -> CompiledWorkflow:
        """The workflow, its problems included; `root` is the folder that places are told from.

        With a `text` it is compiled as if the file held that. What was compiled before is not compiled again:
        a suite of tests loads one project hundreds of times.
        """
        beside = (_shown(self.triggers, root), _read(self.triggers)) if self.triggers else None
        compiled = _compiled(
            _Source(
                self.name,
                _shown(self.path, root),
                self.is_machine,
                _read(self.path) if text is None else text,
                beside,
            ),
            None if services is None else tuple(services.items()),
            None if workflows is None else tuple(workflows.items()),
        )
        if self.declared is None or self.module is None:
            return compiled
        triggers, problems = self.declared.read_triggers(_shown(self.module, root))
        return compiled.with_triggers(triggers, problems)


@dataclass(frozen=True, slots=True)
class _Source:
    """All that is written of a workflow; `triggers` is the file beside a machine, its name and text."""

    name: str
    file: str
    is_machine: bool
    text: str
    triggers: tuple[str, str] | None


@lru_cache(maxsize=256)
def _compiled(
    source: _Source,
    services: tuple[tuple[str, ServiceContract], ...] | None,
    workflows: tuple[tuple[str, WorkflowContract | None], ...] | None,
) -> CompiledWorkflow:
    known = None if services is None else dict(services)
    others = None if workflows is None else dict(workflows)
    if source.is_machine:
        return compile_machine(
            source.name,
            source.text,
            file=source.file,
            services=known,
            workflows=others,
            trigger_file=source.triggers,
        )
    return compile_workflow(
        source.name,
        source.text,
        file=source.file,
        services=known,
        workflows=others,
        library=predefined_workflows(),
    )


@lru_cache(maxsize=256)
def _contract(text: str) -> WorkflowContract | None:
    return read_contract(text, predefined_workflows())


def find_workflows(root: Path) -> list[WorkflowFile]:
    """The workflows of a project's folder, by name. Raises `ProjectError` for triggers of no machine."""
    files = [
        file
        for file in sorted((root / FOLDER).glob("*"))
        if file.is_file() and not file.name.startswith(("_", "."))
    ]
    triggers = {name: file for file in files if (name := _stem(file, _TRIGGERS))}
    machines = [
        WorkflowFile(name, file, is_machine=True, triggers=triggers.pop(name, None))
        for file in files
        if (name := _stem(file, _MACHINES))
    ]
    if triggers:
        name, file = next(iter(triggers.items()))
        raise ProjectError(
            f"{file} says what starts a machine, and there is no {FOLDER}/{name}.asl.json",
            hint=f'write the machine, or put the list "on" into {FOLDER}/{name}.yml itself',
        )
    others = [
        WorkflowFile(file.stem, file)
        for file in files
        if file.suffix in _YAML and not (_stem(file, _MACHINES) or _stem(file, _TRIGGERS))
    ]
    return sorted(machines + others, key=lambda one: one.path)


def _stem(file: Path, endings: tuple[str, ...]) -> str | None:
    """The name of a file without one of these endings, None when it has none of them."""
    ending = next((one for one in endings if file.name.endswith(one)), None)
    return file.name.removesuffix(ending) if ending else None


def _shown(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix()


def _read(file: Path) -> str:
    """The text; bytes that are no UTF-8 become U+FFFD, which the compiler tells with its place."""
    return file.read_text(encoding="utf-8", errors="replace")
