"""The SMTP server of the mail box. Nothing leaves the machine: it listens at a free port of 127.0.0.1.

It runs in a thread with an event loop of its own, and loads what speaks SMTP with the first connection.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from aiosmtpd.smtp import SMTP

    from coworks.local.mail.box import MailBox

HOST: Final = "127.0.0.1"


class MailServer:
    """Puts what it receives into a mail box.

    `certificates` is the folder where the certificate for STARTTLS is kept; without one, or where the library
    for it is not installed, STARTTLS is not offered.
    """

    def __init__(self, box: MailBox, port: int = 0, *, certificates: Path | None = None) -> None:
        self._box = box
        self._certificates = certificates
        self._socket = socket.create_server((HOST, port))
        self._loop = asyncio.new_event_loop()
        self._listening = threading.Event()
        self._connections: WeakSet[SMTP] = WeakSet()
        self._thread = threading.Thread(target=self._serve, name="smtp", daemon=True)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def start(self) -> None:
        """Returns once mails are taken: a `stop` before that would break the loop off while it starts."""
        self._thread.start()
        self._listening.wait()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            server = self._loop.run_until_complete(
                self._loop.create_server(self._connection, sock=self._socket)
            )
        finally:
            self._listening.set()
        try:
            self._loop.run_forever()
        finally:
            server.close()
            self._loop.run_until_complete(self._hang_up())
            self._loop.close()

    async def _hang_up(self) -> None:
        """End the connections that are open."""
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        for connection in self._connections:
            if isinstance(connection.transport, asyncio.WriteTransport):
                connection.transport.abort()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # for what the transports have still to do

    def _connection(self) -> asyncio.Protocol:
        connection: SMTP = import_module("coworks.local.mail.smtp").connection(self._box, self._context)
        self._connections.add(connection)
        return connection

    @cached_property
    def _context(self) -> ssl.SSLContext | None:
        if self._certificates is None:
            return None
        try:
            certificate = import_module("coworks.local.mail.certificate")
        except ModuleNotFoundError:
            return None
        context: ssl.SSLContext = certificate.server_context(self._certificates)
        return context
