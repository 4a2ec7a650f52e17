"""`cws new`: a project that runs and whose own test passes, to be changed from there."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from coworks.biz.schema import workflow_schema
from coworks.project.errors import ProjectError
from coworks.project.workflows import predefined_workflows

TEMPLATE = Path(__file__).parent / "template"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_PLACEHOLDER = "project-name"


def create_project(parent: Path, name: str) -> Path:
    """Make the folder `name` in `parent` and return it.

    Raises `ProjectError` when the name cannot name a project, or the folder is not empty.
    """
    if not _NAME.fullmatch(name):
        raise ProjectError(
            f'"{name}" cannot be the name of a project',
            hint="use lower-case letters, digits, - and _, beginning with a letter",
        )
    folder = parent / name
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError(f"{folder} exists and is not empty", hint="choose another name or another folder")
    shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "gitignore").rename(folder / ".gitignore")
    for file in (folder / "pyproject.toml", folder / "README.md"):
        file.write_text(file.read_text(encoding="utf-8").replace(_PLACEHOLDER, name), encoding="utf-8")
    (folder / "biz" / "workflow.schema.json").write_text(schema_text(), encoding="utf-8")
    return folder


def schema_text() -> str:
    """The JSON Schema of workflows as a file: the same bytes for the same version."""
    return json.dumps(workflow_schema(predefined_workflows()), indent=1, ensure_ascii=False) + "\n"
