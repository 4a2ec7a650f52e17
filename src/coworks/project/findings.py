"""What is wrong with a project, services and workflows alike, as one sorted list: what `cws check` tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coworks.project.predefined import home_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coworks.biz import Problem
    from coworks.biz.problems import Severity
    from coworks.project.model import BrokenService, Project, Service

BROKEN_SERVICE = "S001"
OPEN_SERVICE = "S002"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `file` is relative to the project's folder, `text` is the whole for people.

    Line and column begin at 1, and are 0 where none is known; `length` is how many characters it covers.
    """

    file: str
    line: int
    column: int
    length: int
    code: str
    severity: Severity
    message: str
    hint: str
    text: str

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


def find(project: Project) -> tuple[Finding, ...]:
    """Everything that is wrong, in the order of files and lines."""
    return tuple(
        sorted(_all(project), key=lambda one: (one.file, one.line, one.column, one.code, one.message))
    )


def _all(project: Project) -> Iterator[Finding]:
    yield from (_of_broken(service, project.root) for service in project.broken)
    yield from (_of_open(service, project.root) for service in project.services if service.app.is_open)
    yield from map(_of_problem, project.problems)


def _of_problem(problem: Problem) -> Finding:
    return Finding(
        problem.file,
        problem.line,
        problem.column,
        problem.length,
        problem.code,
        problem.severity,
        problem.message,
        problem.hint,
        problem.render(),
    )


def _of_broken(service: BrokenService, root: Path) -> Finding:
    """The line is the last one of the service's own file that its report names."""
    file = _shown(service.file, root)
    told, _, hint = service.report.partition("\nfix: ")
    last = told.rstrip().rpartition("\n")[2].removeprefix(f"{service.file}: ")
    message = f'the service "{service.name}" did not load: {last}'
    text = f'{service.report}\nthe service "{service.name}" ({service.file}) did not load\n'
    line = _line_in(service)
    return Finding(file, line, int(line > 0), 1, BROKEN_SERVICE, "error", message, hint, text)


def _line_in(service: BrokenService) -> int:
    written = re.escape(str(service.file))
    lines = re.findall(rf'File "{written}", line (\d+)|{written}:(\d+):', service.report)
    return int("".join(lines[-1])) if lines else 0


def _of_open(service: Service, root: Path) -> Finding:
    message = f'the service "{service.name}" has no auth: anybody who reaches it may call it'
    hint = "write an auth method, or say that it is meant so: public = True"
    file = _shown(service.file, root)
    text = f"{file} {OPEN_SERVICE} warning: {message}; {hint}"
    return Finding(file, 0, 0, 1, OPEN_SERVICE, "warning", message, hint, text)


def _shown(file: Path, root: Path) -> str:
    return file.relative_to(home_of(file, root)).as_posix()
