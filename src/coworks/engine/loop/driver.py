"""Who turns the loop: a thread of its own, or, without one, whoever asks for something (tests, dry runs)."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Final

from coworks.engine.clock import ManualClock
from coworks.engine.errors import EngineError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.engine.clock import Clock
    from coworks.engine.loop.loop import Loop, Request
    from coworks.engine.records import Execution

ANSWER_WITHIN: Final = 30.0
_GLANCE: Final = 0.005
"""Seconds between two looks, in the caller's thread, at a clock that nobody advances."""


class Driver:
    """See the module."""

    def __init__(self, loop: Loop, clock: Clock) -> None:
        self._loop = loop
        self._clock = clock
        self._thread: threading.Thread | None = None
        self._going = False

    def start(self) -> None:
        """Turn in a thread until `stop()`."""
        self._going = True
        self._thread = threading.Thread(target=self._loop.serve, args=(lambda: self._going,), name="engine")
        self._thread.start()

    def stop(self) -> None:
        """Finish the turn under way and stop."""
        self._going = False
        self._loop.post(_nothing)
        if self._thread:
            self._thread.join()
            self._thread = None

    def work(self) -> None:
        """Do all that can be done now, in this thread. Only for a loop that no thread turns."""
        while self._loop.turn():
            pass

    @property
    def next_wake(self) -> float | None:
        """The moment of the next thing that is due; None when nothing is."""
        return self._loop.next_wake

    def run_through(self) -> None:
        """Do everything, with the clock advanced over every wait."""
        if not isinstance(self._clock, ManualClock):
            raise EngineError(
                "only an engine with a ManualClock can skip time", hint="Engine(clock=ManualClock())"
            )
        self.work()
        while (wake := self._loop.next_wake) is not None:
            self._clock.advance_to(wake)
            self.work()

    def post(self, request: Request) -> None:
        """Have a request handled, now when no thread does it."""
        self._loop.post(request)
        if self._thread is None:
            self.work()

    def ask(self, request_with: Callable[[Future[Execution]], Request]) -> Execution:
        """What a request is answered with, once that is on disk. Raises what it raises, and `StoreError`."""
        return self.answer_of(self.asked(request_with))

    def answer_of(self, answer: Future[Execution]) -> Execution:
        """Wait for an answer."""
        try:
            return answer.result(ANSWER_WITHIN)
        except TimeoutError:
            raise unwritten() from None

    def asked(self, request_with: Callable[[Future[Execution]], Request]) -> Future[Execution]:
        """The same without waiting; the future, which cannot be cancelled, has the answer or the failure."""
        answer: Future[Execution] = Future()
        answer.set_running_or_notify_cancel()
        self.post(partial(_answering, request_with(answer), answer))
        return answer

    def wait_for(self, over: Future[Execution], within: float | None) -> Execution:
        """What a future is told later, `within` seconds of the loop's work."""
        while self._thread is None and not over.done():
            self._pass_time()
        return over.result(None if within is None else within + ANSWER_WITHIN)

    def _pass_time(self) -> None:
        """In the caller's thread: do what can be done until the next thing is due."""
        wake = self._loop.next_wake
        if not isinstance(self._clock, ManualClock):
            time.sleep(_GLANCE)
        elif wake is not None:
            self._clock.advance_to(wake)
        self.work()


def unwritten() -> StoreError:
    """The answer did not come in time."""
    return StoreError(
        f"the engine did not write this down within {ANSWER_WITHIN:g} seconds",
        hint="see its log: is the disk full, or the database locked? Ask again with the same name",
    )


def _answering(request: Request, answer: Future[Execution], now: float) -> None:
    """Handle a request whose failure goes to the one who asked."""
    try:
        request(now)
    except Exception as error:  # noqa: BLE001 - it is the asker's, whatever it is
        answer.set_exception(error)


def _nothing(now: float) -> None:
    """A request that only wakes the loop."""
