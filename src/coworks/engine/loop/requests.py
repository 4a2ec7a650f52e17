"""What callers ask of the loop, each handled in a turn and answered once that is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coworks.engine.activities import ActivityDesk, Poll
from coworks.engine.errors import ExecutionNotRedrivableError, TaskDoesNotExistError, TaskTimedOutError
from coworks.engine.runs.redrive import obstacle, redriven, was_redriven_by
from coworks.engine.task_tokens import place_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

    from coworks.engine.loop.live import LiveRuns
    from coworks.engine.loop.starts import Starts
    from coworks.engine.names import Arns
    from coworks.engine.quotas import Quotas
    from coworks.engine.records import Execution, MapRun, StartPoint, Through
    from coworks.engine.runs.run import Run
    from coworks.engine.stores.store import Store
    from coworks.engine.tasks import ActivityTask, Report


class Requests:
    """See the module."""

    def __init__(self, live: LiveRuns, starts: Starts, store: Store, arns: Arns, quotas: Quotas) -> None:
        self.desk = ActivityDesk()
        self._live = live
        self._starts = starts
        self._store = store
        self._arns = arns
        self._quotas = quotas
        self._answers: list[tuple[Future[Execution], Execution]] = []
        self._awaited: dict[int, Future[Execution]] = {}

    @property
    def waiting(self) -> bool:
        """True when somebody is to be answered."""
        return bool(self._answers)

    def start(
        self,
        machine: str,
        name: str | None,
        text: str,
        through: Through | None,
        at: StartPoint | None,
        answer: Future[Execution],
        now: float,
    ) -> None:
        """Start an execution, and answer with it."""
        self._answers.append((answer, self._starts.start(machine, name, text, through, now, at)))

    def start_express(
        self,
        record: Execution,
        over: Future[Execution] | None,
        answer: Future[Execution],
        now: float,
    ) -> None:
        """Start an execution that leaves no record; `over` is told how it ended, unless we end before it."""
        begun = self._starts.start_express(record, now)
        self._answers.append((answer, begun))
        if over:
            self._awaited[begun.id] = over

    def stop(
        self, execution_id: int, error: str | None, cause: str | None, answer: Future[Execution], now: float
    ) -> None:
        """Abort an execution; one that is over stays as it is."""
        run = self._live.get(execution_id)
        if run.running:
            self._live.move(run, lambda run: run.abort(error, cause, now), now)
        self._answers.append((answer, run.record))

    def redrive(self, execution_id: int, token: str | None, answer: Future[Execution], now: float) -> None:
        """Have an execution that was not successful go on; the same client token again changes nothing."""
        run = self._live.get(execution_id)
        if not was_redriven_by(run.record, token, now):
            run = self._redriven(run.record, token, now)
        self._answers.append((answer, run.record))

    def _redriven(self, over: Execution, token: str | None, now: float) -> Run:
        if over.id in self._live.touched:
            raise ExecutionNotRedrivableError("Execution is RUNNING and cannot be redriven")
        _, positions = self._store.load(over.id)
        if over.map_run is not None:
            raise ExecutionNotRedrivableError("Execution is redriven by its Map Run, with what started that")
        if reason := obstacle(over, positions, self._quotas, now):
            raise ExecutionNotRedrivableError(reason)
        run = self._live.reopened(redriven(over, token, now), positions, now)
        self._live.move(run, lambda run: run.redrive(now), now)
        return run

    def update_map_run(self, map_run: MapRun, answer: Future[Execution], now: float) -> None:
        """Change the settings of a map run; one that is over stays as it is."""
        run = self._live.get(map_run.execution)
        if run.running:
            self._live.move(run, lambda run: run.maps.update(map_run, now), now)
        self._answers.append((answer, run.record))

    def report(self, token: str, report: Report, answer: Future[Execution], now: float) -> None:
        """Whoever has a task's token tells how it goes; a token whose task is over is refused."""
        execution_id, branch = place_of(token)
        if execution_id > self._live.last_id:
            raise TaskDoesNotExistError("Task Does Not Exist: 'Provided task does not exist'")
        run = self._known(execution_id)
        if run is None or not run.holds(branch, token):
            raise TaskTimedOutError("Task Timed Out: 'Provided task does not exist anymore'")
        self._live.move(run, lambda run: run.report(branch, report, now), now)
        self._answers.append((answer, run.record))

    def poll(self, activity: str, worker: str | None, answer: Future[ActivityTask], now: float) -> None:
        """A worker asks for a task of an activity; it is given one when there is one, unless it cancels."""
        self.desk.ask(self._arns.activity(activity), Poll(worker, answer))

    def serve_workers(self, now: float) -> None:
        """Bring workers and tasks together."""
        for activity, workers in self.desk.take_wanted():
            for execution_id, branch in self._store.queued(activity, workers):
                run = self._live.get(execution_id)
                if not run.is_queued(branch):
                    self.desk.want(activity)  # it was given up in this turn; others may stand behind it
                elif poll := self.desk.next(activity):
                    self.desk.give(poll, run.take_task(branch, poll.worker, now))
                    self._live.touched[execution_id] = run

    def answer(self, written: Mapping[int, Run]) -> None:
        """The turn is written: callers get their answers."""
        answers, self._answers = self._answers, []
        for future, record in answers:
            future.set_result(written[record.id].record if record.id in written else record)
        if self._awaited:
            for run in written.values():
                if not run.running and (over := self._awaited.pop(run.record.id, None)):
                    over.set_result(run.record)

    def _known(self, execution_id: int) -> Run | None:
        """The run of an execution that may have left no record."""
        try:
            return self._live.get(execution_id)
        except LookupError:
            return None
