"""A new user's path: an empty folder and the exact text of the quickstarts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
_FILE = re.compile(r"`((?:tech|biz|tests)/\w+\.(?:py|yml))`:\n\n```\w+\n(.*?)```", re.DOTALL)


def follow(page: str, folder: Path) -> Path:
    """Do what a page says, in its order: write its files, run its commands."""
    text = (DOCS / page).read_text(encoding="utf-8")
    for part in re.finditer(rf"{_FILE.pattern}|```sh\n(.*?)```", text, re.DOTALL):
        name, content, commands = part.groups()
        if name:
            (folder / name).write_text(content, encoding="utf-8")
        for command in (commands or "").splitlines():
            folder = execute(command.split(), folder)
    return folder


def execute(command: list[str], folder: Path) -> Path:
    if command[0] == "cd":
        return folder / command[1]
    assert command[0] == "cws"
    done = subprocess.run(
        [sys.executable, "-m", "coworks", *command[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.slow
def test_the_quickstarts_do_what_they_say(tmp_path: Path) -> None:
    project = follow("biz_quickstart.md", follow("tech_quickstart.md", tmp_path))
    assert project == tmp_path / "shop"
    assert (project / ".coworks" / "packages" / "stock.zip").is_file()
    for name in ("tech/stock.py", "tests/test_stock.py", "biz/refill.yml", "tests/test_refill.py"):
        assert (project / name).is_file(), name
