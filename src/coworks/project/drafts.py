"""A workflow as somebody is writing it: compiled among the services and workflows of a project, not saved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from coworks.biz import check_cycles
from coworks.project.contracts import contracts_of
from coworks.project.errors import ProjectError
from coworks.project.workflows import FOLDER, WorkflowFile

if TYPE_CHECKING:
    from coworks.biz import CompiledWorkflow
    from coworks.project.model import Project

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


def draft_file(project: Project, name: str) -> WorkflowFile:
    """The file of a workflow, or the one that a new workflow of this name is going to have.

    Raises `ProjectError` when the name cannot be given to a workflow.
    """
    for one in project.files:
        if one.name == name:
            return one
    if not _NAME.fullmatch(name):
        raise ProjectError(
            f'"{name}" cannot be the name of a workflow',
            hint="use lower-case letters, digits and _, beginning with a letter",
        )
    if name in {one.name for one in project.services} | {one.name for one in project.broken}:
        raise ProjectError(f'"{name}" is the name of a service', hint="choose another name")
    return WorkflowFile(name, project.root / FOLDER / f"{name}.yml")


def compile_draft(project: Project, file: WorkflowFile, text: str) -> CompiledWorkflow:
    """The workflow that the file would be with this text, with all problems that `cws check` would tell."""
    contracts = contracts_of(project.services, project.broken)
    takes = {one.name: one.contract() for one in project.files if one.name != file.name}
    draft = file.compile(project.root, contracts, takes | {file.name: None}, text=text)
    among: list[CompiledWorkflow] = [draft, *(one for one in project.workflows if one.name != file.name)]
    return check_cycles(among)[0]
