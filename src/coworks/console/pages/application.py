"""NiceGUI below `/_console`, on the loop of the server that is already running."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from nicegui import app as nicegui_app
from nicegui import ui

from coworks.console import texts
from coworks.console.pages.compare import compare_runs
from coworks.console.pages.home import home
from coworks.console.pages.queue import queue
from coworks.console.pages.run import run
from coworks.console.pages.runs import runs
from coworks.console.pages.service import service
from coworks.console.pages.workflow import workflow

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

PAGES: Final[dict[str, Callable[..., object]]] = {
    "/": home,
    "/compare": compare_runs,
    "/queue/{name}": queue,
    "/run/{workflow}/{name}": run,
    "/runs": runs,
    "/service/{name}": service,
    "/workflow/{name}": workflow,
}

_STATIC: Final = Path(__file__).parents[1] / "static"
_ICON: Final = (_STATIC / "icon.svg").read_text(encoding="utf-8")
_mounted = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
_running = AsyncExitStack()

nicegui_app.add_static_files("/assets", _STATIC)
ui.add_head_html(
    '<link rel="stylesheet" href="/_console/assets/console.css">'
    '<script src="/_console/assets/console.js" defer></script>'
    '<script src="/_console/assets/completion.js" defer></script>',
    shared=True,
)
ui.run_with(
    _mounted,
    mount_path="/_console",
    title=texts.TITLE,
    favicon=_ICON,
    dark=None,
    language="en-US",
    tailwind=False,
    reconnect_timeout=10,
    gzip_middleware_factory=None,
    show_welcome_message=False,
)


for _address, _page in PAGES.items():
    ui.page(_address)(_page)


async def started() -> ASGIApp:
    """The application, started on this loop; one loop of a process has it, until the process ends."""
    await _running.enter_async_context(_mounted.router.lifespan_context(_mounted))
    return _mounted
