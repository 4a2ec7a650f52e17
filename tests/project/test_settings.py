"""Settings come from pyproject.toml and the environment from .env files, in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from coworks.project import ProjectError, read_settings
from coworks.project.settings import load_environment

MakeProject = Callable[[Mapping[str, str]], Path]


def test_the_name_is_that_of_the_folder_unless_set(make_project: MakeProject) -> None:
    assert read_settings(make_project({})).name == "shop"
    root = make_project({"pyproject.toml": '[tool.coworks]\nname = "store"\n'})
    assert read_settings(root).name == "store"


def test_an_unknown_setting_is_told_with_the_near_one(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": '[tool.coworks]\nnme = "store"\n'})
    with pytest.raises(ProjectError, match='no setting "nme"') as refused:
        read_settings(root)
    assert refused.value.hint == 'did you mean "name"?'


def test_broken_toml_is_told_with_its_place(make_project: MakeProject) -> None:
    with pytest.raises(ProjectError, match=r"pyproject\.toml.*line 1"):
        read_settings(make_project({"pyproject.toml": "[tool\n"}))


def test_the_environment_goes_before_the_stage_and_the_stage_before_the_rest(
    make_project: MakeProject,
) -> None:
    root = make_project({".env": "A=all\nB=all\nC=all\n", ".env.dev": "A=dev\nB=dev\n"})
    environment = {"A": "mine"}
    load_environment(read_settings(root, stage="dev"), environment)
    assert environment == {"A": "mine", "B": "dev", "C": "all"}


def test_a_dollar_in_a_value_stays_a_dollar(make_project: MakeProject) -> None:
    environment: dict[str, str] = {}
    load_environment(read_settings(make_project({".env": "PASSWORD=a$HOME\n"})), environment)
    assert environment == {"PASSWORD": "a$HOME"}
