"""What only the store on disk can do: fail in the middle, be old, be new, be no database, be locked."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from coworks.engine import Engine, InlineWorkers, ManualClock, SqliteStore, Status, StoreError
from coworks.engine.records import Change, EventBatch, Execution, Position
from coworks.engine.stores.schema import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "engine.db"


@pytest.fixture
def locked(path: Path) -> Iterator[sqlite3.Connection]:
    """Another process's transaction on the database."""
    with closing(SqliteStore(path)), closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def execution(number: int) -> Execution:
    return Execution(number, 1, "m", f"run-{number}", Status.RUNNING, "{}", 1.0)


def test_a_batch_that_fails_leaves_nothing(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        store.put_machine("m", "{}", 1.0)
        whole = Change(execution(1), [Position(1, 0, 5.0, False, "{}")], EventBatch(1, 1, "[]"))
        twice = Change(None, (), EventBatch(1, 1, "[]"))
        with pytest.raises(StoreError):
            store.commit([whole, twice])
        assert store.executions() == []
        assert store.next_wake() is None
        store.commit([whole])
        assert store.load(1)[0] == execution(1)


def test_a_new_file_gets_all_the_steps_and_an_old_one_those_that_it_lacks(path: Path) -> None:
    with closing(sqlite3.connect(path)) as empty:
        empty.execute("PRAGMA user_version = 0")
    with closing(SqliteStore(path)), closing(sqlite3.connect(path)) as reader:
        assert reader.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
        assert reader.execute("SELECT count(*) FROM executions").fetchone() == (0,)


def test_a_file_of_a_newer_version_is_refused_with_the_fix(path: Path) -> None:
    SqliteStore(path).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    with pytest.raises(StoreError, match="written by a newer CoWorks") as caught:
        SqliteStore(path)
    assert caught.value.hint == "upgrade: pip install --upgrade coworks"


def test_a_file_that_is_no_database_is_refused_with_its_name(path: Path) -> None:
    path.write_text("Dear diary, " * 100)
    with pytest.raises(StoreError, match=r"engine\.db cannot be used: file is not a database") as caught:
        SqliteStore(path)
    assert "CoWorks database" in (caught.value.hint or "")


def test_a_folder_that_cannot_be_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be used"):
        SqliteStore(tmp_path / "file" / "engine.db")


def test_the_folder_of_the_database_is_made(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a" / "b" / "engine.db")) as store:
        assert store.machine_names() == []


def test_a_commit_survives_the_process_that_made_it(path: Path) -> None:
    abandoned = SqliteStore(path)
    abandoned.put_machine("m", "{}", 1.0)
    abandoned.commit([Change(execution(1))])
    with closing(SqliteStore(path)) as later:
        assert later.executions() == [execution(1)]
    abandoned.close()


def test_readers_do_not_wait_for_another_writer(path: Path, locked: sqlite3.Connection) -> None:
    with closing(SqliteStore(path)) as store:
        assert locked.in_transaction
        assert store.executions() == []


def test_a_locked_database_is_an_error_and_nothing_is_lost(path: Path) -> None:
    with closing(SqliteStore(path, patience=0.01)) as store:
        engine = Engine(store, lambda _, given: given, clock=ManualClock(), workers=InlineWorkers())
        states = {"A": {"Type": "Task", "Resource": "r", "End": True}}
        engine.put_state_machine("m", {"QueryLanguage": "JSONata", "StartAt": "A", "States": states})
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="database is locked"):
                engine.start_execution("m", "7", name="one")
            assert store.executions() == []
            other.execute("ROLLBACK")
        engine.work()
        assert engine.describe_execution("m", "one").output == "7"
        engine.start_execution("m", "7", name="two")
        assert [one.name for one in engine.list_executions()] == ["two", "one"]


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """No file of this process grows beyond the one of this path."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_an_error_and_nothing_is_lost(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        engine = Engine(store, lambda _, given: given, clock=ManualClock(), workers=InlineWorkers())
        states = {"A": {"Type": "Wait", "Seconds": 9, "End": True}}
        engine.put_state_machine("m", {"StartAt": "A", "States": states})
        engine.start_execution("m", "1", name="before")
        with full_disk(path.with_name(f"{path.name}-wal")):
            with pytest.raises(StoreError) as refused:
                engine.start_execution("m", "2", name="during")
            assert "check that the disk has room" in refused.value.explain()
            assert [one.name for one in store.executions()] == ["before"]
        engine.run_through()
        ended = [(one.name, one.output) for one in engine.list_executions()]
        assert sorted(ended) == [("before", "1"), ("during", "2")]


def test_processes_that_open_a_new_database_together_all_get_it(tmp_path: Path) -> None:
    code = "import sys; from coworks.engine import SqliteStore; SqliteStore(sys.argv[1]).close()"
    command = [sys.executable, "-c", code, str(tmp_path / "engine.db")]
    together = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(4)]
    assert [process.communicate()[1] for process in together] == [b""] * 4
