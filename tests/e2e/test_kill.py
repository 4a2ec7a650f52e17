"""`kill -9` of `cws run` at any moment: everything goes on, nothing that was done is done again."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.conftest import Process, RunProject, until

MakeProject = Callable[[Mapping[str, str]], Path]

FILES = {
    "tech/work.py": """
        import os
        import time
        from pathlib import Path
        from coworks import TechMicroService

        JOURNAL = Path(__file__).parents[1] / "journal.txt"

        class Work(TechMicroService):
            public = True

            def post_do(self, *, name, seconds=0):
                self.note(f"begin {name}")
                time.sleep(seconds)
                self.note(f"end {name}")
                return {"done": name}

            def note(self, line):
                with JOURNAL.open("a") as journal:
                    journal.write(line + "\\n")
                    journal.flush()
                    os.fsync(journal.fileno())
    """,
    "biz/sleeper.yml": """
        states:
          - name: Before
            tech: {service: work, post: /do, body: {name: "{% $data.run & ' before' %}"}}
          - name: Sleep
            wait: "{% $data.seconds %}"
          - name: After
            tech: {service: work, post: /do, body: {name: "{% $data.run & ' after' %}"}}
    """,
    "biz/worker.yml": """
        states:
          - name: First
            tech: {service: work, post: /do, body: {name: "{% $data.run & ' first' %}"}}
          - name: Slow
            tech: {service: work, post: /do, body: {name: "{% $data.run & ' slow' %}", seconds: 2}}
          - name: Last
            tech: {service: work, post: /do, body: {name: "{% $data.run & ' last' %}"}}
    """,
}


def journal(root: Path) -> list[str]:
    file = root / "journal.txt"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def ended(running: Process, location: str) -> Any:
    told = running.ask("GET", location)
    return told if told["status"] != "RUNNING" else None


def seconds_of(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def survive(root: Path, run_project: RunProject, wait: int, pauses: list[float]) -> None:
    """Start a sleeper and a worker, kill the server after each pause, and look at what came of them."""
    running = run_project(root)
    sleeper = running.ask("POST", "/sleeper", {"run": "sleeper", "seconds": wait})["id"]
    worker = running.ask("POST", "/worker", {"run": "worker"})["id"]
    until(lambda: "begin worker slow" in journal(root))
    sleeping = until(lambda: running.ask("GET", f"/sleeper/{sleeper}")["steps"][1:2])[0]
    for pause in pauses:
        time.sleep(pause)
        running.end(signal.SIGKILL)
        restarted = time.time()
        running = run_project(root)
    worked = until(lambda: ended(running, f"/worker/{worker}"), seconds=120)
    slept = until(lambda: ended(running, f"/sleeper/{sleeper}"), seconds=120)

    assert (worked["status"], worked["output"]) == ("SUCCEEDED", {"done": "worker last"})
    assert (slept["status"], slept["output"]) == ("SUCCEEDED", {"done": "sleeper after"})
    # The wait kept its first deadline: it neither ended early nor began anew after the last restart.
    woke = seconds_of(slept["steps"][1]["ended"])
    assert seconds_of(sleeping["started"]) + wait <= woke + 0.001
    assert woke < restarted + wait
    for told in (worked, slept):
        names = [step["name"] for step in told["steps"]]
        assert len(set(names)) == len(names), "no step was entered twice"
    counted = Counter(line for line in journal(root) if line.startswith("end "))
    once = ("sleeper before", "worker first")
    assert all(counted[f"end {name}"] == 1 for name in once), "what was completed before ran no second time"
    assert all(counted[f"end {name}"] >= 1 for name in ("sleeper after", "worker slow", "worker last"))


def test_a_wait_and_a_task_survive_a_kill(make_project: MakeProject, run_project: RunProject) -> None:
    chance = random.Random()
    survive(make_project(FILES), run_project, 20, [chance.uniform(0, 1.5), chance.uniform(6, 9)])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_they_survive_many_kills_at_random_moments(
    make_project: MakeProject, run_project: RunProject, seed: int
) -> None:
    chance = random.Random(seed)
    survive(make_project(FILES), run_project, 20, [chance.uniform(0, 3) for _ in range(4)] + [2])
