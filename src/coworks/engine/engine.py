"""The engine's front: Step Functions' operations for callers in this process.

Writes are requests to the loop, which runs in a thread of its own after `start()`, or, without one, in the
caller's thread whenever the caller asks (tests, dry runs). Reads go to the store, and so see only what is
on disk.
"""

from __future__ import annotations

import time
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from coworks.asl import read_machine
from coworks.engine.activities import Activities
from coworks.engine.buckets import NO_BUCKETS
from coworks.engine.clock import SystemClock
from coworks.engine.errors import ExecutionDoesNotExistError, StateMachineDoesNotExistError
from coworks.engine.express import express_record
from coworks.engine.json_text import json_text
from coworks.engine.loop.driver import Driver
from coworks.engine.loop.loop import Loop
from coworks.engine.machines import StateMachines
from coworks.engine.map_run_records import MapRunRecords
from coworks.engine.mocks import Answers, Mocks
from coworks.engine.names import Arns, check_name
from coworks.engine.payloads import check_input, check_start_point, read_output
from coworks.engine.quotas import Quotas
from coworks.engine.records import Execution, Status, Which
from coworks.engine.runs.redrive import obstacle
from coworks.engine.tasks import Beat, Broken, Done, TaskError, made
from coworks.engine.versions import Versions
from coworks.engine.workers import ThreadWorkers
from coworks.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coworks.asl import Call
    from coworks.engine.buckets import Buckets
    from coworks.engine.clock import Clock
    from coworks.engine.machines import Revision
    from coworks.engine.records import MapRun, StartPoint, Through
    from coworks.engine.stores.store import Store
    from coworks.engine.tasks import ActivityTask, Invoke, Report
    from coworks.engine.workers import Workers


class Engine:
    """Runs state machines durably in `store`, calling their resources through `invoke`.

    With `start()` it works in the background until `stop()`; without, `work()` does what can be done now.
    `ended` is told of every execution that is over, once that is on disk, in the engine's own thread.
    """

    def __init__(
        self,
        store: Store,
        invoke: Invoke,
        *,
        clock: Clock | None = None,
        workers: Workers | None = None,
        arns: Arns | None = None,
        ended: Callable[[Execution], None] | None = None,
        buckets: Buckets = NO_BUCKETS,
        quotas: Quotas | None = None,
        mocks: Answers | None = None,
    ) -> None:
        self.mocks: Answers = mocks or Mocks({})
        self.clock = clock or SystemClock()
        self.arns = arns or Arns()
        self.quotas = quotas or Quotas()
        self.machines = StateMachines(store, self.clock, self.quotas)
        self.versions = Versions(store, self.clock)
        self.activities = Activities(store, self.clock)
        self.map_runs = MapRunRecords(store, self.clock, self.quotas)
        self._store = store
        self._invoke = invoke
        self._workers = workers or ThreadWorkers()
        loop = Loop(
            store, invoke, self.clock, self._workers, self.arns, self.quotas, ended, self.mocks, buckets
        )
        self._requests = loop.requests
        self._driver = Driver(loop, self.clock)

    def start(self) -> None:
        """Work in a thread until `stop()`. What a former process left is taken up at once."""
        self._driver.start()

    def stop(self) -> None:
        """Finish the turn under way and stop. Tasks in flight are called again at the next start."""
        self._driver.stop()

    def work(self) -> None:
        """Do all that can be done now, in this thread. Only for an engine that was not started."""
        self._driver.work()

    @property
    def next_wake(self) -> float | None:
        """The moment of the next thing that is due, in seconds since the epoch; None when nothing is."""
        return self._driver.next_wake

    def run_through(self) -> None:
        """Do everything, with the clock advanced over every wait: a month of waiting takes no time."""
        self._driver.run_through()

    def put_state_machine(self, name: str, definition: Mapping[str, Any]) -> None:
        """Make this the definition that new executions of `name` run; those under way keep theirs.

        Raises `InvalidDefinitionError` with every mistake of the definition.
        """
        check_name(name, "a state machine", self.quotas.name)
        text = json_text(definition)
        read_machine(text)
        self._store.put_machine(name, text, self.clock.now())

    def start_execution(
        self,
        machine: str,
        data: str = "{}",
        *,
        name: str | None = None,
        through: Through | None = None,
        at: StartPoint | None = None,
    ) -> Execution:
        """Start an execution with `data` (JSON text) as its input; it is on disk when this returns.

        It runs the current definition, or the version that it is started `through`, from its first state or
        from the one that it begins `at`. The same `name` and input again, while it runs, is the same
        execution: nothing is started twice.
        """
        begun = self.begin_execution(machine, data, name=name, through=through, at=at)
        try:
            return self._driver.answer_of(begun)
        except StateMachineDoesNotExistError:
            raise StateMachineDoesNotExistError(
                f'no workflow is named "{machine}"', hint=did_you_mean(machine, self._store.machine_names())
            ) from None

    def begin_execution(
        self,
        machine: str,
        data: str = "{}",
        *,
        name: str | None = None,
        through: Through | None = None,
        at: StartPoint | None = None,
    ) -> Future[Execution]:
        """The same for callers that wait in no thread: the future has the execution once it is on disk."""
        if name is not None:
            check_name(name, "an execution", self.quotas.name)
        check_input(data, self.quotas)
        if at:
            check_start_point(at, self.quotas)
        return self._driver.asked(
            lambda answer: partial(self._requests.start, machine, name, data, through, at, answer)
        )

    def start_express(
        self, machine: Revision, data: str = "{}", *, name: str | None = None, through: Through | None = None
    ) -> Execution:
        """Start an execution that leaves no record, whatever other has its name."""
        record = express_record(machine, data, name, through, self.quotas)
        return self._driver.ask(lambda answer: partial(self._requests.start_express, record, None, answer))

    def run_express(
        self, machine: Revision, data: str = "{}", *, name: str | None = None, through: Through | None = None
    ) -> Execution:
        """The same once it is over, after five minutes at most."""
        record = express_record(machine, data, name, through, self.quotas)
        over: Future[Execution] = Future()
        self._driver.ask(lambda answer: partial(self._requests.start_express, record, over, answer))
        return self._driver.wait_for(over, self.quotas.express_seconds)

    def stop_execution(
        self, machine: str, name: str, *, error: str | None = None, cause: str | None = None
    ) -> Execution:
        """Abort an execution and return it; one that is over stays as it is."""
        found = self.describe_execution(machine, name)
        return self._driver.ask(lambda answer: partial(self._requests.stop, found.id, error, cause, answer))

    def redrive_execution(self, machine: str, name: str, *, token: str | None = None) -> Execution:
        """Have an execution that was not successful go on from the states that it failed in.

        What succeeded does not run again. The same `token` within 15 minutes redrives it once.
        Raises `ExecutionNotRedrivableError`.
        """
        found = self.describe_execution(machine, name)
        return self._driver.ask(lambda answer: partial(self._requests.redrive, found.id, token, answer))

    def redrive_obstacle(self, execution: Execution) -> str | None:
        """Why an execution cannot be redriven; None when it can."""
        if execution.status in {Status.RUNNING, Status.SUCCEEDED}:
            return obstacle(execution, (), self.quotas, self.clock.now())
        record, positions = self._store.load(execution.id)
        return obstacle(record, positions, self.quotas, self.clock.now())

    def describe_execution(self, machine: str, name: str) -> Execution:
        """The execution as it stands on disk."""
        found = self._store.execution(machine, name)
        if found is None:
            raise ExecutionDoesNotExistError(f"Execution Does Not Exist: '{machine}:{name}'")
        return found

    def list_executions(
        self,
        machine: str | None = None,
        *,
        status: Status | None = None,
        limit: int = 100,
        before: tuple[float, int] | None = None,
    ) -> list[Execution]:
        """Executions, the newest first; `before` is the start and id of the last one already seen."""
        return self.find_executions(Which(machine, status), limit=limit, before=before)

    def find_executions(
        self, which: Which, *, limit: int = 100, before: tuple[float, int] | None = None
    ) -> list[Execution]:
        """The same by whatever they are.

        The child executions of a distributed Map are those of a `map_run`, or of the machine "name/label".
        """
        return self._store.executions(which, limit=limit, before=before)

    def update_map_run(self, run: MapRun, **settings: Any) -> bool:
        """Go on with other settings, named as those of `MapRun`; False when the run is over."""
        changed = replace(run, **settings)
        owner = self._driver.ask(lambda answer: partial(self._requests.update_map_run, changed, answer))
        return owner.status is Status.RUNNING and self.map_runs.named(run.name).status is Status.RUNNING

    def get_execution_history(self, machine: str, name: str) -> list[dict[str, Any]]:
        """The events of an execution, the oldest first, in the shape of GetExecutionHistory."""
        return self._store.events(self.describe_execution(machine, name).id)

    def get_history_page(
        self, execution: Execution, *, beyond: int, limit: int, backwards: bool = False
    ) -> list[dict[str, Any]]:
        """Up to `limit` events after the one of the id `beyond`; those before it, `backwards`."""
        return self._store.event_page(execution.id, beyond=beyond, limit=limit, backwards=backwards)

    def wait(self, machine: str, name: str, timeout: float | None = None) -> Execution:
        """The execution once it is over. Raises `TimeoutError` after `timeout` seconds."""
        give_up = None if timeout is None else time.monotonic() + timeout
        pause = 0.005
        while (found := self.describe_execution(machine, name)).status is Status.RUNNING:
            if give_up is not None and time.monotonic() >= give_up:
                raise TimeoutError(f"execution {machine}:{name} is still running after {timeout} seconds")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.2)
        return found

    def poll_activity(self, activity: str, worker: str | None = None) -> Future[ActivityTask]:
        """A task of an activity, as soon as there is one; whoever no longer wants it cancels the future.

        Raises `ActivityDoesNotExistError`.
        """
        self.activities.describe(activity)
        answer: Future[ActivityTask] = Future()
        self._driver.post(partial(self._requests.poll, activity, worker, answer))
        return answer

    def send_task_success(self, token: str, output: str) -> None:
        """The task of a token is done, with this output (JSON text).

        Raises `InvalidTokenError`, `InvalidOutputError`, and `TaskTimedOutError` when it is over already.
        """
        self._report(token, Done(read_output(output, self.quotas)))

    def send_task_failure(self, token: str, error: str | None = None, cause: str | None = None) -> None:
        """The task of a token failed. Raises as `send_task_success`."""
        self._report(token, Broken(error, cause))

    def send_task_heartbeat(self, token: str) -> None:
        """The task of a token is under way. Raises as `send_task_success`."""
        self._report(token, Beat())

    def _report(self, token: str, report: Report) -> None:
        self._driver.ask(lambda answer: partial(self._requests.report, token, report, answer))

    def call(self, call: Call, within: float) -> Any:
        """What a resource answers, outside any execution.

        Raises `TaskError` when it fails, `TimeoutError` when it takes more than `within` seconds.
        """
        answer: Future[Any] = Future()
        self._workers.submit(partial(_perform, self._invoke, call, answer))
        return answer.result(within)


def _perform(invoke: Invoke, call: Call, answer: Future[Any]) -> None:
    try:
        result = made(invoke, call)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a task raises is its failure
        answer.set_exception(TaskError.of(error))
    else:
        answer.set_result(result)
