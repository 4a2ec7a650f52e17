"""Killed with -9 at random moments: everything ends right, and nothing that is done is done again."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from coworks.engine import SqliteStore, Status

if TYPE_CHECKING:
    from coworks.engine import Execution

ENGINE = Path(__file__).with_name("crashing_engine.py")
ROUND = ["Quick", "Rest", "Flaky", "More"]
VISITED = ["Begin", *ROUND, *ROUND, "Broken", "End"]
WORK = ["Quick 1 0", "Flaky 1 0", "Flaky 1 1", "Quick 2 0", "Flaky 2 0", "Flaky 2 1", "Broken 2 0"]
FORKED = ["Side 0 0", *(f"One {item} {attempt}" for item in range(1, 7) for attempt in (0, 1))]
STARTED_A_LIFE = 10
ALL_IS_DONE_WITHIN = 300


def live(folder: Path, life: int, *, seconds: float | None) -> bool:
    """Run the engine, and kill it after some time, None for never; True when it was killed."""
    command = [sys.executable, str(ENGINE), str(folder), str(life), str(STARTED_A_LIFE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        if seconds is None:
            assert process.wait(ALL_IS_DONE_WITHIN) == 0
            return False
        time.sleep(seconds)
        process.kill()
        return process.wait() != 0


def states_of(history: list[dict[str, Any]], what: str) -> list[str]:
    field = f"state{what}EventDetails"
    return [event[field]["name"] for event in history if field in event]


def check_chain(history: list[dict[str, Any]]) -> Counter[str]:
    """The numbers of events are without a gap, and each follows an earlier one."""
    assert [event["id"] for event in history] == list(range(1, len(history) + 1))
    assert all(event["previousEventId"] < event["id"] for event in history)
    assert (history[0]["type"], history[-1]["type"]) == ("ExecutionStarted", "ExecutionSucceeded")
    return Counter(event["type"] for event in history)


def check_line(one: Execution, history: list[dict[str, Any]], done: list[str], kills: int) -> None:
    """Each state was entered and left once a visit, each call told once and made in order."""
    told = check_chain(history)
    assert one.output == '"Broken"'
    assert states_of(history, "Entered") == states_of(history, "Exited") == VISITED
    assert told["TaskScheduled"] == told["TaskStarted"] == len(WORK)
    assert (told["TaskSucceeded"], told["TaskFailed"]) == (4, 3)
    assert [work for work, _ in groupby(done)] == WORK
    assert len(done) <= len(WORK) + kills


def check_forks(one: Execution, history: list[dict[str, Any]], done: list[str], kills: int) -> None:
    """Each turn and branch was done and told once; only what was in flight was done again."""
    told = check_chain(history)
    assert one.output == "[6,10]"
    assert told["MapIterationStarted"] == told["MapIterationSucceeded"] == told["WaitStateExited"] == 6
    assert (told["TaskSucceeded"], told["TaskFailed"]) == (7, 6)
    assert set(done) == set(FORKED)
    assert max(Counter(done).values()) <= 1 + kills


def check_callback(one: Execution, history: list[dict[str, Any]], done: list[str], kills: int) -> None:
    """The answer came once; the submission is told unless the answer overtook it."""
    told = check_chain(history)
    assert one.output == '"yes"'
    assert (told["TaskScheduled"], told["TaskStarted"], told["TaskSucceeded"]) == (1, 1, 1)
    assert told["TaskSubmitted"] <= 1
    assert set(done) == {"Ask 0 0"}
    assert len(done) <= 1 + kills


def check_activity(one: Execution, history: list[dict[str, Any]], done: list[str], kills: int) -> None:
    """A task was handed out once; one whose worker died timed out, and came again as another attempt."""
    told = check_chain(history)
    assert one.output == '"dug"'
    assert told["ActivitySucceeded"] == 1
    assert told["ActivityScheduled"] == told["ActivityStarted"] == told["ActivityTimedOut"] + 1
    assert done
    assert max(Counter(done).values()) == 1


def check_parent(one: Execution, history: list[dict[str, Any]], done: list[str], kills: int) -> None:
    """The child was started once, and its output came once."""
    told = check_chain(history)
    assert one.output == "[6,10]"
    kinds = ("TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded")
    assert [told[kind] for kind in kinds] == [1, 1, 1, 1]
    assert done == []


def check_maps(one: Execution, history: list[dict[str, Any]], done: list[str], kills: int) -> None:
    """One map run, redriven with its execution; each odd item failed before, none was done after its end."""
    told = check_chain(history)
    assert one.output == "[1,2,3,4,5,6]"
    assert (told["MapRunStarted"], told["MapRunSucceeded"]) == (1, 1)
    assert told["MapRunRedriven"] == told["ExecutionRedriven"] == told["MapRunFailed"] == one.redrives > 0
    assert {f"Every {item} 1" for item in (1, 3, 5)} <= set(done)
    assert {work.split()[1] for work in done} == set("123456")
    assert max(Counter(done).values()) <= 1 + kills


def check_child(history: list[dict[str, Any]]) -> None:
    """A child was redriven as often as it says, and did its task well once."""
    told = check_chain(history)
    assert told["TaskSucceeded"] == told["WaitStateExited"] == 1
    assert told["TaskStateEntered"] == told["TaskStateExited"] == 1
    assert told["TaskFailed"] <= told["ExecutionFailed"] <= told["ExecutionRedriven"]


CHECKS = {
    "m": check_line,
    "forks": check_forks,
    "callbacks": check_callback,
    "activities": check_activity,
    "parents": check_parent,
    "maps": check_maps,
}


def effects_in(folder: Path) -> dict[str, list[str]]:
    effects: dict[str, list[str]] = {}
    for line in (folder / "effects").read_text().splitlines():
        name, _, work = line.partition(" ")
        effects.setdefault(name, []).append(work)
    return effects


def crash(folder: Path, lives: int) -> None:
    kills = sum(live(folder, life, seconds=random.uniform(0, 0.8)) for life in range(lives))
    live(folder, lives, seconds=None)
    effects = effects_in(folder)
    with closing(SqliteStore(folder / "engine.db")) as store:
        found: list[Execution] = store.executions(limit=2 * STARTED_A_LIFE * (lives + 1))
        names = {one.name for one in found}
        assert set((folder / "started").read_text().split()) <= names
        assert {f"{one.name}-child" for one in found if one.machine == "parents"} <= names
        for one in found:
            assert one.status is Status.SUCCEEDED
            CHECKS[one.machine](one, store.events(one.id), effects.pop(one.name, []), kills)
            for run in store.map_runs(one.id):
                for child in store.children(run.name, -1, 99):
                    check_child(store.events(child.id))
    assert effects == {}
    tokens = {tuple(line.split()) for line in (folder / "tokens").read_text().splitlines()}
    assert len(tokens) == len({name for name, _ in tokens})  # a call that was made again had the same token


def test_an_engine_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    crash(tmp_path, lives=5)


@pytest.mark.slow
def test_an_engine_that_is_killed_a_hundred_times_loses_nothing(tmp_path: Path) -> None:
    crash(tmp_path, lives=100)
