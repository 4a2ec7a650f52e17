"""The end of a call's log, as Lambda's Invoke gives it for `LogType=Tail`: at most 4 KB.

What is printed goes to the terminal alone: there is one for all calls that are under way.
Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST: Final = 4096


class LogTail(logging.Handler):
    """Keeps what the thread that made it logs."""

    def __init__(self, identity: str) -> None:
        super().__init__()
        self._identity = identity
        self._thread = threading.get_ident()
        self._started = time.perf_counter()
        self._lines = [f"START RequestId: {identity} Version: $LATEST"]

    def filter(self, record: logging.LogRecord) -> bool:
        return record.thread == self._thread

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(f"[{record.levelname}]\t{self._identity}\t{self.format(record)}")

    def text(self) -> bytes:
        """The last bytes, with the lines that Lambda adds."""
        milliseconds = (time.perf_counter() - self._started) * 1000
        ends = (
            f"END RequestId: {self._identity}",
            f"REPORT RequestId: {self._identity}\tDuration: {milliseconds:.2f} ms",
        )
        return "\n".join([*self._lines, *ends, ""]).encode()[-_LONGEST:]


@contextmanager
def log_tail(identity: str) -> Iterator[LogTail]:
    """Keep what this thread logs as long as the context lasts."""
    tail, root = LogTail(identity), logging.getLogger()
    root.addHandler(tail)
    try:
        yield tail
    finally:
        root.removeHandler(tail)
