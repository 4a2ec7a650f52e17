"""The process that renders: reads jobs from its input, asks for templates, writes what became of each job.

Run as a program: it imports Jinja and little else, and the project's module when that adds filters.
Messages are one JSON object a line:

    in   {"template", "context", "html": bool | null, "max_output", "seconds"}
    out  {"load": name}              in  {"source": text | null}
    out  {"text": ...} | {"error": {"kind", "message", "template", "line"}}

Its arguments: the bytes of memory it may take, and `module:Class` of a service that adds filters or globals.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import traceback
from typing import TYPE_CHECKING, Any, BinaryIO

from jinja2 import BaseLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from coworks.catalog.rendering.names import is_html

try:
    import resource
except ImportError:  # Windows has no such limits: time and output are bounded there, memory is not
    resource = None  # type: ignore[assignment] # a module elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable


class OutputTooLargeError(Exception):
    """The template writes more than the job allows."""


class AskingLoader(BaseLoader):
    """Templates come from the parent, by name; each is asked for once a job."""

    def __init__(self, ask: Callable[[str], str | None]) -> None:
        self._ask = ask

    def get_source(self, environment: object, template: str) -> tuple[str, str, Callable[[], bool]]:
        source = self._ask(template)
        if source is None:
            raise TemplateNotFound(template)
        return source, template, lambda: True


class Worker:
    """Answers jobs until its input ends."""

    def __init__(self, jobs: BinaryIO, answers: BinaryIO) -> None:
        self._jobs = jobs
        self._answers = answers
        self._filters: dict[str, Any] = {}
        self._globals: dict[str, Any] = {}

    def add(self, extras: Any) -> None:
        """The filters and globals of a service."""
        self._filters.update(getattr(extras, "filters", {}))
        self._globals.update(getattr(extras, "template_globals", {}))

    def run(self) -> None:
        while line := self._jobs.readline():
            job = json.loads(line)
            _bound_processor_time(job["seconds"])
            self.write(self._answer(job))

    def _answer(self, job: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"text": self._render(job)}
        except MemoryError:
            return _error("limit", "it takes more memory than it may")
        except RecursionError:
            return _error("limit", "its includes, macros or data are nested too deeply")
        except OutputTooLargeError:
            return _error("limit", f"it writes more than {job['max_output']} characters")
        except Exception as error:  # noqa: BLE001 - whatever a template, a filter or the context raises
            return _told(error)

    def _render(self, job: dict[str, Any]) -> str:
        environment = self._environment(job["html"])
        template = environment.get_template(job["template"])
        parts: list[str] = []
        room = job["max_output"]
        for part in template.generate(job["context"]):
            room -= len(part)
            if room < 0:
                raise OutputTooLargeError
            parts.append(part)
        return "".join(parts)

    def _environment(self, html: bool | None) -> ImmutableSandboxedEnvironment:
        environment = ImmutableSandboxedEnvironment(
            loader=AskingLoader(self._ask),
            autoescape=(lambda name: is_html(name or "")) if html is None else html,
            undefined=StrictUndefined,
            keep_trailing_newline=True,
        )
        environment.filters.update(self._filters)
        environment.globals.update(self._globals)
        return environment

    def _ask(self, name: str) -> str | None:
        self.write({"load": name})
        source: str | None = json.loads(self._jobs.readline())["source"]
        return source

    def write(self, message: dict[str, Any]) -> None:
        self._answers.write(json.dumps(message).encode() + b"\n")
        self._answers.flush()


def _told(error: Exception) -> dict[str, Any]:
    if isinstance(error, TemplateSyntaxError):
        return _error("syntax", error.message or str(error), error.filename or error.name, error.lineno)
    template, line = _place(error)
    if isinstance(error, TemplateNotFound):
        return _error("not found", f'there is no template "{error.name}"', template, line)
    if isinstance(error, SecurityError):
        return _error("refused", str(error), template, line)
    if isinstance(error, UndefinedError | TemplateError):
        return _error("failed", str(error), template, line)
    return _error("failed", f"{type(error).__name__}: {error}", template, line)


def _place(error: Exception) -> tuple[str | None, int | None]:
    """The innermost template on the way to the error: Jinja names its frames after the template's file."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.name in {"top-level template code", "template"} or frame.name.startswith("block "):
            return frame.filename, frame.lineno
    return None, None


def _error(kind: str, message: str, template: str | None = None, line: int | None = None) -> dict[str, Any]:
    return {"error": {"kind": kind, "message": message, "template": template, "line": line}}


def _bound_memory(size: int) -> None:
    if resource is not None:
        with contextlib.suppress(ValueError, OSError):  # macOS knows the limit and does not hold it
            resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _bound_processor_time(seconds: float) -> None:
    """A worker whose parent was killed has nobody who ends it: the operating system does."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime + 2 * seconds) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _extras(name: str) -> Any:
    if not name:
        return None
    module, _, qualified = name.partition(":")
    return getattr(importlib.import_module(module), qualified)


def main(memory: str, extras: str = "") -> None:
    """What is printed by filters must not mix with the answers, so they go out by a door of their own."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    worker = Worker(sys.stdin.buffer, answers)
    try:
        worker.add(_extras(extras))
    except Exception as error:  # noqa: BLE001 - whatever the project's module raises
        worker.write(_error("start", f"the filters cannot be imported: {error!r}"))
        return
    _bound_memory(int(memory))
    worker.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
