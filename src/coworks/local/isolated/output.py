"""What a process of a service writes, onto the terminal: its standard output by lines, its log by records.

The log comes as AWS's runtime client frames it for Lambda: a kind of 4 bytes, the length of the record, 8
bytes of time, and the record.
"""

from __future__ import annotations

import json
import logging
import os
from abc import ABC, abstractmethod
from typing import Final

logger = logging.getLogger("coworks.output")

_HEAD: Final = 16
_LEVELS: Final = {0x0B: logging.DEBUG, 0x13: logging.WARNING, 0x17: logging.ERROR, 0x1B: logging.CRITICAL}
"""By the last byte of a kind, for records in text; for those in JSON it is one less."""


class Stream(ABC):
    """One end of a pipe, whose other end a service has."""

    def __init__(self, service: str, end: int) -> None:
        self.end = end
        self.service = service
        self._rest = b""

    def read(self) -> bool:
        """Tell what there is to read; False when there is no more to come."""
        came = os.read(self.end, 65536)
        self._rest = self.tell(self._rest + (came or self.last))
        return bool(came)

    last = b""

    @abstractmethod
    def tell(self, content: bytes) -> bytes:
        """Tell what is whole; the rest."""

    def read_out(self) -> None:
        """Tell what is left, though others may hold the other end open, and close this one."""
        os.set_blocking(self.end, False)
        try:
            while self.read():
                """There may be more."""
        except BlockingIOError:
            """That was all."""
        os.close(self.end)


class Lines(Stream):
    """Text; a last line without an end is one too."""

    last = b"\n"

    def tell(self, content: bytes) -> bytes:
        *whole, rest = content.split(b"\n")
        for line in whole:
            if line or len(whole) > 1:
                logger.info("%s: %s", self.service, line.decode(errors="replace"))
        return rest


class Records(Stream):
    """The records of a log."""

    def tell(self, content: bytes) -> bytes:
        while len(content) >= _HEAD:
            ends = _HEAD + int.from_bytes(content[4:8], "big")
            if len(content) < ends:
                break
            self._write(content[3] | 1, content[_HEAD:ends].decode(errors="replace"))
            content = content[ends:]
        return content

    def _write(self, kind: int, text: str) -> None:
        level, said = _LEVELS.get(kind, logging.INFO), text.replace("\xa0", " ").rstrip("\n")
        try:
            told = json.loads(said)
            level = logging.getLevelNamesMapping()[told["level"]]
            said = "\n".join(str(told[part]) for part in ("message", "exception") if part in told)
        except (ValueError, KeyError, TypeError):
            """It is no record of ours: it is told as it came."""
        logger.log(level, "%s: %s", self.service, said)
