"""The fixtures that pytest gains with CoWorks, in the tests of a user's project."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

MakeProject = Callable[[Mapping[str, str]], Path]

FILES = {
    "pytest.ini": "[pytest]\n",
    "tech/stock.py": """
        from coworks import TechMicroService
        class Stock(TechMicroService):
            public = True
            left = 5
            def get(self):
                return {"left": self.left}
            def put_left(self, number: int):
                self.left = number
        app = Stock()
    """,
    "biz/refill.yml": """
        on:
          - event: {source: [shop], detail-type: [Sold out]}
        states:
          - name: Until tomorrow
            wait: 1 day
          - name: Refill
            tech: {service: stock, put: /left/9}
    """,
}
REFILLED = """
    def test_an_event_refills_the_stock_a_day_later(project):
        project.emit("shop", "Sold out", {})
        assert [run.status for run in project.runs("refill")] == ["RUNNING"]
        project.advance(days=1)
        assert project.client("stock").get("/").json == {"left": 9}
"""


def outcome_of(project: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_the_fixture_is_the_project_of_the_tests_on_a_clock_of_its_own(make_project: MakeProject) -> None:
    done = outcome_of(make_project({**FILES, "tests/test_refill.py": REFILLED}))
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_test_has_a_project_of_its_own(make_project: MakeProject) -> None:
    after = """
        def test_it_is_as_at_the_beginning(project):
            assert project.client("stock").get("/").json == {"left": 5}
            assert project.runs("refill") == ()
    """
    root = make_project({**FILES, "tests/test_a.py": REFILLED, "tests/test_b.py": after})
    done = outcome_of(root)
    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert not (root / ".coworks").exists()


def test_a_path_that_differs_is_told_line_by_line_and_a_step_that_was_not_visited_with_the_way(
    make_project: MakeProject,
) -> None:
    wrong = """
        def test_the_path(project):
            assert project.run("refill").path == ("Until tomorrow", "Tell them")
        def test_the_step(project):
            run = project.run("refill", answers={"Refill": ValueError("no")})
            assert run.visited("Refill") and not run.visited("Until tomorrow")
    """
    done = outcome_of(make_project({**FILES, "tests/test_wrong.py": wrong}))
    assert "2 failed" in done.stdout
    assert "- Tell them" in done.stdout and "+ Refill" in done.stdout
    assert 'the run came to "Until tomorrow": Until tomorrow -> Refill' in done.stdout


def test_the_fixture_tells_what_does_not_load(make_project: MakeProject) -> None:
    done = outcome_of(make_project({**FILES, "tech/stock.py": "1/0\n", "tests/test_a.py": REFILLED}))
    assert "ZeroDivisionError" in done.stdout
    assert "the project cannot run" in done.stdout
