"""Workflows start at their ticks, each tick once."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from coworks.biz import compile_workflow
from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore
from coworks.local.schedules import Schedules

START = datetime(2026, 11, 24, 8, 59, 58, tzinfo=UTC)


def nothing(resource: str, arguments: Any) -> Any:
    return None


def workflow(trigger: str) -> str:
    return f"on:\n  - {trigger}\nstates:\n  - name: Nap\n    wait: 1 day\n"


class Scheduled:
    """An engine whose workflows w0, w1, ... are started by these triggers, on a clock turned by hand."""

    def __init__(self, *triggers: str) -> None:
        self.clock = ManualClock(START.timestamp())
        self.engine = Engine(MemoryStore(), nothing, clock=self.clock, workers=InlineWorkers())
        compiled = [
            compile_workflow(f"w{number}", workflow(trigger), file="w.yml")
            for number, trigger in enumerate(triggers)
        ]
        for one in compiled:
            assert one.definition is not None
            self.engine.put_state_machine(one.name, one.definition)
        self.schedules = Schedules(compiled, self.engine)

    def after(self, seconds: float) -> list[str]:
        """The names of all executions that many seconds later."""
        self.clock.advance(seconds)
        self.schedules.perform_due()
        return sorted(one.name for one in self.engine.list_executions())


def test_each_tick_starts_an_execution_named_after_it() -> None:
    scheduled = Scheduled("every: 2 seconds")
    assert scheduled.after(1) == []
    assert scheduled.after(1) == ["w0-20261124T090000Z"]
    assert scheduled.after(2) == ["w0-20261124T090000Z", "w0-20261124T090002Z"]


def test_cron_and_data_are_honoured() -> None:
    scheduled = Scheduled('cron: "0 10 * * ? *"\n    timezone: Europe/Paris\n    data: {a: 1}')
    assert scheduled.after(2) == ["w0-20261124T090000Z"]
    (execution,) = scheduled.engine.list_executions()
    assert json.loads(execution.input) == {"a": 1}


def test_several_schedules_are_kept_at_once() -> None:
    scheduled = Scheduled("every: 1 minute", "every: 2 seconds")
    assert scheduled.after(2) == ["w0-20261124T090000Z", "w1-20261124T090000Z"]
    assert scheduled.after(2)[-1] == "w1-20261124T090002Z"


def test_each_trigger_of_a_workflow_starts_its_own_execution() -> None:
    scheduled = Scheduled("every: 2 seconds\n    data: {a: 1}\n  - every: 10 seconds\n    data: {a: 2}")
    assert scheduled.after(2) == ["w0-20261124T090000Z", "w0-20261124T090000Z-2"]
    assert sorted(one.input for one in scheduled.engine.list_executions()) == ['{"a": 1}', '{"a": 2}']


def test_a_machine_that_slept_makes_up_for_nothing() -> None:
    scheduled = Scheduled("every: 1 hour")
    assert scheduled.after(timedelta(hours=8, minutes=5).total_seconds()) == []
    assert scheduled.after(timedelta(minutes=56).total_seconds()) == ["w0-20261124T180000Z"]


def test_a_tick_that_was_performed_is_not_performed_again() -> None:
    scheduled = Scheduled("every: 2 seconds")
    scheduled.engine.start_execution("w0", '{"by": "a former process"}', name="w0-20261124T090000Z")
    assert scheduled.after(2) == ["w0-20261124T090000Z"]
    assert scheduled.after(2) == ["w0-20261124T090000Z", "w0-20261124T090002Z"]


def test_the_thread_keeps_them_until_it_is_stopped() -> None:
    scheduled = Scheduled("every: 2 seconds")
    scheduled.clock.advance(2)
    scheduled.engine.start()
    scheduled.schedules.start()
    for _ in range(400):
        if scheduled.engine.list_executions():
            break
        time.sleep(0.02)
    scheduled.schedules.stop()
    scheduled.engine.stop()
    assert [one.name for one in scheduled.engine.list_executions()] == ["w0-20261124T090000Z"]
