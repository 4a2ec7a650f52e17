"""Receives from the queues and has the work done, as Lambda's event source mapping does.

A batch that is under way keeps its messages hidden. What is done is deleted; what failed comes back after 1,
2, 4, ... seconds (AWS lets it wait for the whole visibility timeout), until it has been received too often.
The project's process is the only receiver here, so what a former one left unfinished comes back at once.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Final

from coworks.engine import ThreadWorkers
from coworks.errors import CoWorksError
from coworks.local.grace import Grace
from coworks.local.queues.errors import UnknownQueueError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from coworks.engine.workers import Workers
    from coworks.local.queues.consumers import Consumer
    from coworks.local.queues.queues import Queues
    from coworks.local.queues.records import Message

logger = logging.getLogger("coworks.local")

BATCH: Final = 10
AT_ONCE: Final = 5
"""Batches under way of one queue: so many does Lambda begin with."""

LONGEST_PAUSE: Final = 60


class EventSourceMapping:
    """A thread that receives for all consumers, and workers that run them, from `start` to `stop`."""

    def __init__(
        self,
        queues: Queues,
        consumers: Mapping[str, Consumer],
        *,
        clock: Callable[[], float] = time.time,
        workers: Workers | None = None,
        pause: Callable[[Message], int] = lambda message: pause_after(message.receives),
        grace: Grace | None = None,
    ) -> None:
        self._grace = grace or Grace()
        self._queues = queues
        self._consumers = consumers
        self._clock = clock
        self._workers = workers or ThreadWorkers(64)
        self._pause = pause
        self._due = dict.fromkeys(consumers, -inf)
        self._heard = dict.fromkeys(consumers, 0)
        self._busy = dict.fromkeys(consumers, 0)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="event source mapping", daemon=True)

    def start(self) -> None:
        for name in self._consumers:
            self._queues.release(name)
        self._thread.start()

    def stop(self) -> None:
        """End. What is under way may finish for a moment; what does not comes back at the next start."""
        self._stopping.set()
        self._queues.bells.ring()
        self._thread.join()
        heard = self._queues.bells.heard()
        while any(self._busy.values()) and (left := self._grace.left()) > 0:
            self._queues.bells.wait(None, heard, left)
            heard = self._queues.bells.heard()

    def use(self, consumers: Mapping[str, Consumer]) -> None:
        """Have these from now on; batches under way end as they began."""
        for name in consumers:
            self._due.setdefault(name, -inf)
            self._heard.setdefault(name, 0)
            self._busy.setdefault(name, 0)
        self._consumers = consumers
        self._queues.bells.ring()

    def receive_due(self) -> float:
        """Begin the work on what can be received; the moment of the next, `inf` when there is none."""
        names = tuple(self._consumers)
        for name in names:
            heard = self._queues.bells.heard(name)
            if heard != self._heard[name]:
                self._heard[name], self._due[name] = heard, -inf
            while self._due[name] <= self._clock() and self._busy[name] < AT_ONCE:
                self._begin(name)
        return min((self._due[name] for name in names if self._busy[name] < AT_ONCE), default=inf)

    def _begin(self, name: str) -> None:
        try:
            received = self._queues.receive(name, limit=BATCH, wait=0)
        except UnknownQueueError:  # somebody deleted it; one of this name that is made rings its bell
            self._due[name] = inf
            return
        if not received:
            moment = self._queues.next_visible(name)
            self._due[name] = inf if moment is None else moment
            return
        with self._lock:
            self._busy[name] += 1
        self._workers.submit(partial(self._work, name, received))

    def _keep(self) -> None:
        while not self._stopping.is_set():
            heard = self._queues.bells.heard()
            try:
                rest = self.receive_due() - self._clock()
            except CoWorksError as error:
                logger.error("%s", error.explain())
                rest = 1.0
            self._queues.bells.wait(None, heard, None if rest == inf else max(0.0, rest))

    def _work(self, name: str, received: Sequence[Message]) -> None:
        try:
            self._settle(name, received, self._failed(name, received))
        except CoWorksError as error:
            logger.warning("what was received from %s comes again: %s", name, error.explain())
        finally:
            with self._lock:
                self._busy[name] -= 1
            self._queues.bells.ring(name)

    def _failed(self, name: str, received: Sequence[Message]) -> set[str]:
        try:
            return self._consumers[name](received)
        except Exception as error:  # noqa: BLE001 - a service may raise whatever it wants
            logger.error("%d messages of %s failed: %s: %s", len(received), name, type(error).__name__, error)
            return {message.id for message in received}

    def _settle(self, name: str, received: Sequence[Message], failed: set[str]) -> None:
        done = [message.receipt for message in received if message.id not in failed]
        if done:
            self._queues.delete(name, *done)
        for message in received:
            if message.id in failed:
                self._queues.change_visibility(name, message.receipt, self._pause(message))


def pause_after(receives: int) -> int:
    """Seconds until a message that failed comes back."""
    return min(LONGEST_PAUSE, 1 << min(receives - 1, 10))
