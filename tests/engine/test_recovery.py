"""A process that dies at any moment leaves a store from which every execution goes on."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from coworks.engine import (
    Engine,
    ExecutionAlreadyExistsError,
    InlineWorkers,
    ManualClock,
    MemoryStore,
    SqliteStore,
    Status,
    TaskError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coworks.engine import Store
    from coworks.engine.records import Change
    from coworks.engine.workers import Job

Json = dict[str, Any]
TASK: Json = {"Type": "Task", "Resource": "arn:aws:states:::mail:send"}


class DeadWorkers:
    """Loses every job, as a process that is killed does."""

    def submit(self, job: Job) -> None:
        pass


class Counted:
    """A resource that remembers what it was called with, and fails its first `failures` calls."""

    def __init__(self, failures: int = 0) -> None:
        self.calls: list[Any] = []
        self.failures = failures

    def __call__(self, resource: str, arguments: Any) -> Any:
        self.calls.append(arguments)
        if len(self.calls) <= self.failures:
            raise TaskError("Busy")
        return arguments


def machine(states: Json) -> Json:
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}


def kinds(engine: Engine) -> list[str]:
    return [event["type"] for event in engine.get_execution_history("m", "one")]


def test_a_task_that_was_in_flight_is_called_again_once_and_is_in_the_history_once(
    open_store: Callable[[], Store],
) -> None:
    invoke, clock = Counted(), ManualClock()
    killed = Engine(open_store(), invoke, clock=clock, workers=DeadWorkers())
    killed.put_state_machine("m", machine({"Send": {**TASK, "Arguments": {"a": 1}, "End": True}}))
    killed.start_execution("m", name="one")
    assert invoke.calls == []
    engine = Engine(open_store(), invoke, clock=clock, workers=InlineWorkers())
    engine.run_through()
    assert invoke.calls == [{"a": 1}]
    assert engine.describe_execution("m", "one").status is Status.SUCCEEDED
    assert kinds(engine).count("TaskScheduled") == 1


def test_completed_states_are_not_run_again(open_store: Callable[[], Store]) -> None:
    first, second, clock = Counted(), Counted(), ManualClock()
    states = {
        "One": {**TASK, "Arguments": 1, "Next": "Rest"},
        "Rest": {"Type": "Wait", "Seconds": 9, "Next": "Two"},
        "Two": {**TASK, "Arguments": 2, "End": True},
    }
    killed = Engine(open_store(), first, clock=clock, workers=InlineWorkers())
    killed.put_state_machine("m", machine(states))
    killed.start_execution("m", name="one")
    engine = Engine(open_store(), second, clock=clock, workers=InlineWorkers())
    engine.run_through()
    assert (first.calls, second.calls) == ([1], [2])
    assert kinds(engine).count("TaskStateEntered") == kinds(engine).count("TaskStateExited") == 2


def test_a_wait_keeps_its_end(open_store: Callable[[], Store]) -> None:
    clock = ManualClock()
    killed = Engine(open_store(), Counted(), clock=clock, workers=InlineWorkers())
    killed.put_state_machine("m", machine({"Rest": {"Type": "Wait", "Seconds": 100, "End": True}}))
    started = killed.start_execution("m", name="one").started
    clock.advance(60)
    engine = Engine(open_store(), Counted(), clock=clock, workers=InlineWorkers())
    engine.work()
    assert engine.describe_execution("m", "one").status is Status.RUNNING
    engine.run_through()
    assert engine.describe_execution("m", "one").stopped == started + 100


def test_a_wait_that_ended_while_nobody_ran_is_over_at_once(open_store: Callable[[], Store]) -> None:
    clock = ManualClock()
    killed = Engine(open_store(), Counted(), clock=clock, workers=InlineWorkers())
    killed.put_state_machine("m", machine({"Rest": {"Type": "Wait", "Seconds": 100, "End": True}}))
    started = killed.start_execution("m", name="one").started
    clock.advance(5000)
    engine = Engine(open_store(), Counted(), clock=clock, workers=InlineWorkers())
    engine.work()
    assert engine.describe_execution("m", "one").stopped == started + 5000


def test_retries_keep_their_counters_and_their_delays(open_store: Callable[[], Store]) -> None:
    invoke, clock = Counted(failures=99), ManualClock()
    retry = [{"ErrorEquals": ["Busy"], "MaxAttempts": 4, "IntervalSeconds": 10}]
    store = open_store()
    Engine(store, invoke).put_state_machine("m", machine({"Send": {**TASK, "Retry": retry, "End": True}}))
    started = Engine(store, invoke, clock=clock, workers=InlineWorkers()).start_execution("m", name="one")
    for seconds in (10, 20, 40, 80):  # a process for each attempt
        clock.advance(seconds - 1)
        Engine(open_store(), invoke, clock=clock, workers=InlineWorkers()).work()
        clock.advance(1)
        engine = Engine(open_store(), invoke, clock=clock, workers=InlineWorkers())
        engine.work()
    done = engine.describe_execution("m", "one")
    assert (done.status, done.error, len(invoke.calls)) == (Status.FAILED, "Busy", 5)
    assert done.stopped == started.started + 10 + 20 + 40 + 80


# Any machine, any moments


class Killed(BaseException):
    """The process is gone."""


class MortalStore:
    """A store whose process dies just before or just after one of its commits."""

    def __init__(self, store: Store, commits: int | None, *, after: bool) -> None:
        self._store = store
        self._left = commits
        self._after = after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, changes: Sequence[Change]) -> None:
        dying = self._left == 0
        if self._left is not None:
            self._left -= 1
        if dying and not self._after:
            raise Killed
        self._store.commit(changes)
        if dying:
            raise Killed


CAUGHT: Json = {"ErrorEquals": ["States.ALL"], "Output": {"n": 7}}


def fork(draw: st.DrawFn, name: str, depth: int) -> Json:
    """A Parallel or a Map of machines that are smaller."""
    result = joined(draw)
    if draw(st.booleans()):
        branches = [chain(draw, f"{name}.{index}.", depth + 1) for index in range(draw(st.integers(1, 3)))]
        return {"Type": "Parallel", "Branches": branches, **result}
    return each(draw, name, depth, distributed=draw(st.booleans()))


def joined(draw: st.DrawFn) -> Json:
    """What becomes of the results and the failures of branches."""
    retry = [{"ErrorEquals": ["Busy"], "MaxAttempts": draw(st.integers(0, 1))}]
    return {"Output": {"n": "{% $sum($states.result.n) %}"}, "Retry": retry}


def each(draw: st.DrawFn, name: str, depth: int, *, distributed: bool) -> Json:
    """A Map, whose child executions may fail more often than is tolerated."""
    result = joined(draw)
    inside = chain(draw, f"{name}.", depth + 1)
    if distributed:
        kind = draw(st.sampled_from(["STANDARD", "EXPRESS"]))
        inside["ProcessorConfig"] = {"Mode": "DISTRIBUTED", "ExecutionType": kind}
        result |= {"ToleratedFailureCount": draw(st.integers(0, 4))}
        if draw(st.booleans()):
            result |= {"ItemBatcher": {"MaxItemsPerBatch": 2}}
            selected = {"n": "{% $sum($states.input.Items.n) %}"}
            inside["States"][inside["StartAt"]]["Output"] = selected
    return {
        "Type": "Map",
        "Items": f"{{% [$states.input.n, 1, 2, 3][[0..{draw(st.integers(0, 3))}]] %}}",
        "ItemSelector": {"n": "{% $states.context.Map.Item.Value + $states.context.Map.Item.Index %}"},
        "MaxConcurrency": draw(st.integers(0, 3)),
        "ItemProcessor": inside,
        **result,
    }


def chain(draw: st.DrawFn, prefix: str, depth: int) -> Json:
    """A machine inside a state."""
    names = [f"{prefix}S{index}" for index in range(draw(st.integers(1, 3)))]
    states = {name: state(draw, index, names[index + 1 :], prefix, depth) for index, name in enumerate(names)}
    ways = [{"Condition": False, "Next": name} for name in names]
    any_of = {"Type": "Choice", "Choices": ways, "Default": names[0]}
    start = {"Type": "Pass", "Assign": {f"rounds{depth}": 0}, "Next": f"{prefix}Any"}
    return {
        "StartAt": f"{prefix}Start",
        "States": {f"{prefix}Start": start, f"{prefix}Any": any_of, **states},
    }


def state(draw: st.DrawFn, index: int, later: list[str], prefix: str = "", depth: int = 0) -> Json:
    """A state that leads to later ones, or back for a round or two."""
    way: Json = {"Next": draw(st.sampled_from(later))} if later else {"End": True}
    kinds = ["Pass", "Wait", "Task", *(["Choice"] if later else []), *(["Fork"] if depth < 2 else [])]
    kind = draw(st.sampled_from(kinds))
    if kind == "Fork":
        forked = {**fork(draw, f"{prefix}{index}", depth), **way}
        if bool(later) and draw(st.booleans()):
            forked["Catch"] = [{**CAUGHT, "Next": draw(st.sampled_from(later))}]
        return forked
    if kind == "Pass":
        return {
            "Type": kind,
            "Output": {"n": "{% $states.input.n + 1 %}"},
            "Assign": {f"v{depth}_{index}": "é"},
            **way,
        }
    if kind == "Wait":
        return {"Type": kind, "Seconds": draw(st.integers(0, 100)), **way}
    if kind == "Choice":
        again = {
            "Condition": f"{{% $rounds{depth} < {draw(st.integers(0, 2))} %}}",
            "Next": f"{prefix}S{draw(st.integers(0, index))}",
        }
        odd = {"Condition": "{% $states.input.n % 2 = 1 %}", "Next": draw(st.sampled_from(later))}
        again["Assign"] = {f"rounds{depth}": f"{{% $rounds{depth} + 1 %}}"}  # type: ignore[assignment]
        return {"Type": kind, "Choices": [again, odd], "Default": way["Next"]}
    task = {
        **TASK,
        "Arguments": {
            "n": "{% $states.input.n %}",
            "tries": "{% $states.context.State.RetryCount + $states.context.Execution.RedriveCount %}",
            "failures": draw(st.integers(0, 4)),
        },
        "Output": {"n": "{% $states.result %}"},
        "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": draw(st.integers(0, 2))}],
        **way,
    }
    if bool(later) and draw(st.booleans()):
        task["Catch"] = [{**CAUGHT, "Next": draw(st.sampled_from(later))}]
    return task


@st.composite
def machines(draw: st.DrawFn) -> Json:
    """A machine whose loops end and whose states can all be reached."""
    return {"QueryLanguage": "JSONata", **chain(draw, "", 0)}


@st.composite
def distributed_machines(draw: st.DrawFn) -> Json:
    """A machine that begins with a distributed Map."""
    states = {
        "All": {**each(draw, "All", 0, distributed=True), "Next": "Rest"},
        "Rest": {"Type": "Wait", "Seconds": 1, "End": True},
    }
    return {"QueryLanguage": "JSONata", "StartAt": "All", "States": states}


def work(resource: str, arguments: Json) -> Any:
    """Fails for as many tries as its arguments say: the same whoever asks again."""
    if arguments["tries"] < arguments["failures"]:
        raise TaskError("Busy", f"try {arguments['tries']}")
    return arguments["n"] * 3


def redrive(engine: Engine, name: str, times: int) -> None:
    """Redrive an execution as long as it fails, so often at most."""
    while True:
        engine.run_through()
        one = engine.describe_execution("m", name)
        if one.status is Status.SUCCEEDED or one.redrives == times:
            return
        engine.redrive_execution("m", name)


def histories(
    open_store: Callable[[], Store], definition: Json, deaths: list[tuple[int, bool]], redrives: int = 0
) -> list[Any]:
    """The histories and ends of three executions, in as many processes as deaths and one."""
    clock = ManualClock()
    for commits, after in [*deaths, (None, False)]:
        store = cast("Store", MortalStore(open_store(), commits, after=after))
        with suppress(Killed):
            engine = Engine(store, work, clock=clock, workers=InlineWorkers())
            engine.put_state_machine("m", definition)
            for number in range(3):
                with suppress(ExecutionAlreadyExistsError):
                    engine.start_execution("m", f'{{"n":{number}}}', name=f"run-{number}")
            engine.run_through()
            for number in range(3):
                redrive(engine, f"run-{number}", redrives)
    ends = [engine.describe_execution("m", f"run-{number}") for number in range(3)]
    assert Status.RUNNING not in {one.status for one in ends}
    told = [
        (one.status, one.output, one.error, one.cause, one.stopped, one.redrives, one.redriven)
        for one in ends
    ]
    runs = sorted((run for one in ends for run in store.map_runs(one.id)), key=lambda run: run.name)
    children = [child for run in runs for child in store.children(run.name, -1, 99)]
    ways = [(child.name, child.status, child.input, child.output, child.redrives) for child in children]
    inside = [engine.get_execution_history(child.machine, child.name) for child in children]
    attempts = [(run.status, run.redrives, run.redriven, run.items) for run in runs]
    return [told, attempts, ways, inside, *(engine.get_execution_history("m", one.name) for one in ends)]


DEATHS = st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=6)


@given(st.one_of(machines(), distributed_machines()), DEATHS, st.integers(0, 2))
@settings(deadline=None, max_examples=60)
def test_an_interrupted_run_has_the_history_of_an_uninterrupted_one(
    definition: Json, deaths: list[tuple[int, bool]], redrives: int
) -> None:
    whole = histories(MemoryStore, definition, [], redrives)
    memory = MemoryStore()
    assert histories(lambda: memory, definition, deaths, redrives) == whole
    with tempfile.TemporaryDirectory() as folder:
        opened: list[SqliteStore] = []

        def reopen() -> SqliteStore:
            for store in opened:
                store.close()
            opened.append(SqliteStore(Path(folder, "engine.db")))
            return opened[-1]

        assert histories(reopen, definition, deaths, redrives) == whole
        opened[-1].close()
