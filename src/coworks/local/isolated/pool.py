"""The processes of one service: as many as calls at once, up to a bound."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

from coworks.local.function_errors import FunctionError

if TYPE_CHECKING:
    from collections.abc import Callable


class Worker(Protocol):
    """A process, as far as a pool knows one."""

    @property
    def is_alive(self) -> bool: ...

    def invoke(self, event: bytes) -> Any: ...

    def end(self) -> None: ...


class Pool:
    """Takes a process for each call: an idle one, a new one, or beyond `at_most` whichever is free next."""

    def __init__(self, make: Callable[[], Worker], at_most: int) -> None:
        self._make = make
        self._at_most = at_most
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._starting = 0
        self._retired = False
        self._change = threading.Condition()

    def call(self, event: bytes) -> Any:
        """What the service answers. Raises `FunctionError`."""
        worker = self._take()
        try:
            return worker.invoke(event)
        finally:
            self._give_back(worker)

    def retire(self) -> None:
        """No more calls: what is idle ends now, what is under way when it is done."""
        with self._change:
            self._retired = True
            for worker in self._idle:
                worker.end()
            self._idle.clear()

    @property
    def is_busy(self) -> bool:
        """Whether calls are under way."""
        return bool(self._busy or self._starting)

    def stop(self) -> None:
        """End all at once."""
        self.retire()
        with self._change:
            for worker in self._busy:
                worker.end()

    def _take(self) -> Worker:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._idle or self._has_room)
                while self._idle:
                    worker = self._idle.pop()
                    if worker.is_alive:
                        self._busy.add(worker)
                        return worker
                self._starting += 1
            if new := self._new():
                return new

    @property
    def _has_room(self) -> bool:
        return len(self._busy) + self._starting < self._at_most

    def _new(self) -> Worker | None:
        """A new process; None when it does not start while others run: these do the work then."""
        new = None
        try:
            new = self._make()
        except FunctionError:
            if not self._others_run():
                raise
        finally:
            with self._change:
                self._starting -= 1
                if new:
                    self._busy.add(new)
                self._change.notify_all()
        return new

    def _others_run(self) -> bool:
        with self._change:
            running = len(self._busy) + len(self._idle)
            self._at_most = running or self._at_most
            return running > 0

    def _give_back(self, worker: Worker) -> None:
        with self._change:
            self._busy.discard(worker)
            if self._retired or not worker.is_alive:
                worker.end()
            else:
                self._idle.append(worker)
            self._change.notify_all()
