"""The group `cws`: every command is there, and none is loaded before it is asked for."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest
from click.testing import CliRunner

import coworks.cli
from coworks.cli.main import HOMES, SECTIONS, cws


def test_every_command_of_every_room_is_in_the_group() -> None:
    rooms = [name for _, name, _ in pkgutil.iter_modules(coworks.cli.__path__, "coworks.cli.")]
    found = {command.name: room for room in rooms for command in getattr(import_module(room), "COMMANDS", ())}
    assert found == HOMES


def test_a_command_loads_no_other() -> None:
    code = (
        "import sys, coworks.cli.main; print([name for name in sys.modules if name.startswith('coworks.')])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "coworks.engine" not in told
    assert "coworks.biz" not in told


def test_the_help_lists_every_command_once_with_its_whole_sentence() -> None:
    assert sorted(name for names in SECTIONS.values() for name in names) == sorted(HOMES)
    told = CliRunner().invoke(cws, ["--help"], terminal_width=60).output.partition("Options:")[2]
    assert "..." not in told
    assert [title for title in SECTIONS if f"\n{title}:\n" in told] == list(SECTIONS)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("runn", "No such command 'runn'. Did you mean 'run'?"),
        ("xyzzy", "No such command 'xyzzy'."),
        ("--xy", "--xy"),
    ],
)
def test_a_wrong_command_says_which_one_was_probably_meant(typed: str, said: str) -> None:
    told = CliRunner().invoke(cws, [typed])
    assert told.exit_code == 2
    assert said in told.output
