"""What runs want done outside the loop: handed to workers once it is written, settled in a later turn."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from coworks.engine.tasks import TaskError, made

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.engine.datasets import Datasets
    from coworks.engine.loop.live import LiveRuns
    from coworks.engine.runs.run import Run
    from coworks.engine.tasks import Invoke
    from coworks.engine.workers import Workers

logger = logging.getLogger("coworks.engine")

CallId = tuple[int, int, int]
"""The execution, its branch, and what tells this call of the branch from its others."""


class Performing:
    """See the module. `post` has a request handled in a later turn."""

    def __init__(
        self,
        live: LiveRuns,
        invoke: Invoke,
        datasets: Datasets,
        workers: Workers,
        post: Callable[[Callable[[float], None]], None],
    ) -> None:
        self._live = live
        self._invoke = invoke
        self._datasets = datasets
        self._workers = workers
        self._post = post

    def hand_out(self, run: Run) -> None:
        """Have done what a run wants done, all of which is on disk."""
        for branch, number, call in run.take_calls():
            self._submit((run.record.id, branch, number), partial(made, self._invoke, call))
        for branch, number, job in run.maps.take_jobs():
            self._submit((run.record.id, branch, number), partial(self._datasets.perform, job))

    def _submit(self, called: CallId, work: Callable[[], Any]) -> None:
        self._workers.submit(partial(self._perform, called, work))

    def _perform(self, called: CallId, work: Callable[[], Any]) -> None:
        """In a worker: do what a run wants done and post how it went."""
        try:
            result = work()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a task raises is its failure
            self._post(partial(self._settle, called, TaskError.of(error), None))
        else:
            self._post(partial(self._settle, called, None, result))

    def _settle(self, called: CallId, broken: TaskError | None, result: Any, now: float) -> None:
        """Tell the run how a call went, unless it no longer waits for it."""
        execution_id, branch, number = called
        run = self._live.find(execution_id)
        if run is None or not run.awaits(branch, number):
            logger.debug("an answer came too late for execution %d", execution_id)
        elif broken:
            self._live.move(run, lambda run: run.break_off(branch, number, broken, now), now)
        else:
            self._live.move(run, lambda run: run.answer(branch, number, result, now), now)
