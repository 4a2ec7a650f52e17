"""Every code block of the README and the guide runs, in the order and with the words of its page."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.deploy.emulator import CREDENTIALS, emulated_aws
from tests.guide.pages import DOCS, PAGES, ROOT, blocks
from tests.guide.pictures import PICTURE, picture_of_a_run
from tests.guide.story import STORIES, Story, mistakes_of

_MADE_BY_RUNNING = shutil.ignore_patterns(".coworks", "__pycache__")
_TYPED = {"sh", "console"}
_ON_AWS = {"deploy", "tech_deployment", "biz_deployment"}


def stories() -> list[object]:
    """The pages that have blocks; those with commands take seconds each."""
    with_blocks = [(page, {block.language for block in blocks(page)}) for page in PAGES]
    return [
        pytest.param(page, id=page.stem, marks=[pytest.mark.slow] * bool(languages & _TYPED))
        for page, languages in with_blocks
        if languages
    ]


@pytest.mark.parametrize("page", stories())
def test_every_block_of_the_page_runs(page: Path, tmp_path: Path) -> None:
    with place_of(page, tmp_path) as environment, Story(tmp_path, environment) as reader:
        if page.parent == ROOT or page.stem == "predefined":
            copy_of_the_repository(reader.shell.folder)
        elif page.stem in ("aws", "biz"):
            copy_of_the_samples(reader.shell.folder)
        elif page.stem in STORIES:
            reader.go_on_from(STORIES[page.stem])
        reader.follow(page)


@contextmanager
def place_of(page: Path, folder: Path) -> Iterator[Mapping[str, str]]:
    """What a reader of the page has in the environment: credentials, and an AWS, for who deploys."""
    if page.stem not in _ON_AWS:
        yield {"CWS_CONSOLE_PASSWORD": "four words in a row"}
        return
    with emulated_aws(folder, engine=True) as address:
        yield {**CREDENTIALS, "AWS_ENDPOINT_URL": address}


def copy_of_the_repository(folder: Path) -> None:
    """What the README works on, with the environment of the tests as its .venv."""
    for file in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / file, folder)
    shutil.copytree(ROOT / "samples", folder / "samples", ignore=_MADE_BY_RUNNING)
    (folder / "tests").symlink_to(ROOT / "tests")
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)


def copy_of_the_samples(folder: Path) -> None:
    """All samples as one project."""
    for sample in ("server_watch", "shop"):
        shutil.copytree(ROOT / "samples" / sample, folder, ignore=_MADE_BY_RUNNING, dirs_exist_ok=True)


@pytest.mark.slow
def test_a_new_user_comes_from_an_empty_folder_to_a_package(tmp_path: Path) -> None:
    with Story(tmp_path) as reader:
        reader.follow(DOCS / "tech_quickstart.md")
        reader.follow(DOCS / "biz_quickstart.md")
        shop = reader.shell.folder
        assert (shop / ".coworks" / "packages" / "stock.zip").is_file()
        assert (shop / "refill.svg").is_file()
        assert mistakes_of(shop) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_code_stands_between_fences_where_it_is_seen_and_run(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert re.findall(r"\n\n((?: {4}|\t).*)", text) == []


def test_nothing_else_is_left_out_and_each_says_why() -> None:
    left_out = [(page.name, block.left_out) for page in PAGES for block in blocks(page) if block.left_out]
    assert left_out == [
        ("README.md", "the tests that it runs are those that run this page"),
        ("architecture.md", "it is a picture, made of letters"),
    ]


@pytest.mark.slow
def test_the_picture_of_the_readme_is_that_of_a_run_of_today(tmp_path: Path) -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture_of_a_run(tmp_path)
