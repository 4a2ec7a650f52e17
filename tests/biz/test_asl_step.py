"""A raw state is taken as it is, between steps of other kinds."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from coworks.biz import compile_workflow
from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore, lambda_invoker

MIXED = """
states:
  - name: First
    set: {amount: 2}
  - name: Old
    asl: {Type: Pass, QueryLanguage: JSONPath, Parameters: {"sum.$": "States.MathAdd($amount, 1)"}}
  - name: Both
    asl:
      Type: Parallel
      Branches: [{StartAt: In, States: {In: {Type: Pass, Output: "{% $amount * 2 %}", End: true}}}]
      Assign: {doubled: "{% $states.result[0] %}"}
      Next: End
"""


def test_both_query_languages_go_together_in_one_machine() -> None:
    compiled = compile_workflow("w", MIXED, file="w.yml")
    assert compiled.errors == ()
    assert compiled.definition
    states = compiled.definition["States"]
    assert "QueryLanguage" not in compiled.definition
    assert [states[name]["QueryLanguage"] for name in ("Workflow input", "First", "Old", "Both")] == [
        "JSONata",
        "JSONata",
        "JSONPath",
        "JSONata",
    ]
    assert states["Both"]["Branches"][0]["States"]["In"]["QueryLanguage"] == "JSONata"
    assert states["Both"]["End"] is True
    engine = Engine(MemoryStore(), lambda_invoker(no_function), clock=ManualClock(0), workers=InlineWorkers())
    engine.put_state_machine("w", compiled.definition)
    name = engine.start_execution("w").name
    engine.run_through()
    exits = [
        json.loads(event["stateExitedEventDetails"]["output"])
        for event in engine.get_execution_history("w", name)
        if event["type"].endswith("StateExited")
    ]
    assert exits[2:] == [{"sum": 3}, 4, [4]]


def no_function(function: str, payload: Any) -> Any:
    raise AssertionError(function)


def test_its_jumps_and_variables_count(problems: Callable[[str], list[str]]) -> None:
    text = """\
states:
  - name: Raw
    asl:
      Type: Choice
      Choices: [{Condition: "{% true %}", Assign: {seen: 1}, Next: Use}]
      Default: End
  - name: Use
    set: {twice: "{% $seen * 2 %}"}
"""
    assert problems(text) == []
    assert problems(text.replace("Next: Use", "Next: Usse"))[0].startswith("5:68 B103")


def test_without_a_way_of_its_own_it_goes_on(machine: Callable[[str], dict[str, Any]]) -> None:
    states = machine("states:\n  - name: A\n    asl: {Type: Pass}\n  - name: B\n    asl: {Type: Succeed}\n")[
        "States"
    ]
    assert states["A"] == {"Type": "Pass", "Next": "B"}
    assert states["B"] == {"Type": "Succeed"}
