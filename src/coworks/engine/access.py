"""The line of a call: who was asked, for what, how it ended, and how long it took.

Whoever answers calls makes the line; how it looks is up to the process that shows it.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

logger = logging.getLogger("coworks.access")


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was answered. `service` is "" where nobody in particular was asked; `method` and `path` are
    those of HTTP, or say in words what came; `status` is HTTP's number, or a word for what has none.
    """

    service: str
    method: str
    path: str
    status: int | str
    milliseconds: float

    @property
    def entry(self) -> str:
        """What was asked for: `POST /send`, or the operation alone."""
        return f"{self.method} {self.path}".strip()


def tell(service: str, method: str, path: str, status: int | str, started: float) -> None:
    """Write the line of a call that began at `started` (of `time.perf_counter`)."""
    if logger.isEnabledFor(logging.INFO):
        call = Call(service, method, path, status, round((time.perf_counter() - started) * 1000, 1))
        told = (call.service, call.entry, call.status, call.milliseconds)
        # Where in the program the line comes from, says nothing, and takes as long as all the rest of it.
        extra = {"call": call}
        logger.handle(
            logger.makeRecord(
                logger.name, logging.INFO, __file__, 0, "%s %s %s %.1f ms", told, None, extra=extra
            )
        )
