"""Projects and packages for the tests of deploying."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.cli.conftest import cws as cws

from coworks.deploy.options import service_options
from coworks.deploy.packages import Grounds, Package, Target, Uv, build_package
from coworks.deploy.packaging import build_packages
from coworks.deploy.selection import select
from coworks.deploy.template import Template
from coworks.deploy.templates import templates_of
from coworks.project import Project, load_project

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"

MakeProject = Callable[[Mapping[str, str]], Path]
Build = Callable[..., Package]
Load = Callable[..., Project]
Templates = Callable[..., dict[str, Template]]

HELLO = """
    from coworks import TechMicroService
    class Hello(TechMicroService):
        public = True
        def get(self):
            return "hello"
"""


@pytest.fixture
def load(make_project: MakeProject) -> Load:
    """Writes files and loads the project that they are."""

    def load_it(files: Mapping[str, str], stage: str | None = "dev") -> Project:
        return load_project(make_project(files), stage=stage)

    return load_it


@pytest.fixture
def build(load: Load, tmp_path: Path) -> Build:
    """Builds the package of one service, for this Python unless told otherwise."""

    def build_it(
        files: Mapping[str, str], service: str = "hello", python: str = HERE, folder: str = "out"
    ) -> Package:
        project = load(files)
        (chosen,) = (one for one in project.services if one.name == service)
        include = service_options(project.settings, service).include
        target = Target(python, "x86_64")
        with TemporaryDirectory() as name:
            grounds = Grounds(Uv(), Path(name))
            return build_package(project.root, chosen, target, grounds, tmp_path / folder, include)

    return build_it


@pytest.fixture
def templates(load: Load, tmp_path: Path) -> Templates:
    """The templates of a project made on the spot, by the names of its services and workflows."""

    def make(files: Mapping[str, str], stage: str = "dev") -> dict[str, Template]:
        project = load(files, stage)
        selection = select(project)
        packages = build_packages(project.settings, selection.services, Uv(), tmp_path / "packages")
        return {one.name: one for one in templates_of(project, selection, packages)}

    return make
