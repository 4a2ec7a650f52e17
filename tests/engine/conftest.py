"""The two stores behind one fixture: what holds for one must hold for the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coworks.engine import MemoryStore, SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from coworks.engine import Store


@pytest.fixture(params=["memory", "sqlite"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Opens the store; called again, opens what the former one left, as a later process would."""
    opened: list[Store] = []

    def reopen() -> Store:
        for former in opened:
            former.close()
        if request.param == "sqlite":
            opened.append(SqliteStore(tmp_path / "engine.db"))
        elif not opened:
            opened.append(MemoryStore())
        return opened[-1]

    yield reopen
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()
