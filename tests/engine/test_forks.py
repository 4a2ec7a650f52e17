"""Parallel and Map: branches side by side, their events, their failures, and what is stored of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from coworks.engine import Engine, Execution, InlineWorkers, ManualClock, Status, TaskError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coworks.engine import Invoke, Store
    from coworks.engine.records import Change
    from coworks.engine.workers import Job

Json = dict[str, Any]
TASK: Json = {"Type": "Task", "Resource": "arn:aws:states:::work:do"}
PASS: Json = {"Type": "Pass", "End": True}


@pytest.fixture
def run(store: Store) -> Callable[..., tuple[Execution, list[Json]]]:
    """Runs one state, and `Caught` where it leads to, on an input to the end."""

    def run(
        it: Json, given: Any = None, invoke: Invoke = lambda _, given: given, workers: Any = None
    ) -> tuple[Execution, list[Json]]:
        engine = Engine(store, invoke, clock=ManualClock(), workers=workers or InlineWorkers())
        caught = {"Caught": PASS} if "Catch" in it else {}
        states = {"It": {**it, "End": True}, **caught}
        engine.put_state_machine("m", {"QueryLanguage": "JSONata", "StartAt": "It", "States": states})
        engine.start_execution("m", json.dumps(given), name="one")
        engine.run_through()
        return engine.describe_execution("m", "one"), engine.get_execution_history("m", "one")

    return run


def inside(**states: Json) -> Json:
    return {"StartAt": next(iter(states)), "States": states}


def parallel(*branches: Json, **fields: Any) -> Json:
    return {"Type": "Parallel", "Branches": list(branches), **fields}


def each(machine: Json, **fields: Any) -> Json:
    return {"Type": "Map", "ItemProcessor": machine, **fields}


def chained(history: list[Json]) -> list[tuple[str, int]]:
    return [(event["type"], event["previousEventId"]) for event in history]


def count(history: list[Json], kind: str) -> int:
    return sum(event["type"] == kind for event in history)


def test_branches_get_the_arguments_and_give_a_list(run: Any) -> None:
    branches = [inside(A={**PASS, "Output": "{% $states.input + 1 %}"}), inside(B=PASS)]
    done, history = run(parallel(*branches, Arguments=7))
    assert done.output == "[8,7]"
    assert chained(history)[1:4] == [
        ("ParallelStateEntered", 0),
        ("ParallelStateStarted", 2),
        ("PassStateEntered", 3),
    ]
    assert chained(history)[-3:] == [
        ("ParallelStateSucceeded", 7),
        ("ParallelStateExited", 7),
        ("ExecutionSucceeded", 9),
    ]


def test_a_map_gives_the_results_in_the_order_of_its_items(run: Any) -> None:
    nap = {"Type": "Wait", "Seconds": "{% 10 - $states.input %}", "End": True}
    done, history = run(each(inside(Nap=nap)), [1, 2, 3])
    assert done.output == "[1,2,3]"
    ends = [event for event in history if event["type"] == "MapIterationSucceeded"]
    assert [event["mapIterationSucceededEventDetails"]["index"] for event in ends] == [2, 1, 0]


def test_an_empty_list_is_done_at_once(run: Any) -> None:
    done, history = run(each(inside(A=PASS)), [])
    assert done.output == "[]"
    assert chained(history)[2:5] == [("MapStateStarted", 2), ("MapStateSucceeded", 3), ("MapStateExited", 3)]


def test_inner_states_read_outer_variables_and_keep_their_own(run: Any) -> None:
    inner = inside(
        A={"Type": "Pass", "Assign": {"mine": "{% $states.input * 2 %}"}, "Next": "B"},
        B={**PASS, "Output": "{% [$states.context.Map.Item.Index, $mine] %}"},
    )
    outer = inside(
        Set={"Type": "Pass", "Assign": {"base": [5, 6]}, "Next": "Each"},
        Each=each(
            inner,
            Items="{% $base %}",
            Output={"all": "{% $states.result %}", "seen": "{% $exists($mine) %}"},
            End=True,
        ),
    )
    assert run(parallel(outer))[0].output == '[{"all":[[0,10],[1,12]],"seen":false}]'


@pytest.mark.parametrize(("wanted", "most"), [(0, 40), (3, 3), (1, 1), (100, 40)])
def test_no_more_turns_run_at_once_than_may(run: Any, wanted: int, most: int) -> None:
    machine = inside(Nap={"Type": "Wait", "Seconds": 1, "End": True})
    _, history = run(each(machine, MaxConcurrency=wanted), list(range(50)))
    running = peak = 0
    for event in history:
        running += {"MapIterationStarted": 1, "MapIterationSucceeded": -1}.get(event["type"], 0)
        peak = max(peak, running)
    assert peak == most


def test_the_first_failure_gives_up_the_others_and_is_caught(run: Any) -> None:
    states = inside(
        Which={
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input = 1 %}", "Next": "Bad"}],
            "Default": "Nap",
        },
        Bad={"Type": "Fail", "Error": "Odd", "Cause": "one"},
        Nap={"Type": "Wait", "Seconds": 99, "End": True},
    )
    catch = [{"ErrorEquals": ["Odd"], "Next": "Caught"}]
    done, history = run(each(states, Catch=catch), [0, 1, 2])
    assert done.output == '{"Error":"Odd","Cause":"one"}'
    assert done.stopped == done.started
    told = [event["type"] for event in history if event["type"].startswith("Map")]
    assert told[5:] == [
        "MapIterationFailed",
        "MapIterationAborted",
        "MapIterationAborted",
        "MapStateFailed",
        "MapStateExited",
    ]


def test_a_retry_begins_all_branches_again(run: Any) -> None:
    calls: list[Any] = []

    def invoke(_: str, given: Any) -> Any:
        calls.append(given)
        if given == 2 and calls.count(2) == 1:
            raise TaskError("Busy")
        return given

    retry = [{"ErrorEquals": ["Busy"]}]
    done, history = run(each(inside(A={**TASK, "End": True}), Retry=retry, MaxConcurrency=1), [1, 2], invoke)
    assert (done.output, calls) == ("[1,2]", [1, 2, 1, 2])
    assert (count(history, "MapStateStarted"), count(history, "MapStateFailed")) == (2, 0)


def test_tasks_of_several_branches_are_in_flight_at_once(run: Any) -> None:
    class Together:
        """Does nothing until three jobs wait."""

        def __init__(self) -> None:
            self.waiting: list[Job] = []

        def submit(self, job: Job) -> None:
            self.waiting.append(job)
            if len(self.waiting) == 3:
                for one in reversed(self.waiting):
                    one()

    done, _ = run(each(inside(A={**TASK, "End": True})), [1, 2, 3], workers=Together())
    assert done.output == "[1,2,3]"


def test_a_late_answer_of_a_branch_that_was_given_up_is_dropped(run: Any) -> None:
    machine = parallel(
        inside(Slow={**TASK, "Arguments": "slow", "End": True}),
        inside(Bad={**TASK, "Arguments": "bad", "End": True}),
    )

    def invoke(_: str, given: str) -> str:
        if given == "bad":
            raise TaskError("Bad")
        return given

    class Backwards(InlineWorkers):
        waiting: Job | None = None

        def submit(self, job: Job) -> None:
            if self.waiting is None:
                self.waiting = job
                return
            job()
            self.waiting()

    done, history = run(machine, None, invoke, Backwards())
    assert (done.status, done.error) == (Status.FAILED, "Bad")
    assert (count(history, "TaskSucceeded"), history[-1]["type"]) == (0, "ExecutionFailed")


def test_an_item_selector_that_fails_fails_the_map(run: Any) -> None:
    done, history = run(each(inside(A=PASS), ItemSelector={"a": "{% $nothing %}"}), [1])
    assert done.error == "States.QueryEvaluationError"
    assert [event["type"] for event in history[3:]] == [
        "MapIterationStarted",
        "EvaluationFailed",
        "MapIterationFailed",
        "MapStateFailed",
        "ExecutionFailed",
    ]


class Watched:
    """A store that remembers how many rows each commit wrote."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.rows: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, changes: Sequence[Change]) -> None:
        self.rows.append(sum(len(one.positions) for one in changes))
        self._store.commit(changes)


def test_a_turn_writes_the_rows_that_moved_and_forgets_them_after_the_map(store: Store) -> None:
    watched: Any = Watched(store)
    engine = Engine(watched, lambda _, given: given, clock=ManualClock(), workers=InlineWorkers())
    machine = inside(A={**TASK, "End": True})
    states = {"It": each(machine, Next="Rest"), "Rest": {"Type": "Wait", "Seconds": 9, "End": True}}
    engine.put_state_machine("m", {"QueryLanguage": "JSONata", "StartAt": "It", "States": states})
    engine.start_execution("m", json.dumps(list(range(400))), name="one")
    assert max(watched.rows) <= 80 + 1
    assert [one.branch for one in store.load(1)[1]] == [0]
