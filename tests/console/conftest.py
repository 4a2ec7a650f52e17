"""A project behind a console whose pages are one line, and a client for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.local.conftest import Running

from coworks.console import Console
from coworks.console.visitors import SCOPE_KEY
from coworks.local import System, serving
from coworks.project import load_project

PROJECT = {
    "tech/hello.py": """
        from coworks import TechMicroService
        class Hello(TechMicroService):
            public = True
            def get(self): return "hello"
    """
}


async def pages(scope: Scope, receive: Receive, send: Send) -> None:
    """Says who the visitor is."""
    await PlainTextResponse(scope[SCOPE_KEY].user.name)(scope, receive, send)


async def start_pages() -> ASGIApp:
    return pages


class ServeConsole(Protocol):
    def __call__(
        self,
        *,
        only_local: bool = True,
        files: Mapping[str, str] = PROJECT,
        start: object = start_pages,
        clock: Callable[[], float] = time.monotonic,
    ) -> Running: ...


@pytest.fixture
def serve_console(make_project: Callable[[Mapping[str, str]], Path]) -> Iterator[ServeConsole]:
    """Serves a project with a console until the test ends; not `only_local`, it wants passwords."""
    with ExitStack() as served:

        def serve(
            *,
            only_local: bool = True,
            files: Mapping[str, str] = PROJECT,
            start: object = start_pages,
            clock: Callable[[], float] = time.monotonic,
        ) -> Running:
            def make(system: System, *, only_local: bool) -> ASGIApp:
                return Console(system, only_local=here, start=start, clock=clock)  # type: ignore[arg-type]

            here = only_local
            project = load_project(make_project(files))
            return Running(served.enter_context(serving(project, make_console=make)))

        yield serve
