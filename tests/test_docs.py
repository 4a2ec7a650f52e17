"""The README and the guide say what is true: their code runs, and every command and option is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tests.local.conftest import Running

from coworks.biz import compile_workflow
from coworks.cli.main import cws
from coworks.local import serving
from coworks.project import load_project
from coworks.project.workflows import predefined_workflows

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND_LINE = (ROOT / "docs" / "command_line.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The README's code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands(group: click.Group = cws, prefix: str = "cws") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def test_the_quickstart_answers_as_it_says(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(blocks("python")[0], encoding="utf-8")
    with serving(load_project(tmp_path)) as system:
        answer = Running(system).ask("GET", "/")
    assert answer.content.decode() == "Simple microservice ready.\n"
    assert f"`{answer.content.decode().strip()}`" in README


def test_the_workflow_of_the_readme_compiles() -> None:
    (text,) = blocks("yaml")
    compiled = compile_workflow("server_watch", text, file="biz/server_watch.yml")
    assert compiled.problems == ()
    assert list((compiled.definition or {})["States"]) == [
        "Workflow input",
        "Check server",
        "Alive?",
        "Tell the team",
        "End",
    ]


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=lambda value: str(value))
def test_every_command_and_option_is_in_the_guide(name: str, command: click.Command) -> None:
    group, _, last = name.rpartition(" ")
    assert f"`{name}" in COMMAND_LINE or (group in COMMAND_LINE and f" {last} " in COMMAND_LINE)
    for option in command.params:
        if isinstance(option, click.Option):
            assert max(option.opts, key=len) in COMMAND_LINE, option.opts


def test_the_examples_of_the_predefined_services_are_right() -> None:
    text = (ROOT / "docs" / "predefined.md").read_text(encoding="utf-8")
    for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(code, "docs/predefined.md", "exec"), {})
    for workflow in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL):
        compiled = compile_workflow(
            "example", workflow, file="docs/predefined.md", library=predefined_workflows()
        )
        assert compiled.problems == ()


def test_the_links_of_the_readme_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
