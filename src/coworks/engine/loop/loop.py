"""The loop: turns, one after the other, in one thread.

A turn takes all that came in and all that is due, moves those runs on, commits their changes in one
transaction, and then, never before, answers the callers and hands out the calls. Under load a turn serves
many executions, and they share one wait for the disk.
"""

from __future__ import annotations

import logging
import queue
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from coworks.asl.failures import RUNTIME
from coworks.engine.buckets import NO_BUCKETS
from coworks.engine.datasets import Datasets
from coworks.engine.errors import StoreError
from coworks.engine.event_log import EventLog
from coworks.engine.loop.children import Children
from coworks.engine.loop.families import Families
from coworks.engine.loop.garbage import garbage_kept
from coworks.engine.loop.listing import Listing
from coworks.engine.loop.live import ROOM, LiveRuns
from coworks.engine.loop.performing import Performing
from coworks.engine.loop.requests import Requests
from coworks.engine.loop.starts import Starts
from coworks.engine.mocks import Answers, Mocks
from coworks.engine.resources import Resource
from coworks.engine.versions import Versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coworks.engine.buckets import Buckets
    from coworks.engine.clock import Clock
    from coworks.engine.names import Arns
    from coworks.engine.quotas import Quotas
    from coworks.engine.records import Change, Execution
    from coworks.engine.runs.run import Run
    from coworks.engine.stores.store import Store
    from coworks.engine.tasks import Invoke
    from coworks.engine.workers import Workers

logger = logging.getLogger("coworks.engine")

Request = Callable[[float], None]
"""Something to be done in a turn, told the time."""

TURN_STATES: Final = 1000
LONGEST_REST: Final = 1.0
"""Seconds after which the loop looks at the clock again: a laptop that slept has a clock that jumped."""


class Loop:
    """See the module. Not for use by several threads, apart from `post`."""

    def __init__(
        self,
        store: Store,
        invoke: Invoke,
        clock: Clock,
        workers: Workers,
        arns: Arns,
        quotas: Quotas,
        ended: Callable[[Execution], None] | None = None,
        mocks: Answers | None = None,
        buckets: Buckets = NO_BUCKETS,
    ) -> None:
        self._store = store
        self._clock = clock
        self._arns = arns
        self._ended = ended
        self._mocks = mocks or Mocks({})
        self._inbox: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._unwritten: list[Change] = []
        self._live = LiveRuns(store, arns, quotas)
        starts = Starts(self._live, store, quotas)
        self.requests = Requests(self._live, starts, store, arns, quotas)
        self._families = Families(self._live, starts, arns, Versions(store, clock), quotas)
        self._listing = Listing(self._live, store, arns)
        self._children = Children(self._live, store, self.post)
        self._event_log = EventLog(store, arns)
        datasets = Datasets(store, arns, buckets, quotas)
        self._performing = Performing(self._live, invoke, datasets, workers, self.post)
        store.release(clock.now())
        self.next_wake = store.next_wake()

    def post(self, request: Request) -> None:
        """Have a request handled in the next turn; from any thread."""
        self._inbox.put(request)

    def turn(self, patience: float = 0) -> bool:
        """One turn; waits up to `patience` seconds for something to do. True when something was done.

        Raises `StoreError` when the changes could not be written: nothing is lost, the next turn writes them.
        """
        requests = [] if self._unwritten else self._take(patience)
        with garbage_kept():
            return self._turn(requests)

    def _turn(self, requests: Sequence[Request]) -> bool:
        if not self._unwritten:
            now = self._clock.now()
            for request in requests:
                request(now)
            self._wake_due(now)
            self.requests.serve_workers(now)
            if not self._live.touched and not self.requests.waiting:
                return bool(requests)
            self._advance(now)
            self._unwritten = [self._change(run, now) for run in self._live.touched.values()]
        self._store.commit(self._unwritten)
        written, self._unwritten = self._unwritten, []
        self.requests.desk.tell(written)
        self._tell()
        return True

    def _take(self, patience: float) -> list[Request]:
        requests: list[Request] = []
        try:
            requests.append(self._inbox.get(block=patience > 0, timeout=patience or None))
            while len(requests) < ROOM:
                requests.append(self._inbox.get_nowait())
        except queue.Empty:
            pass
        return requests

    def _wake_due(self, now: float) -> None:
        if self.next_wake is not None and self.next_wake <= now:
            for run in self._live.many(self._store.due(now, ROOM), now):
                self._live.move(run, lambda run: run.wake(now), now)

    def _advance(self, now: float) -> None:
        """Move on what was touched, and with it what depends on that: children and their parents."""
        todo = deque(self._live.touched.values())
        while todo:
            run = todo.popleft()
            self._live.move(run, lambda run: run.advance(now, TURN_STATES), now)
            self._live.move(run, lambda run: self._perform_inside(run, now), now)
            todo += self._children.follow(run, now)
            todo += self._families.follow(run, now)

    def _perform_inside(self, run: Run, now: float) -> None:
        """Make the calls that end inside the engine; what follows them comes in the next turn."""
        if case := run.record.test_case:
            run.mock(partial(self._mocks.answer, run.record.machine, case), now)
        for branch, _, call in list(run.take_calls(inside=True)):
            if Resource(call.resource).starts_execution:
                self._families.start(run, branch, call, now)
            elif Resource(call.resource).lists_executions:
                run.report(branch, self._listing.answer(call.arguments), now)
            elif (name := self._arns.activity_of(call.resource)) is None or not self._store.activity(name):
                run.nested.refuse(branch, RUNTIME, f"The activity {call.resource} does not exist.", now)

    def _change(self, run: Run, now: float) -> Change:
        try:
            return run.take_change(now)
        except Exception as error:
            logger.exception("execution %s:%s cannot be written", run.record.machine, run.record.name)
            run.crash(error, now)
            self.post(partial(self._children.tell_parent, run))
            return run.take_change(now)

    def _tell(self) -> None:
        """After the commit: callers get their answers, calls are made, who only waits leaves the memory."""
        self.next_wake = self._store.next_wake()
        self._children.committed()
        written = self._live.take_touched()
        self._event_log.tell(written.values())
        self.requests.answer(written)
        for run in written.values():
            if self._ended and not run.running and run.record.map_run is None:
                self._ended(run.record)
            self._performing.hand_out(run)

    def serve(self, going: Callable[[], bool]) -> None:
        """Turn as long as `going()`, resting when there is nothing to do."""
        complained = False
        while going():
            try:
                self.turn(self._rest())
                complained = False
            except StoreError as error:
                if not complained:
                    logger.error("%s; trying again every second, nothing is lost", error.explain())
                complained = True
                time.sleep(1)

    def _rest(self) -> float:
        if self._unwritten or self.requests.desk.is_wanted:
            return 0
        if self.next_wake is None:
            return LONGEST_REST
        return min(max(self.next_wake - self._clock.now(), 0), LONGEST_REST)
