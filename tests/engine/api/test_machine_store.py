"""What both stores keep of state machines for the API."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.engine.api.conftest import PASS, WAIT

from coworks.engine import ManualClock, Quotas, SqliteStore, Store
from coworks.engine.machines import Settings, StateMachines
from coworks.engine.stores.schema import STEPS


def test_revisions_settings_and_tags_outlive_the_process(open_store: Callable[[], Store]) -> None:
    machines = StateMachines(open_store(), ManualClock(), Quotas())
    first = machines.create("one", PASS, Settings(type="EXPRESS", role="role"), {"b": "1", "a": "2"})
    second = machines.update("one", None, role="another")
    machines = StateMachines(open_store(), ManualClock(), Quotas())
    assert machines.current("one") == second
    assert machines.revision(first.id) == first
    assert list(machines.tags("one").items()) == [("b", "1"), ("a", "2")]


def test_the_same_text_again_is_another_revision(store: Store) -> None:
    machines = StateMachines(store, ManualClock(), Quotas())
    machines.create("one", PASS, Settings())
    ids = {machines.update("one", text).settings.revision for text in (WAIT, PASS, WAIT, PASS)}
    assert len(ids) == 4
    assert machines.current("one").definition == PASS


def test_a_name_may_be_used_again_after_a_deletion(store: Store) -> None:
    machines = StateMachines(store, ManualClock(), Quotas())
    first = machines.create("one", PASS, Settings(), {"old": "tag"})
    machines.delete("one")
    assert machines.names() == []
    second = machines.create("one", PASS, Settings(role="new"))
    assert (second.id != first.id, machines.tags("one")) == (True, {})
    assert machines.revision(first.id) == first


def test_a_definition_that_is_put_does_not_take_a_revision_for_its_own(store: Store) -> None:
    machines = StateMachines(store, ManualClock(), Quotas())
    created = machines.create("one", PASS, Settings(type="EXPRESS"))
    put = store.put_machine("one", PASS, 5)
    assert put.id != created.id
    assert store.put_machine("one", PASS, 6) == put
    assert machines.current("one").settings == Settings()
    assert machines.current("one").created == 5


def test_a_database_from_before_there_were_settings_is_brought_up_to_date(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "engine.db")) as older:
        older.executescript(f"{STEPS[0]}; PRAGMA user_version = 1;")
        older.execute("INSERT INTO machines VALUES (1, 'old', x'00', ?, 7, 1)", (PASS,))
        older.commit()
    with closing(SqliteStore(tmp_path / "engine.db")) as store:
        old = StateMachines(store, ManualClock(), Quotas()).current("old")
    assert (old.definition, old.settings, old.created) == (PASS, Settings(), 7)
