"""Serving a project over HTTP: in the foreground for `cws run`, in the background for a single command."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from coworks.engine.listening import is_loopback, listen, server_of, url_of
from coworks.local.console_door import MakeConsole, WithConsole, load_sockets_late
from coworks.local.gateway import Gateway
from coworks.local.reloading import reloading
from coworks.local.system import System

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp

    from coworks.local.system import Isolation
    from coworks.project import Project


def serve(
    project: Project,
    host: str,
    port: int,
    announce: Callable[[System], None],
    *,
    reload: bool = True,
    isolation: Isolation | None = None,
    make_console: MakeConsole | None = None,
) -> None:
    """Serve until Ctrl-C or SIGTERM; `announce` is called once the system is up. With `reload`, what changes
    in the project's folder takes effect. `isolation` makes what runs the services elsewhere than in here,
    `make_console` adds the console.

    Raises `AddressInUseError` and `ProjectInUseError`, both before anything has begun.
    """
    listener = listen(host, port)
    # The server gives the signal that ended it back to us once it is down; the system has still to close.
    signal.signal(signal.SIGTERM, _interrupt)
    with (
        suppress(KeyboardInterrupt),
        listener,
        System(project, url_of(host, listener), isolation=isolation) as system,
    ):
        announce(system)
        server = server_of(_front(system, make_console, only_local=is_loopback(host)))
        load_sockets_late(server)
        with reloading(system) if reload else nullcontext():
            server.run(sockets=[listener])


def _front(system: System, make_console: MakeConsole | None, *, only_local: bool) -> ASGIApp:
    gateway = Gateway(system, only_local=only_local)
    return WithConsole(gateway, make_console(system, only_local=only_local)) if make_console else gateway


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


@contextmanager
def serving(
    project: Project,
    *,
    triggers: bool = False,
    isolation: Isolation | None = None,
    make_console: MakeConsole | None = None,
) -> Iterator[System]:
    """The system with its HTTP front on a free port, as long as the context lasts."""
    listener = listen("127.0.0.1", 0)
    url = url_of("127.0.0.1", listener)
    with (
        listener,
        System(project, url, triggers=triggers, failure_lines=False, isolation=isolation) as system,
    ):
        server = server_of(_front(system, make_console, only_local=True))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="http")
        thread.start()
        try:
            yield system
        finally:
            server.should_exit = True
            thread.join()
