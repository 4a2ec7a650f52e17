"""What pytest gains when CoWorks is installed: `--workflow-coverage`, the fixtures `project`,
`local_server` and `history_snapshot` (`--update-histories`), and the differences of a path from the expected
one.

It is loaded by every pytest of the environment, so it loads nothing until it is asked for something.
"""

from __future__ import annotations

from contextlib import ExitStack
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from coworks.testing.coverage import WorkflowCoverage, measuring
from coworks.testing.paths import explained

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.local import System
    from coworks.testing import ProjectInMemory
    from coworks.testing.histories import HistorySnapshot


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("coworks")
    group.addoption(
        "--workflow-coverage",
        action="store_true",
        help="list the steps, choices and catches of workflows that no test took",
    )

    group.addoption(
        "--update-histories",
        action="store_true",
        help="store the histories of runs that tests compare, instead of comparing them",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--workflow-coverage"):
        config.pluginmanager.register(_Coverage(config), "coworks-workflow-coverage")


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """What differs, when the path of a run is compared."""
    return explained(op, left, right)


class _Coverage:
    """Measures from the first test to the last, and tells at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._root = config.rootpath
        self._coverage = WorkflowCoverage()
        self._parts = ExitStack()

    def pytest_sessionstart(self) -> None:
        if any((self._root / folder).is_dir() for folder in ("biz", "tech")):
            for workflow in import_module("coworks.project").load_project(self._root).workflows:
                self._coverage.add(workflow)
        self._parts.enter_context(measuring(self._coverage))

    def pytest_sessionfinish(self) -> None:
        self._parts.close()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("workflow coverage")
        for gap in self._coverage.gaps():
            terminalreporter.write_line(str(gap))
        terminalreporter.write_line(self._coverage.summary())


@pytest.fixture
def local_server(pytestconfig: pytest.Config) -> Iterator[System]:
    """The project of the tests, served as by `cws run` on a free port of 127.0.0.1: `local_server.url`.

    Its state is that of the project (`.coworks/`), which must not be running.
    """
    project = import_module("coworks.project").load_project(pytestconfig.rootpath)
    with import_module("coworks.local").serving(project) as system:
        yield system


@pytest.fixture
def project(pytestconfig: pytest.Config) -> Iterator[ProjectInMemory]:
    """The project of the tests in memory: queues, events, schedules and mails, on a clock of its own."""
    loaded = import_module("coworks.project").load_project(pytestconfig.rootpath)
    with import_module("coworks.testing").ProjectInMemory(loaded) as memory:
        yield memory


@pytest.fixture
def history_snapshot(request: pytest.FixtureRequest) -> HistorySnapshot:
    """Compares the history of a run with the one that is stored in `histories/` beside the test's file."""
    _, _, test = request.node.nodeid.partition("::")
    folder = request.path.parent / "histories" / request.path.stem
    snapshot: HistorySnapshot = import_module("coworks.testing.histories").HistorySnapshot(
        folder, test, update=request.config.getoption("--update-histories")
    )
    return snapshot
