"""An execution is told step by step, from its history."""

from __future__ import annotations

from typing import Any

from coworks.biz import compile_workflow
from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore, TaskError, lambda_invoker
from coworks.local.runs import description

WORKFLOW = """
states:
  - name: Ask
    tech: {service: tool, get: /}
    retry: 1
    catch: Console
    goto: End
  - name: Console
    set: {why: $error.Error}
  - name: Nap
    wait: 1 hour
"""


def told_of(answers: list[object], *, hours: float = 2) -> dict[str, Any]:
    """The description after these answers of the service and that many hours."""

    def call(function: str, payload: Any) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"statusCode": 200, "body": answer}

    clock = ManualClock(0)
    engine = Engine(MemoryStore(), lambda_invoker(call), clock=clock, workers=InlineWorkers())
    compiled = compile_workflow("w", WORKFLOW, file="w.yml")
    assert compiled.definition is not None, compiled.problems
    engine.put_state_machine("w", compiled.definition)
    started = engine.start_execution("w")
    for _ in range(int(hours * 3600)):
        clock.advance(1)
        engine.work()
    return description(
        engine.describe_execution("w", started.name), engine.get_execution_history("w", started.name)
    )


def test_a_step_that_worked_has_its_output() -> None:
    told = told_of([{"a": 1}], hours=0.01)
    assert told["status"] == "SUCCEEDED"
    assert [(step["name"], step["status"]) for step in told["steps"]] == [("Ask", "SUCCEEDED")]
    assert told["steps"][0]["output"] == {"a": 1}
    assert told["steps"][0]["started"] == "1970-01-01T00:00:00.000Z"


def test_tries_are_counted_and_a_failure_that_was_mended_is_forgotten() -> None:
    step = told_of([TaskError("Busy", "later"), {"a": 1}], hours=0.01)["steps"][0]
    assert (step["status"], step["tries"]) == ("SUCCEEDED", 2)
    assert "error" not in step


def test_a_failure_that_was_caught_says_so_and_a_wait_is_running() -> None:
    told = told_of([TaskError("Busy", "later"), TaskError("Gone", "for good")], hours=0.5)
    assert told["status"] == "RUNNING"
    ask, console, nap = told["steps"]
    assert (ask["status"], ask["error"], ask["cause"]) == ("CAUGHT", "Gone", "for good")
    assert console["status"] == "SUCCEEDED"
    assert nap["status"] == "RUNNING"
    assert "ended" not in nap
