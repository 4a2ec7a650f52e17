"""Callers that start executions over HTTP at the same time share the wait for the disk."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from tests.engine.api.conftest import Caller, client_at, serving

from coworks.engine import Engine, SqliteStore, lambda_invoker
from coworks.engine.api import Api

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from coworks.engine.records import Change

CALLERS = 6


class SlowDisk(SqliteStore):
    """Its first commit waits until it is let through."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.go_on = threading.Event()
        self.commits: list[int] = []

    def commit(self, changes: Sequence[Change]) -> None:
        self.go_on.wait(30)
        self.commits.append(len(changes))
        super().commit(changes)


class Asked(Engine):
    """Lets the disk go on when all callers have asked."""

    def __init__(self, disk: SlowDisk) -> None:
        super().__init__(disk, lambda_invoker(lambda function, payload: payload))
        self._disk = disk
        self._asked = 0

    def begin_execution(self, *args: Any, **kwargs: Any) -> Future[Any]:
        begun = super().begin_execution(*args, **kwargs)
        self._asked += 1
        if self._asked == CALLERS:
            self._disk.go_on.set()
        return begun


def test_starts_that_come_together_share_the_wait_for_the_disk(tmp_path: Path) -> None:
    store = SlowDisk(tmp_path / "engine.db")
    engine = Asked(store)
    api = Api(engine)
    arn = Caller(api).create()
    engine.start()
    with serving(api) as url, ThreadPoolExecutor(CALLERS) as pool:
        clients = [client_at(url) for _ in range(CALLERS)]
        answers = list(pool.map(lambda one: one.start_execution(stateMachineArn=arn), clients))
        for client in clients:
            client.close()
    engine.stop()
    store.close()
    assert len({one["executionArn"] for one in answers}) == CALLERS
    assert sum(store.commits) >= CALLERS
    assert len(store.commits) <= 2
