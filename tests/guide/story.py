"""A page as a story: its blocks one after another, in one folder, as a reader follows them."""

from __future__ import annotations

import doctest
import json
import os
import re
import subprocess
import sys
import tomllib
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Self

from tests.guide.mistakes import said_of_mistakes
from tests.guide.pages import DOCS, ROOT, Block, blocks
from tests.guide.shell import Shell

from coworks.biz import compile_workflow
from coworks.deploy.options import service_options, stage_options, workflow_options
from coworks.engine.mocks import Mocks
from coworks.project import load_project, read_settings
from coworks.project.scaffold import create_project
from coworks.project.workflows import predefined_workflows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

_CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "any",
    "AWS_SECRET_ACCESS_KEY": "any",
    "AWS_DEFAULT_REGION": "us-east-1",
}
_ID: Final = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_MISTAKE: Final = re.compile(r"\S+\.\w+(?::(\d+):\d+)? [BS]\d{3} ")
STORIES: Final[Mapping[str, tuple[str, ...]]] = {
    "tech_quickstart": (),
    "biz_quickstart": ("tech_quickstart",),
    "tech_deployment": ("tech_quickstart",),
    "biz_deployment": ("tech_quickstart", "biz_quickstart"),
    "deploy": ("tech_quickstart", "biz_quickstart"),
    "console": ("tech_quickstart", "biz_quickstart"),
    "testing": ("tech_quickstart", "biz_quickstart"),
    "migrating": ("tech_quickstart",),
}
"""The pages that go on with the project `shop`, and those whose files it holds by then."""


class Story:
    """The state of a reader: where they are, what they wrote, what Python knows, what was printed last."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self._tries = folder / "tries"
        state = folder / "state"
        for made in (self._tries, state):
            made.mkdir()
        self.shell = Shell(self._new_folder(), state, environment or {})
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self._output = ""
        self._tests: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.shell.close()

    def go_on_from(self, pages: Iterable[str]) -> None:
        """Stand in the project `shop`, with the files that these pages tell to write."""
        self.shell.move_to(create_project(self._new_folder(), "shop"))
        for page in pages:
            for block in blocks(DOCS / f"{page}.md"):
                if block.file:
                    self._write(block)

    def follow(self, page: Path) -> None:
        """Do what the page says. Raises `AssertionError` where it is not true."""
        for block in blocks(page):
            if block.left_out:
                continue
            if block.begins_anew:
                self.shell.move_to(self._new_folder())
            if block.file:
                self._write(block)
            else:
                _RUNNERS[block.language](self, block)
        self._load()
        self._run_tests()

    def _new_folder(self) -> Path:
        folder = self._tries / f"{len(list(self._tries.iterdir()))}"
        folder.mkdir()
        return folder

    def _write(self, block: Block) -> Path:
        file = self.shell.folder / (block.file or f"tests/test_{block.page.stem}_{block.line}.py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text, encoding="utf-8")
        if block.file and block.language == "yaml":
            self.workflow(block)
        self.shell.restart()
        return file

    def _load(self) -> None:
        """The services that were written load."""
        if (self.shell.folder / "tech").is_dir():
            broken = load_project(self.shell.folder).broken
            assert [service.report for service in broken] == []

    def python(self, block: Block) -> None:
        """Tests are run by pytest at the end of the page; all else is run here."""
        if re.search(r"^def test_", block.text, re.MULTILINE):
            self._tests.append(self._write(block))
        else:
            place = f"{block.page}:{block.line}"
            with environment(self.shell.exported()):
                exec(compile(block.text, place, "exec", dont_inherit=True), self._names)

    def session(self, block: Block) -> None:
        """A session of Python answers what the page says."""
        name, told = str(block), list[str]()
        parsed = doctest.DocTestParser().get_doctest(block.text, self._names, name, name, block.line)
        results = doctest.DocTestRunner().run(parsed, out=told.append, clear_globs=False)
        self._names.update(parsed.globs)
        assert not results.failed, "".join(told)

    def workflow(self, block: Block) -> None:
        """A workflow compiles, and a piece of one, whose timeouts may be elsewhere."""
        text, library = whole_workflow(block.text), predefined_workflows()
        compiled = compile_workflow("example", text, file=str(block), library=library)
        assert (compiled.errors if block.text.startswith("- name:") else compiled.problems) == ()

    def settings(self, block: Block) -> None:
        """The project file is read, and what it says about deploying is taken."""
        folder = self._new_folder()
        (folder / "pyproject.toml").write_text(block.text, encoding="utf-8")
        said = tomllib.loads(block.text).get("tool", {}).get("coworks", {})
        for stage in said.get("stages", {"dev": {}}):
            settings = read_settings(folder, stage=stage)
            stage_options(settings)
            for name in said.get("services", ()):
                service_options(settings, name)
            for name in said.get("workflows", ()):
                workflow_options(settings, name)

    def value(self, block: Block) -> None:
        """JSON is what somebody reads: a mock file, an order, or what a command printed."""
        value = json.loads(block.text)
        if "StateMachines" in value:
            file = self.shell.folder / "mocks.json"
            file.write_text(block.text, encoding="utf-8")
            Mocks.read(file)
        elif self._output:
            assert json.loads(self._output) == value
        else:
            assert value["coworks"] == 1, block

    def commands(self, block: Block) -> None:
        self._output = self.shell.run(self._with_real_ids(block.text))

    def terminal(self, block: Block) -> None:
        """Commands behind `$`, each with what it prints below it."""
        for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            while command.endswith("\\"):
                more, _, expected = expected.partition("\n")
                command += f"\n{more}"
            command = self._with_real_ids(command)
            self._output = self.shell.run(command, fails=expected.startswith("error:"))
            if expected.strip():
                self._compare(expected)

    def _with_real_ids(self, commands: str) -> str:
        """The id that a page made up is the one that was printed last."""
        printed = _ID.findall(self._output)
        return _ID.sub(printed[0], commands) if printed else commands

    def printed(self, block: Block) -> None:
        """What the commands before it print, or what is said of a mistake in a workflow."""
        if found := _MISTAKE.match(block.text):
            assert is_of_the_guide(block.text, int(found[1] or 1)) or self._is_said(block.text)
        else:
            self._compare(block.text)

    def _is_said(self, mistake: str) -> bool:
        """Whether a mistake of the tests of the language, or of a whole project, is told so."""
        if mistake.splitlines()[0] in _mistakes_of_the_language():
            return True
        said = said_of_mistakes(self._new_folder())
        return "\n".join(line.strip() for line in mistake.strip().splitlines()) in said

    def _compare(self, expected: str) -> None:
        """`...` stands for anything, and one id for another; blanks at the end of a line nobody sees."""
        pattern = re.escape(_ID.sub("ID", expected.strip())).replace(re.escape("..."), ".*")
        printed = _ID.sub("ID", "\n".join(map(str.rstrip, self._output.strip().splitlines())))
        assert re.fullmatch(pattern, printed, re.DOTALL), self._output

    def _run_tests(self) -> None:
        if self._tests:
            command = [sys.executable, "-m", "pytest", "-q", "-W", "error", *map(str, self._tests)]
            done = subprocess.run(command, cwd=self.shell.folder, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr


_RUNNERS: Final[Mapping[str, Callable[[Story, Block], None]]] = {
    "python": Story.python,
    "pycon": Story.session,
    "yaml": Story.workflow,
    "toml": Story.settings,
    "json": Story.value,
    "sh": Story.commands,
    "console": Story.terminal,
    "text": Story.printed,
}


def is_of_the_guide(mistake: str, line: int) -> bool:
    """Whether the first workflow of the guide is told this when its line is as the mistake shows it."""
    shown = mistake.splitlines()
    if len(shown) != 3:
        return False
    first = next(block for block in blocks(DOCS / "biz.md") if block.language == "yaml")
    lines = [*first.text.splitlines(), *[""] * line]
    lines[line - 1] = shown[1].removeprefix("    ")
    compiled = compile_workflow("server_watch", "\n".join(lines), file="biz/server_watch.yml")
    return mistake.strip() in (problem.render() for problem in compiled.problems)


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """These variables, with credentials for whom they need none, and then those of before."""
    before = dict(os.environ)
    os.environ.update({**_CREDENTIALS, **variables})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@cache
def _mistakes_of_the_language() -> str:
    files = sorted((ROOT / "tests" / "biz" / "mistakes").glob("*.txt"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def whole_workflow(text: str) -> str:
    """A workflow around a piece of one."""
    if text.startswith("- name:"):
        return f"states:\n{text}"
    is_whole = re.search(r"^(states|use):", text, re.MULTILINE)
    return text if is_whole else f"{text}states:\n  - name: Rest\n    wait: 5\n"


def mistakes_of(folder: Path) -> list[str]:
    """The mistakes of a project that a page made."""
    project = load_project(folder)
    mistakes = [service.report for service in project.broken]
    return mistakes + [one.render() for workflow in project.workflows for one in workflow.errors]
