"""Who calls the resources: threads, or the caller itself when a test wants no threads."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Protocol

Job = Callable[[], None]


class Workers(Protocol):
    """Runs jobs, in any order. A job never raises."""

    def submit(self, job: Job) -> None: ...


class InlineWorkers:
    """Runs each job at once, in the thread that submits it."""

    def submit(self, job: Job) -> None:
        job()


class ThreadWorkers:
    """Runs jobs in up to `limit` threads, started when needed and kept.

    The threads are daemons: a task that hangs must not keep a process alive that wants to end. What it was
    doing is in the store, and is done again.
    """

    def __init__(self, limit: int = 64) -> None:
        self._limit = limit
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._idle = 0

    def submit(self, job: Job) -> None:
        with self._lock:
            if self._idle > 0:
                self._idle -= 1
            elif self._threads < self._limit:
                self._threads += 1
                threading.Thread(target=self._work, name=f"task-{self._threads}", daemon=True).start()
        self._jobs.put(job)

    def _work(self) -> None:
        while True:
            self._jobs.get()()
            with self._lock:
                self._idle += 1
