"""What is under way when the project stops has a second in all, however many parts wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from coworks.engine import Engine, MemoryStore, ThreadWorkers
from coworks.local.bus import Bus
from coworks.local.grace import Grace
from coworks.local.queues import Message, Queues, QueueSettings
from coworks.local.queues.mapping import EventSourceMapping
from coworks.project import load_project


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_counts_from_the_first_who_asks() -> None:
    clock = Clock()
    grace = Grace(1.0, clock)
    clock.now += 60
    assert grace.left() == 1.0
    clock.now += 0.75
    assert grace.left() == 0.25
    clock.now += 60
    assert grace.left() == 0


def test_no_part_waits_once_it_is_over(
    make_project: Callable[[Mapping[str, str]], Path], tmp_path: Path
) -> None:
    """With a call of the bus and one of a queue that never end; it is the end of this test that shows it."""
    clock, hangs, begun = Clock(), threading.Event(), threading.Semaphore(0)
    grace = Grace(3600, clock)

    def call(service: str, event: object) -> None:
        begun.release()
        hangs.wait()

    def work(messages: Sequence[Message]) -> set[str]:
        call("work", messages)
        return set()

    project = load_project(
        make_project(
            {"tech/ear.py": "from coworks import TechMicroService\nclass Ear(TechMicroService): ..."}
        )
    )
    bus = Bus(tmp_path / "bus.db", project, Engine(MemoryStore(), call), call, ThreadWorkers(1), grace)
    queues = Queues(tmp_path / "queues.db")
    queues.declare(QueueSettings("work"))
    mapping = EventSourceMapping(queues, {"work": work}, grace=grace)
    bus.start()
    mapping.start()
    bus.call("ear", {})
    queues.send("work", "hello")
    begun.acquire()
    begun.acquire()
    grace.left()
    clock.now += 3600
    mapping.stop()
    bus.stop()
    assert (bus.state()["waiting"], queues.counts()["work"].in_flight) == (1, 1), "both are on disk"
    hangs.set()
    queues.close()
    bus.close()
