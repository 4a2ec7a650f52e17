"""The loop: the one place that moves executions on and writes.

A turn takes all that came in and all that is due, moves those runs on, commits their changes in one
transaction, and then, never before, answers the callers and hands out the calls. Under load a turn serves
many executions, and they share one wait for the disk.
"""

from __future__ import annotations

import json
import logging
import queue
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from coworks.asl import Machine, parse_machine
from coworks.asl.failures import RUNTIME
from coworks.engine.activities import ActivityDesk, Poll
from coworks.engine.buckets import NO_BUCKETS
from coworks.engine.children import Children
from coworks.engine.datasets import Datasets
from coworks.engine.errors import (
    ExecutionAlreadyExistsError,
    ExecutionNotRedrivableError,
    StateMachineDoesNotExistError,
    StoreError,
    TaskDoesNotExistError,
    TaskTimedOutError,
)
from coworks.engine.families import Families
from coworks.engine.listing import Listing
from coworks.engine.mocks import Answers, Mocks
from coworks.engine.records import Execution, Status
from coworks.engine.redrive import obstacle, redriven, was_redriven_by
from coworks.engine.resources import Resource
from coworks.engine.run import Run
from coworks.engine.task_tokens import place_of
from coworks.engine.tasks import TaskError, made
from coworks.engine.versions import Versions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from coworks.engine.buckets import Buckets
    from coworks.engine.clock import Clock
    from coworks.engine.names import Arns
    from coworks.engine.quotas import Quotas
    from coworks.engine.records import Change, MapRun, Position, Through
    from coworks.engine.store import Store
    from coworks.engine.tasks import ActivityTask, Invoke, Report
    from coworks.engine.workers import Workers

logger = logging.getLogger("coworks.engine")

Request = Callable[[float], None]
"""Something to be done in a turn, told the time."""

CallId = tuple[int, int, int]
"""The execution, its branch, and what tells this call of the branch from its others."""

TURN_REQUESTS: Final = 1000
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
        self._mocks = mocks or Mocks({})
        self._ended = ended
        self._quotas = quotas
        self._store = store
        self._invoke = invoke
        self._clock = clock
        self._workers = workers
        self._arns = arns
        self._inbox: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._active: dict[int, Run] = {}
        self._touched: dict[int, Run] = {}
        self._answers: list[tuple[Future[Execution], Execution]] = []
        self._unwritten: list[Change] = []
        self._desk = ActivityDesk()
        self._awaited: dict[int, Future[Execution]] = {}
        self._families = Families(self, store, arns, Versions(store, clock), quotas)
        self._listing = Listing(self, store, arns)
        self._machine = lru_cache(maxsize=256)(self._parse_machine)
        self._children = Children(self, store)
        self._datasets = Datasets(store, arns, buckets, quotas)
        self._last_id = store.last_execution_id()
        store.release(clock.now())
        self.next_wake = store.next_wake()

    def post(self, request: Request) -> None:
        """Have a request handled in the next turn; from any thread."""
        self._inbox.put(request)

    def start(
        self,
        machine: str,
        name: str | None,
        text: str,
        through: Through | None,
        answer: Future[Execution],
        now: float,
    ) -> None:
        """Start an execution, and answer with it."""
        self._answers.append((answer, self.start_named(machine, name, text, through, now)))

    def start_named(
        self, machine: str, name: str | None, text: str, through: Through | None, now: float
    ) -> Execution:
        """A new execution; the same name with the same input is the same execution while it runs."""
        current = self._store.current_machine(machine)
        if current is None:
            raise StateMachineDoesNotExistError(f"State Machine Does Not Exist: '{machine}'")
        if name and (existing := self._find(machine, name)):
            if existing.status is not Status.RUNNING or existing.input != text:
                raise ExecutionAlreadyExistsError(f"Execution Already Exists: '{machine}:{name}'")
            return existing
        named = name or str(uuid.uuid4())
        record = Execution(0, current.id, machine, named, Status.RUNNING, text, now)
        if through:
            record = replace(
                record,
                machine_id=through.revision,
                version=through.version,
                alias=through.alias,
                test_case=through.test_case,
            )
        run = self.begin(record, self.machine(record.machine_id))
        return run.record

    def start_express(
        self,
        record: Execution,
        over: Future[Execution] | None,
        answer: Future[Execution],
        now: float,
    ) -> None:
        """Start an execution that leaves no record; `over` is told how it ended, unless we end before it."""
        run = self.begin(replace(record, started=now), self.machine(record.machine_id))
        self._answers.append((answer, run.record))
        if over:
            self._awaited[run.record.id] = over

    def stop(
        self, execution_id: int, error: str | None, cause: str | None, answer: Future[Execution], now: float
    ) -> None:
        """Abort an execution; one that is over stays as it is."""
        run = self.live(execution_id)
        if run.running:
            run.abort(error, cause, now)
            self._touched[execution_id] = run
        self._answers.append((answer, run.record))

    def redrive(self, execution_id: int, token: str | None, answer: Future[Execution], now: float) -> None:
        """Have an execution that was not successful go on; the same client token again changes nothing."""
        run = self.live(execution_id)
        if not was_redriven_by(run.record, token, now):
            run = self._redriven(run.record, token, now)
        self._answers.append((answer, run.record))

    def _redriven(self, over: Execution, token: str | None, now: float) -> Run:
        if over.id in self._touched:
            raise ExecutionNotRedrivableError("Execution is RUNNING and cannot be redriven")
        _, positions = self._store.load(over.id)
        if reason := obstacle(over, positions, self._store.map_runs(over.id), self._quotas, now):
            raise ExecutionNotRedrivableError(reason)
        machine = self.machine(over.machine_id)
        run = Run(redriven(over, token, now), machine, self._arns, positions, quotas=self._quotas)
        self.guarded(run, lambda run: run.redrive(now), now)
        return run

    def update_map_run(self, map_run: MapRun, answer: Future[Execution], now: float) -> None:
        """Change the settings of a map run; one that is over stays as it is."""
        run = self.live(map_run.execution)
        if run.running:
            self.guarded(run, lambda run: run.update_map_run(map_run, now), now)
        self._answers.append((answer, run.record))

    def report(self, token: str, report: Report, answer: Future[Execution], now: float) -> None:
        """Whoever has a task's token tells how it goes; a token whose task is over is refused."""
        execution_id, branch = place_of(token)
        if execution_id > self._last_id:
            raise TaskDoesNotExistError("Task Does Not Exist: 'Provided task does not exist'")
        run = self._known(execution_id)
        if run is None or not run.holds(branch, token):
            raise TaskTimedOutError("Task Timed Out: 'Provided task does not exist anymore'")
        self.guarded(run, lambda run: run.report(branch, report, now), now)
        self._answers.append((answer, run.record))

    def turn(self, patience: float = 0) -> bool:
        """One turn; waits up to `patience` seconds for something to do. True when something was done.

        Raises `StoreError` when the changes could not be written: nothing is lost, the next turn writes them.
        """
        if not self._unwritten:
            requests = self._take(patience)
            now = self._clock.now()
            for request in requests:
                request(now)
            self._wake_due(now)
            self._serve_workers(now)
            if not self._touched and not self._answers:
                return bool(requests)
            self._advance(now)
            self._unwritten = [self._change(run, now) for run in self._touched.values()]
        self._store.commit(self._unwritten)
        written, self._unwritten = self._unwritten, []
        self._desk.tell(written)
        self._tell()
        return True

    def _take(self, patience: float) -> list[Request]:
        requests: list[Request] = []
        try:
            requests.append(self._inbox.get(block=patience > 0, timeout=patience or None))
            while len(requests) < TURN_REQUESTS:
                requests.append(self._inbox.get_nowait())
        except queue.Empty:
            pass
        return requests

    def _wake_due(self, now: float) -> None:
        if self.next_wake is None or self.next_wake > now:
            return
        due = self._store.due(now, TURN_REQUESTS)
        loaded = self._store.load_many([one for one in due if self._in_memory(one) is None])
        for execution_id in due:
            try:
                run = self._in_memory(execution_id) or self._restored(*loaded[execution_id])
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the others go on
                self._give_up(execution_id, error, now)
            else:
                self.guarded(run, lambda run: run.wake(now), now)

    def poll(self, activity: str, worker: str | None, answer: Future[ActivityTask], now: float) -> None:
        """A worker asks for a task of an activity; it is given one when there is one, unless it cancels."""
        self._desk.ask(self._arns.activity(activity), Poll(worker, answer))

    def _serve_workers(self, now: float) -> None:
        for activity, workers in self._desk.take_wanted():
            for execution_id, branch in self._store.queued(activity, workers):
                run = self.live(execution_id)
                if not run.is_queued(branch):
                    self._desk.want(activity)  # it was given up in this turn; others may stand behind it
                elif poll := self._desk.next(activity):
                    self._desk.give(poll, run.take_task(branch, poll.worker, now))
                    self._touched[execution_id] = run

    def _give_up(self, execution_id: int, error: Exception, now: float) -> None:
        """End an execution whose machine or place in it we cannot read."""
        record, _ = self._store.load(execution_id)
        logger.exception("execution %s:%s cannot be read", record.machine, record.name)
        run = Run(record, Machine("", {}), self._arns, last_event=len(self._store.events(execution_id)))
        run.crash(error, now)
        self._touched[execution_id] = run

    def touch(self, execution_id: int, now: float) -> None:
        """Look in this turn at an execution that is in memory."""
        if run := self._in_memory(execution_id):
            self._touched[execution_id] = run

    def room(self) -> int:
        """How many more executions this turn takes."""
        return TURN_REQUESTS - len(self._touched)

    def begin(self, record: Execution, machine: Machine) -> Run:
        """Begin an execution, whose id is given here."""
        self._last_id += 1
        run = Run(replace(record, id=self._last_id), machine, self._arns, quotas=self._quotas)
        run.begin()
        self._touched[run.record.id] = run
        return run

    def touched(self, machine: str) -> list[Execution]:
        """The executions of a machine that this turn has moved."""
        records = (run.record for run in self._touched.values())
        return [one for one in records if one.machine == machine and one.map_run is None and not one.express]

    def in_memory(self, map_run: str) -> list[int]:
        """The child executions of a map run that are in memory."""
        live = {**self._active, **self._touched}
        return [one for one, run in live.items() if run.record.map_run == map_run]

    def _advance(self, now: float) -> None:
        """Move on what was touched, and with it what depends on that: children and their parents."""
        todo = deque(self._touched.values())
        while todo:
            run = todo.popleft()
            self.guarded(run, lambda run: run.advance(now, TURN_STATES), now)
            self.guarded(run, lambda run: self._perform_inside(run, now), now)
            todo += self._children.follow(run, now)
            todo += self._families.follow(run, now)

    def _perform_inside(self, run: Run, now: float) -> None:
        """Make the calls that end inside the engine; what follows them comes in the next turn."""
        if case := run.record.test_case:
            machine = run.record.machine
            run.mock(partial(self._mocks.answer, machine, case), now)
        for branch, _, call in list(run.take_calls(inside=True)):
            if Resource(call.resource).starts_execution:
                self._families.start(run, branch, call, now)
            elif Resource(call.resource).lists_executions:
                run.report(branch, self._listing.answer(call.arguments), now)
            elif (name := self._arns.activity_of(call.resource)) is None or not self._store.activity(name):
                run.refuse(branch, RUNTIME, f"The activity {call.resource} does not exist.", now)

    def guarded(self, run: Run, move: Callable[[Run], object], now: float) -> None:
        """Move a run; a mistake of ours ends this execution, not the engine."""
        self._touched[run.record.id] = run
        try:
            move(run)
        except Exception as error:
            logger.exception("execution %s:%s failed inside the engine", run.record.machine, run.record.name)
            run.crash(error, now)

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
        touched, self._touched = self._touched, {}
        answers, self._answers = self._answers, []
        for run in touched.values():
            if run.busy:
                self._active[run.record.id] = run
            else:
                self._active.pop(run.record.id, None)
        for future, record in answers:
            future.set_result(touched[record.id].record if record.id in touched else record)
        for run in touched.values():
            if not run.running and (over := self._awaited.pop(run.record.id, None)):
                over.set_result(run.record)
            if self._ended and not run.running and run.record.map_run is None:
                self._ended(run.record)
            for branch, number, call in run.take_calls():
                work = partial(made, self._invoke, call)
                self._workers.submit(partial(self._perform, (run.record.id, branch, number), work))
            for branch, number, job in run.take_jobs():
                work = partial(self._datasets.perform, job)
                self._workers.submit(partial(self._perform, (run.record.id, branch, number), work))

    def _perform(self, called: CallId, work: Callable[[], Any]) -> None:
        """In a worker: do what a run wants done and post how it went."""
        try:
            result = work()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a task raises is its failure
            broken = TaskError.of(error)
            self.post(partial(self._settle, called, broken, None))
        else:
            self.post(partial(self._settle, called, None, result))

    def _settle(self, called: CallId, broken: TaskError | None, result: Any, now: float) -> None:
        """Tell the run how a call went, unless it no longer waits for it."""
        execution_id, branch, number = called
        run = self._in_memory(execution_id)
        if run is None or not run.awaits(branch, number):
            logger.debug("an answer came too late for execution %d", execution_id)
        elif broken:
            self.guarded(run, lambda run: run.break_off(branch, number, broken, now), now)
        else:
            self.guarded(run, lambda run: run.answer(branch, number, result, now), now)

    def _find(self, machine: str, name: str) -> Execution | None:
        for run in self._touched.values():
            if (run.record.machine, run.record.name) == (machine, name):
                return run.record
        return self._store.execution(machine, name)

    def live(self, execution_id: int) -> Run:
        """The run of an execution, read again when it is not in memory."""
        return self._in_memory(execution_id) or self._restored(*self._store.load(execution_id))

    def _in_memory(self, execution_id: int) -> Run | None:
        return self._touched.get(execution_id) or self._active.get(execution_id)

    def _restored(self, record: Execution, positions: Sequence[Position]) -> Run:
        machine = self._children.machine(record) if record.map_run else self.machine(record.machine_id)
        progress_of = self._children.progress_of
        return Run(record, machine, self._arns, positions, progress_of=progress_of, quotas=self._quotas)

    def machine(self, machine_id: int) -> Machine:
        return self._machine(machine_id)

    def _known(self, execution_id: int) -> Run | None:
        """The run of an execution that may have left no record."""
        try:
            return self.live(execution_id)
        except LookupError:
            return None

    def _parse_machine(self, machine_id: int) -> Machine:
        return parse_machine(json.loads(self._store.machine(machine_id).definition))

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
        if self._unwritten or self._desk.is_wanted:
            return 0
        if self.next_wake is None:
            return LONGEST_REST
        return min(max(self.next_wake - self._clock.now(), 0), LONGEST_REST)
