"""A bus without threads, on a clock turned by hand, that can be opened again as after a restart."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore
from coworks.local.bus import Bus
from coworks.project import Project

FILES = {
    "biz/big.yml": """
        on:
          - event: {source: [shop], detail: {total: [{numeric: [">", 1000]}]}}
            data: {order: "{% $event.detail.id %}"}
          - topic: stock
            filter: {level: [low]}
        states:
          - name: Nap
            wait: 1 day
    """,
    "biz/scan.yml": """
        on:
          - bucket: invoices
            prefix: in/
            suffix: .pdf
        states:
          - name: Nap
            wait: 1 day
    """,
    "tech/ear.py": """
        from coworks import TechMicroService
        class Ear(TechMicroService):
            public = True
            event_patterns = [{"source": ["shop"]}]
            topics = {"stock": {}}
            buckets = {"invoices": {"suffix": ".txt"}}
            def get(self): return "ear"
    """,
}


class Heard:
    """A bus of a project on a clock turned by hand, and what its services are told."""

    def __init__(self, project: Project, path: Path, engine: Engine, failures: int) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.failures = failures
        self.engine = engine
        self.bus = Bus(path, project, engine, self.call, InlineWorkers())

    def call(self, service: str, event: Any) -> None:
        self.calls.append((service, event))
        if self.failures:
            self.failures -= 1
            raise ValueError("not now")

    def started(self) -> list[Any]:
        self.bus.deliveries.make_due()
        return [json.loads(one.input) for one in self.engine.list_executions()]


class Listening:
    def __init__(self, project: Project, path: Path, parts: ExitStack) -> None:
        self.clock = ManualClock(1_800_000_000)
        self.engine = Engine(
            MemoryStore(), lambda resource, given: None, clock=self.clock, workers=InlineWorkers()
        )
        for workflow in project.workflows:
            assert workflow.definition is not None
            self.engine.put_state_machine(workflow.name, workflow.definition)
        self._project, self._path, self._parts = project, path, parts

    def __call__(self, failures: int = 0) -> Heard:
        """A bus on the same file and engine as the one before, as after a restart."""
        heard = Heard(self._project, self._path, self.engine, failures)
        self._parts.callback(heard.bus.close)
        return heard
