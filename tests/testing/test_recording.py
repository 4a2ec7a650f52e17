"""A past execution becomes a test that goes the same way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from coworks.cli.main import cws

MakeProject = Callable[[Mapping[str, str]], Path]

FILES = {
    "tech/stock.py": """
        from coworks import ConflictError, ServiceUnavailableError, TechMicroService
        class Stock(TechMicroService):
            public = True
            calls = 0
            def get_left(self, *, item: str):
                type(self).calls += 1
                if self.calls < 3:
                    raise ServiceUnavailableError("come back")
                return {"item": item, "left": 2, "note": "it's \\"new\\""}
            def post_order(self, *, item: str):
                raise ConflictError(f"{item} is ordered already")
        """,
    "biz/refill.yml": """
        states:
          - name: How many?
            tech: {service: stock, get: /left, query: {item: "{% $data.item %}"}}
            retry: [{on: ServiceUnavailableError, attempts: 3, delay: 1}]
          - name: Order more
            tech: {service: stock, post: /order, body: {item: "{% $data.item %}"}}
            catch: [{on: ConflictError, goto: Say why}]
            goto: End
          - name: Say why
            set: {why: "{% $parse($error.Cause).errorMessage %}"}
        """,
    "pytest.ini": "[pytest]\n",
}


def identity_in(project: Path) -> str:
    (row,) = [line for line in perform(project, "executions", "list").splitlines()[1:] if line]
    return row.split()[0]


def perform(project: Path, *arguments: str) -> str:
    done = CliRunner().invoke(cws, ["--project-dir", str(project), *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def saved(make_project: MakeProject) -> Path:
    """The project, with one execution that was saved as a test."""
    project = make_project(FILES)
    assert "ordered already" in perform(project, "start", "refill", "--input", '{"item": "tea"}', "--wait")
    file = str(project / "tests" / "test_saved.py")
    perform(project, "executions", "save", identity_in(project), "--output", file)
    return project


def test_the_saved_test_holds_the_answers_in_the_order_in_which_they_came(saved: Path) -> None:
    text = (saved / "tests" / "test_saved.py").read_text(encoding="utf-8")
    failed = "failure('ServiceUnavailableError', 'come back')"
    lines = [line.strip() for line in text.splitlines()]
    first = lines.index("'How many?': in_turn(")
    assert lines[first + 1 : first + 3] == [f"{failed},", f"{failed},"]
    assert lines[first + 3].startswith("{'item': 'tea', 'left': 2")
    assert "'Order more': failure('ConflictError', 'tea is ordered already')," in text


def test_the_saved_test_goes_the_same_way_without_the_service(saved: Path) -> None:
    (saved / "tech" / "stock.py").write_text(
        "from coworks import TechMicroService\nclass Stock(TechMicroService):\n    public = True\n"
        "    def get_left(self, *, item): return 1 / 0\n    def post_order(self, *, item): return 1 / 0\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "coworks", "--project-dir", str(saved), "test", "-q"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_a_file_that_exists_is_not_written_over(saved: Path) -> None:
    file = saved / "tests" / "test_saved.py"
    arguments = ["--project-dir", str(saved), "executions", "save", identity_in(saved), "--output", str(file)]
    refused = CliRunner().invoke(cws, arguments)
    assert "exists" in str(refused.exception)


def test_what_began_at_a_step_begins_there_in_its_test(saved: Path) -> None:
    replay = ["replay", identity_in(saved), "--from", "Order more", "--with", '{"data": {"item": "ink"}}']
    perform(saved, *replay, "--wait")
    newest = perform(saved, "executions", "list", "--limit", "1").splitlines()[1].split()[0]
    file = saved / "tests" / "test_replayed.py"
    perform(saved, "executions", "save", newest, "--output", str(file))
    assert "from coworks.testing import at_step, failure, run" in file.read_text(encoding="utf-8")
    command = [sys.executable, "-m", "coworks", "--project-dir", str(saved), "test", "-q", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
