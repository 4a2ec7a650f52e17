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
    files = [str(folder / name) for name in ("engine.db", "effects", "started")]
    command = [sys.executable, str(ENGINE), *files, str(life), str(STARTED_A_LIFE)]
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


def check_history(history: list[dict[str, Any]]) -> None:
    """Each state was entered and left once a visit, each call was told once, whoever had to repeat it."""
    assert [event["id"] for event in history] == list(range(1, len(history) + 1))
    assert all(event["previousEventId"] < event["id"] for event in history)
    assert states_of(history, "Entered") == states_of(history, "Exited") == VISITED
    told = Counter(event["type"] for event in history)
    assert told["TaskScheduled"] == told["TaskStarted"] == len(WORK)
    assert (told["TaskSucceeded"], told["TaskFailed"]) == (4, 3)
    assert (history[0]["type"], history[-1]["type"]) == ("ExecutionStarted", "ExecutionSucceeded")


def check_forks(found: Execution, history: list[dict[str, Any]], done: list[str], kills: int) -> None:
    """Each turn and branch was done and told once; only what was in flight was done again."""
    assert (found.status, found.output) == (Status.SUCCEEDED, "[6,10]")
    assert [event["id"] for event in history] == list(range(1, len(history) + 1))
    assert all(event["previousEventId"] < event["id"] for event in history)
    told = Counter(event["type"] for event in history)
    assert told["MapIterationStarted"] == told["MapIterationSucceeded"] == told["WaitStateExited"] == 6
    assert (told["TaskSucceeded"], told["TaskFailed"]) == (7, 6)
    assert set(done) == set(FORKED)
    assert max(Counter(done).values()) <= 1 + kills


def check_effects(done: list[str], kills: int) -> None:
    """All the work was done, in order; only what was in flight when the process died was done again."""
    assert [work for work, _ in groupby(done)] == WORK
    assert len(done) <= len(WORK) + kills


def crash(folder: Path, lives: int) -> None:
    lived = [live(folder, life, seconds=random.uniform(0, 0.8)) for life in range(lives)]
    live(folder, lives, seconds=None)
    effects: dict[str, list[str]] = {}
    for line in (folder / "effects").read_text().splitlines():
        name, _, work = line.partition(" ")
        effects.setdefault(name, []).append(work)
    with closing(SqliteStore(folder / "engine.db")) as store:
        found: list[Execution] = store.executions(limit=STARTED_A_LIFE * (lives + 1))
        assert set((folder / "started").read_text().split()) <= {one.name for one in found}
        for one in found:
            done = effects.pop(one.name)
            if one.machine == "forks":
                check_forks(one, store.events(one.id), done, sum(lived))
                continue
            assert (one.status, one.output) == (Status.SUCCEEDED, '"Broken"')
            check_history(store.events(one.id))
            check_effects(done, sum(lived))
    assert effects == {}


def test_an_engine_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    crash(tmp_path, lives=5)


@pytest.mark.slow
def test_an_engine_that_is_killed_fifty_times_loses_nothing(tmp_path: Path) -> None:
    crash(tmp_path, lives=50)
