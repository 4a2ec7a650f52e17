"""The verbs of a store, held by both."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coworks.engine import MemoryStore, SqliteStore
from coworks.engine.records import (
    Alias,
    Change,
    EventBatch,
    Execution,
    Position,
    Redrivable,
    Status,
    Version,
    Which,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.engine import Store


def execution(number: int, machine: str = "m", **fields: Any) -> Execution:
    row = Execution(number, 1, machine, f"run-{number}", Status.RUNNING, "{}", 1000.0 + number)
    return replace(row, **fields)


def position(
    number: int, wake_at: float | None = None, *, branch: int = 0, in_flight: bool = False
) -> Position:
    return Position(number, branch, wake_at, in_flight, json.dumps({"branch": branch}))


def events(number: int, first: int, *kinds: str) -> EventBatch:
    batch = [{"id": first + index, "type": kind} for index, kind in enumerate(kinds)]
    return EventBatch(number, first, json.dumps(batch))


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with a machine, so that executions may refer to it."""
    store.put_machine("m", "{}", 1.0)
    return store


def test_a_machine_is_its_latest_revision(store: Store) -> None:
    first = store.put_machine("m", '{"v": 1}', 10.0)
    second = store.put_machine("m", '{"v": 2}', 20.0)
    assert (second.name, second.definition, second.created) == ("m", '{"v": 2}', 20.0)
    assert store.current_machine("m") == second
    assert store.machine(first.id) == first


def test_the_same_definition_again_is_the_same_revision(store: Store) -> None:
    first = store.put_machine("m", '{"v": 1}', 10.0)
    assert store.put_machine("m", '{"v": 1}', 20.0) == first
    store.put_machine("m", '{"v": 2}', 30.0)
    assert store.put_machine("m", '{"v": 1}', 40.0) == first
    assert store.current_machine("m") == first


def test_the_same_definition_under_two_names_is_two_machines(store: Store) -> None:
    one, two = store.put_machine("b", "{}", 1.0), store.put_machine("a", "{}", 1.0)
    assert one.id != two.id
    assert store.machine_names() == ["a", "b"]


def test_a_machine_that_was_never_put_is_none(store: Store) -> None:
    assert store.current_machine("m") is None
    assert store.machine_names() == []


def test_an_execution_is_found_by_its_name(filled: Store) -> None:
    filled.commit([Change(execution(1))])
    assert filled.execution("m", "run-1") == execution(1)
    assert filled.execution("m", "run-2") is None
    assert filled.execution("n", "run-1") is None


def test_an_execution_changes_in_its_end_only(filled: Store) -> None:
    filled.commit([Change(execution(1))])
    over = execution(1, status=Status.FAILED, stopped=5.5, error="É", cause="c\n", output=None)
    filled.commit([Change(over)])
    assert filled.execution("m", "run-1") == over
    assert filled.load(1) == (over, [])


def test_executions_come_the_newest_first(filled: Store) -> None:
    filled.commit([Change(execution(1, started=9.0)), Change(execution(2, started=7.0))])
    filled.commit([Change(execution(3, started=9.0)), Change(execution(4, started=8.0))])
    assert [one.id for one in filled.executions()] == [3, 1, 4, 2]
    assert [one.id for one in filled.executions(limit=2)] == [3, 1]


def test_executions_are_filtered_by_machine_status_and_name(filled: Store) -> None:
    filled.commit([Change(execution(1)), Change(execution(2, status=Status.SUCCEEDED))])
    filled.commit([Change(execution(3, "n"))])
    assert [one.id for one in filled.executions(Which(machine="m"))] == [2, 1]
    assert [one.id for one in filled.executions(Which(status=Status.RUNNING))] == [3, 1]
    assert [one.id for one in filled.executions(Which(machine="m", status=Status.RUNNING))] == [1]
    assert [one.id for one in filled.executions(Which(name="run-2"))] == [2]
    assert filled.executions(Which(machine="o")) == []


def test_an_execution_is_loaded_with_its_branches_in_order(filled: Store) -> None:
    filled.commit([Change(execution(1), [position(1, branch=2), position(1, 5.0, in_flight=True)])])
    filled.commit([Change(None, [position(1, 7.0, branch=2)])])
    assert filled.load(1) == (
        execution(1),
        [position(1, 5.0, in_flight=True), position(1, 7.0, branch=2)],
    )


def test_of_an_execution_that_ends_only_what_it_may_be_redriven_from_stays(filled: Store) -> None:
    """And that is not due, whatever was before."""
    filled.commit([Change(execution(1), [position(1, 5.0)])])
    at_rest = position(1, None)
    filled.commit([Change(execution(1, status=Status.FAILED), [at_rest])])
    assert filled.load(1)[1] == [at_rest]
    assert (filled.due(9.0, 10), filled.next_wake()) == ([], None)


def test_an_execution_that_ends_is_nowhere_any_more(filled: Store) -> None:
    filled.commit([Change(execution(1), [position(1, 5.0)]), Change(execution(2), [position(2, 6.0)])])
    filled.commit([Change(execution(1, status=Status.SUCCEEDED))])
    assert filled.load(1)[1] == []
    assert filled.next_wake() == 6.0


def test_many_are_loaded_as_each_would_be(filled: Store) -> None:
    inside = [position(2, None, branch=10), position(2, None, branch=2), position(2, None)]
    filled.commit([Change(execution(1), [position(1, 5.0)]), Change(execution(2), inside)])
    assert filled.load_many([2, 1]) == {one: filled.load(one) for one in (1, 2)}
    assert [one.branch for one in filled.load_many([2])[2][1]] == [0, 2, 10]


def test_events_come_in_their_order(filled: Store) -> None:
    filled.commit([Change(execution(1), events=events(1, 1, "A", "B"))])
    filled.commit([Change(execution(2), events=events(2, 1, "X")), Change(None, events=events(1, 3, "C"))])
    assert [event["type"] for event in filled.events(1)] == ["A", "B", "C"]
    assert [event["id"] for event in filled.events(1)] == [1, 2, 3]
    assert filled.events(3) == []


def test_what_a_reader_does_to_events_stays_with_the_reader(filled: Store) -> None:
    filled.commit([Change(execution(1), events=events(1, 1, "A"))])
    filled.events(1)[0]["type"] = "mine"
    assert filled.events(1)[0]["type"] == "A"


def test_what_is_due_comes_the_longest_waiting_first(filled: Store) -> None:
    for number, wake_at in enumerate([30.0, 10.0, None, 20.0, 40.0], start=1):
        filled.commit([Change(execution(number), [position(number, wake_at)])])
    assert filled.due(30.0, 10) == [2, 4, 1]
    assert filled.due(30.0, 2) == [2, 4]
    assert filled.due(5.0, 10) == []
    assert filled.next_wake() == 10.0


def test_an_execution_is_due_once_whatever_its_branches(filled: Store) -> None:
    filled.commit([Change(execution(1), [position(1, 5.0), position(1, 6.0, branch=1)])])
    assert filled.due(10.0, 10) == [1]


def test_nothing_waits_in_an_empty_store(store: Store) -> None:
    assert store.next_wake() is None
    assert store.due(1e12, 10) == []
    assert store.last_execution_id() == 0
    assert store.executions() == []


def test_what_was_in_flight_is_due_once_released(filled: Store) -> None:
    filled.commit([Change(execution(1), [position(1, 900.0, in_flight=True)])])
    filled.commit([Change(execution(2), [position(2, None, in_flight=True)])])
    filled.commit([Change(execution(3), [position(3, 800.0)])])
    filled.release(50.0)
    assert sorted(filled.due(50.0, 10)) == [1, 2]
    assert filled.load(2)[1] == [position(2, 50.0, in_flight=True)]
    assert filled.load(3)[1] == [position(3, 800.0)]


def test_the_last_id_is_the_highest(filled: Store) -> None:
    filled.commit([Change(execution(7)), Change(execution(3))])
    assert filled.last_execution_id() == 7


def test_texts_come_back_as_they_were(filled: Store) -> None:
    text = json.dumps({"naïve": "日本\u0000🙂\n"}, ensure_ascii=False)
    filled.commit([Change(execution(1, input=text, output=text))])
    found = filled.execution("m", "run-1")
    assert found is not None
    assert (found.input, found.output) == (text, text)


def test_everything_is_there_when_the_store_is_opened_again(open_store: Callable[[], Store]) -> None:
    store = open_store()
    machine = store.put_machine("m", "{}", 1.0)
    store.commit([Change(execution(1), [position(1, 5.0)], events(1, 1, "A"))])
    store = open_store()
    assert store.current_machine("m") == machine
    assert store.load(1) == (execution(1), [position(1, 5.0)])
    assert [event["type"] for event in store.events(1)] == ["A"]


def test_positions_of_branches_that_are_gone_are_forgotten(filled: Store) -> None:
    branches = tuple(position(1, branch=branch) for branch in range(4))
    filled.commit([Change(execution(1), branches), Change(execution(2), (position(2, branch=1),))])
    filled.commit([Change(None, (position(1),), gone=((1, 1), (1, 3), (1, 9)))])
    assert [one.branch for one in filled.load(1)[1]] == [0, 2]
    assert [one.branch for one in filled.load(2)[1]] == [1]


def test_versions_and_aliases_are_kept_until_the_machine_is_retired(filled: Store) -> None:
    first, second = (Version("m", number, 1, "", 1.0, deleted=number == 1) for number in (1, 2))
    live = Alias("m", "live", "d", ((1, 30), (2, 70)), 1.0, 2.0)
    for version in (first, second):
        filled.put_version(version)
    filled.put_alias(replace(live, routes=((1, 100),)))
    filled.put_alias(live)
    assert (filled.versions("m"), filled.aliases("m")) == ([second, first], [live])
    filled.retire_machine("m")
    assert (filled.versions("m"), filled.aliases("m")) == ([], [])


@pytest.mark.parametrize("backwards", [False, True])
@settings(deadline=None, max_examples=25)
@given(batches=st.lists(st.integers(1, 4), max_size=6), limit=st.integers(1, 5))
def test_pages_of_a_history_are_the_history(backwards: bool, batches: list[int], limit: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for store in (MemoryStore(), SqliteStore(f"{folder}/engine.db")):
            last = written(store, batches)
            told: list[int] = []
            beyond = last + 1 if backwards else 0
            while page := store.event_page(1, beyond=beyond, limit=limit, backwards=backwards):
                told += [event["id"] for event in page]
                beyond = told[-1]
            store.close()
            assert told == (list(range(last, 0, -1)) if backwards else list(range(1, last + 1)))


def written(store: Store, batches: list[int]) -> int:
    """The last event of a history that turns wrote by so many events each."""
    machine = store.put_machine("m", "{}", 0)
    store.commit([Change(Execution(1, machine.id, "m", "one", Status.RUNNING, "{}", 0))])
    last = 0
    for size in batches:
        told = [{"id": last + number} for number in range(1, size + 1)]
        store.commit([Change(None, events=EventBatch(1, last + 1, json.dumps(told)))])
        last += size
    return last


def test_a_row_may_be_forgotten_and_written_anew(filled: Store) -> None:
    filled.commit([Change(execution(1), [position(1, branch=1)])])
    filled.commit([Change(None, [position(1, 7.0, branch=1)], gone=[(1, 1)])])
    assert filled.load(1)[1] == [position(1, 7.0, branch=1)]


def child(number: int, status: Status, stopped: float | None = None) -> Execution:
    return replace(
        execution(number, "m/M", status=status, stopped=stopped), map_run="run", first_item=number, items=2
    )


def test_of_the_children_of_a_map_run_those_that_can_are_to_be_redriven(filled: Store) -> None:
    failed = [(1, 5.0, 9), (2, 1.0, 9), (3, 5.0, 20), (4, 5.0, None)]
    for number, stopped, last in failed:
        stood = [] if last is None else [replace(position(number, None), data=f'{{"last_event":{last}}}')]
        filled.commit([Change(child(number, Status.FAILED, stopped), stood)])
    filled.commit([Change(child(5, Status.SUCCEEDED, 5.0)), Change(child(6, Status.RUNNING))])
    assert filled.redrivable(Redrivable("run", since=2.0, events=20)) == (1, 2)
    assert filled.redrivable(Redrivable("run")) == (3, 6)
    filled.commit([Change(None, redriven=[Redrivable("run", since=2.0)])])
    assert [one.id for one in filled.children("run", -1, 9, Status.PENDING_REDRIVE)] == [1, 3]
    assert [one.id for one in filled.children("run", 1, 9, Status.PENDING_REDRIVE)] == [3]
    assert filled.tally("run")[Status.PENDING_REDRIVE] == (2, 4)
