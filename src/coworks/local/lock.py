"""One process at a time on the local state of a project, and how to reach the one that holds it.

The lock is the operating system's, so it ends with the process, `kill -9` included. Beside it stands the
address of the running server, for the commands that want to talk to it.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from pathlib import Path


class ProjectInUseError(CoWorksError):
    """Another process runs this project."""


class ProjectLock:
    """Held from `acquire` to `release`."""

    def __init__(self, state_folder: Path) -> None:
        self._lock = FileLock(state_folder / "lock")
        self._address_file = state_folder / "server.json"

    def acquire(self) -> None:
        """Take the lock. Raises `ProjectInUseError` when another process has it."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise ProjectInUseError(
                f"this project is already running{self._where()}",
                hint="use that one, or stop it first; for a second one copy the folder",
            ) from None

    def release(self) -> None:
        self._address_file.unlink(missing_ok=True)
        self._lock.release()

    def publish(self, url: str) -> None:
        """Tell other processes where the server is."""
        written = self._address_file.with_suffix(".new")
        written.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
        written.replace(self._address_file)

    def server_url(self) -> str | None:
        """The address of the running server; None when none runs."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return self._published()
        self._lock.release()
        return None

    def _where(self) -> str:
        url = self._published()
        return f" at {url}" if url else ""

    def _published(self) -> str | None:
        try:
            url = json.loads(self._address_file.read_text(encoding="utf-8"))["url"]
        except (OSError, ValueError, KeyError):
            return None
        return str(url)
