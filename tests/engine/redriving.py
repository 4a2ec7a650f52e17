"""A world for the tests of redrives: resources that fail as long as they are broken."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from coworks.engine import Engine, Execution, InlineWorkers, ManualClock, Quotas, TaskError
from coworks.engine.buckets import NO_BUCKETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.engine import Store
    from coworks.engine.buckets import Buckets

Json = dict[str, Any]
DAY = 24 * 3600.0


def work(name: str) -> Json:
    return {"Type": "Task", "Resource": f"arn:aws:states:::{name}:do", "Arguments": {}}


def task(name: str, **fields: Any) -> Json:
    return {**work(name), "End": True, **fields}


def then(name: str, following: str, **fields: Any) -> Json:
    return {**work(name), "Next": following, **fields}


def alone(state: Json, name: str = "In") -> Json:
    return {"StartAt": name, "States": {name: state}}


class World:
    """The resources, an engine on a store that survives it, and what was called."""

    def __init__(self, open_store: Callable[[], Store], buckets: Buckets = NO_BUCKETS) -> None:
        self.broken: set[str] = set()
        self.called: Counter[str] = Counter()
        self.clock = ManualClock()
        self._open_store = open_store
        self._buckets = buckets
        self.restart()

    def restart(self, quotas: Quotas | None = None) -> None:
        self.engine = Engine(
            self._open_store(),
            self._invoke,
            clock=self.clock,
            workers=InlineWorkers(),
            quotas=quotas,
            buckets=self._buckets,
        )

    def _invoke(self, resource: str, given: Any) -> Any:
        name = resource.split(":")[5]
        called = name if given in ({}, None) else f"{name} {given}"
        self.called[called] += 1
        if called in self.broken:
            raise TaskError("Broken", called)
        return called

    def run(self, states: Json, given: Any = None, **fields: Any) -> Execution:
        machine = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **fields}
        self.engine.put_state_machine("m", machine)
        self.engine.start_execution("m", json.dumps(given), name="one")
        self.engine.run_through()
        return self.engine.describe_execution("m", "one")

    def redrive(self, token: str | None = None) -> Execution:
        self.engine.redrive_execution("m", "one", token=token)
        self.engine.run_through()
        return self.engine.describe_execution("m", "one")

    def events(self) -> list[str]:
        return [event["type"] for event in self.engine.get_execution_history("m", "one")]
