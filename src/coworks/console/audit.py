"""The audit log: every change and every operation, who did it and when, one object of JSON a line."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "console.log"


class AuditLog:
    """Appends to `console.log` in the state folder. What somebody wrote or sent is not in it, only where."""

    def __init__(self, state_folder: Path) -> None:
        self._file = state_folder / FILE
        self._lock = threading.Lock()

    def write(self, who: str, did: str, what: str) -> None:
        """A line such as `{"time": "...", "who": "local", "did": "save", "what": "server_watch"}`."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = json.dumps({"time": time, "who": who, "did": did, "what": what}, ensure_ascii=False)
        with self._lock, self._file.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
