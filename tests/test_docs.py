"""The guide leaves nothing out: every command, option, setting and variable is in it; links lead somewhere.

Its code blocks run in `tests/guide`, its pages are built in `tests/test_site.py`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import Field, fields
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement

from coworks.cli.main import cws
from coworks.deploy import options
from coworks.engine.quotas import PREFIX, Quotas
from coworks.project import findings, settings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND_LINE = (DOCS / "command_line.md").read_text(encoding="utf-8")
ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")
CONFIGURATION = (DOCS / "configuration.md").read_text(encoding="utf-8")
GUIDE = "\n".join(page.read_text(encoding="utf-8") for page in sorted(DOCS.glob("*.md")))
SOURCES = "\n".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "src").rglob("*.py")))
_VARIABLE = re.compile(
    r"[\"'`]((?:CWS|COWORKS|NOTIFY|SFN|APPROVAL|JINJA|MAIL|ODOO|SMTP)_[A-Z][A-Z_]*[A-Z])\b"
)


def commands(group: click.Group = cws, prefix: str = "cws") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def rows_of(name: str) -> list[str]:
    """The rows of the table of commands that show a command."""
    rows = (line for line in COMMAND_LINE.splitlines() if line.startswith("| `cws "))
    return [row for row in rows if re.search(rf"`{name}[ `]", row)]


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=lambda value: str(value))
def test_every_command_is_in_the_guide_with_its_arguments_and_options(
    name: str, command: click.Command
) -> None:
    shown = "\n".join(rows_of(name))
    assert shown
    for one in command.params:
        if isinstance(one, click.Option):
            assert any(re.search(rf"(?<![\w-]){option}\b", shown) for option in one.opts), one.opts
        else:
            assert one.human_readable_name.strip("[].") in shown


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=lambda value: str(value))
def test_choices_and_defaults_are_those_of_the_guide(name: str, command: click.Command) -> None:
    shown = "\n".join(rows_of(name)).replace("\\|", "|")
    for one in (option for option in command.params if isinstance(option, click.Option)):
        for said in re.findall(rf"(?:{'|'.join(one.opts)}) ([^]\sA-Z]*[a-z0-9][^]\sA-Z]*)\]", shown):
            choices = one.type.choices if isinstance(one.type, click.Choice) else ()
            assert said in (str(one.default), "|".join(choices)), one.opts


@pytest.mark.parametrize("option", [one for one in cws.params if isinstance(one, click.Option)])
def test_every_option_of_all_commands_is_in_the_guide(option: click.Option) -> None:
    assert any(one in COMMAND_LINE for one in option.opts)


def test_no_option_of_the_guide_is_made_up() -> None:
    known = {option for _, command in commands() for one in command.params for option in one.opts}
    known |= {option for one in cws.params for option in one.opts} | {"--help"}
    said = re.findall(r"(?<![\w-])--[a-z][\w-]*", COMMAND_LINE)
    assert sorted(set(said) - known) == []


SETTINGS = {
    *options._OF_SERVICE, *options._OF_WORKFLOW, *options._OF_STAGE, *settings._KNOWN,
    *settings._OF_DEPLOYMENT,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_every_setting_of_the_project_file_is_in_the_guide(name: str) -> None:
    assert re.search(rf"`{name}`|`\[tool\.coworks\.{name}\.|^{name} = ", GUIDE, re.MULTILINE)


def test_every_code_of_the_checks_of_projects_is_explained_with_an_example() -> None:
    codes = {value for value in vars(findings).values() if re.fullmatch(r"S\d{3}", str(value))}
    pages = (DOCS / "error_codes.md").read_text(encoding="utf-8")
    explained = re.findall(r"^### (S\d{3}): .+\n\n.+\n\n```text\n.* (S\d{3}) ", pages, re.MULTILINE)
    assert codes and {(code, code) for code in codes} == set(explained)


@pytest.mark.parametrize("name", sorted(set(_VARIABLE.findall(SOURCES))))
def test_every_variable_that_is_read_is_in_the_guide(name: str) -> None:
    assert name in CONFIGURATION


@pytest.mark.parametrize("quota", fields(Quotas), ids=lambda quota: str(quota.name))
def test_every_quota_is_in_the_guide(quota: Field[object]) -> None:
    assert f"`{PREFIX}{quota.name.upper()}`" in CONFIGURATION


def test_no_variable_of_the_guide_is_made_up() -> None:
    named = {name for name in _VARIABLE.findall(CONFIGURATION) if not name.startswith(PREFIX)}
    examples = {"CWS_FUNCTION_STOCK", "CWS_QUEUE_STOCK"}
    assert [name for name in named - examples if name not in SOURCES] == []


def test_the_badges_of_the_readme_are_true() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    told = project["project"]
    pythons = [one.rpartition(" ")[2] for one in told["classifiers"] if "Python :: 3." in one]
    assert f"![Python {pythons[0]} to {pythons[-1]}]" in README
    assert f"python-{pythons[0]}%20to%20{pythons[-1]}-" in README
    assert f"license-{told['license']}-" in README
    assert project["tool"]["mypy"]["strict"] and "typed-mypy%20strict-" in README
    assert any("3 - Alpha" in one for one in told["classifiers"]) and "status-alpha-" in README


def test_the_extras_that_users_want_are_in_the_guide() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    installation = (DOCS / "installation.md").read_text(encoding="utf-8")
    assert [one for one in project["optional-dependencies"] if f"`coworks[{one}]`" not in installation] == []


def requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    return sorted({Requirement(one).name for one in named})


@pytest.mark.parametrize("name", requirements())
def test_every_library_has_its_reason_in_the_architecture(name: str) -> None:
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \| [^|]{10,} \|$", ARCHITECTURE, re.MULTILINE)
    assert any(re.search(rf"(?<![\w-]){name}(?![\w-])", libraries, re.IGNORECASE) for libraries in rows)


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")), ids=lambda page: str(page.stem))
def test_the_links_of_the_repository_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target
