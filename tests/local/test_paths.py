"""A workflow with every kind of step runs on the engine, and its picture shows the path that it took."""

from __future__ import annotations

import re
from typing import Any

from coworks.biz import STEP_KINDS, compile_workflow
from coworks.biz.drawing import Run, draw, to_mermaid
from coworks.biz.drawing.graph import END_BOX, START_BOX
from coworks.biz.editing.tree import data_of
from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore, TaskError, lambda_invoker
from coworks.local.paths import path_of
from coworks.local.visits import read_visits

WORKFLOW = """
states:
  - name: Count
    set: {tries: 0}
  - name: Ask
    tech: {service: tool, get: /}
    catch: [{on: Busy, goto: A moment}]
  - name: Good?
    choices:
      - when: $ask.good = true
        goto: Two ways
      - default: Refuse
  - name: A moment
    wait: 1 minute
  - name: Count on
    set: {tries: "{% $tries + 1 %}"}
    goto: Ask
  - name: Two ways
    asl:
      Type: Map
      Items: [1, 2]
      ItemProcessor:
        StartAt: Odd?
        States:
          Odd?:
            Type: Choice
            Choices: [{Condition: "{% $states.input = 1 %}", Next: Bad}]
            Default: Fine
          Bad: {Type: Fail, Error: Odd}
          Fine: {Type: Pass, End: true}
      MaxConcurrency: 1
      Catch: [{ErrorEquals: [Odd], Next: Nothing}]
  - name: Nothing
    pass:
  - name: Both
    parallel:
      left: [{name: Left, pass: }]
      right: [{name: Right, wait: 5}]
  - name: Each one
    foreach: {items: "$both.left", steps: [{name: One, pass: }]}
  - name: Another
    biz: other
  - name: Allowed?
    approve: {who: [a@example.com], subject: May we?, deadline: {after: 1 day, goto: Tell}}
  - name: Tell
    aws: {call: "sns:publish", with: {TopicArn: t, Message: m}}
    catch: [{goto: Done}]
  - name: Done
    success:
  - name: Refuse
    fail: {error: Refused}
"""

OTHERS = """
states:
  - name: Both
    parallel:
      one:
        - name: First
          pass:
      two:
        - name: Each item
          foreach:
            items: [1, 2]
            steps:
              - name: Second
                set: {twice: "{% $item * 2 %}"}
  - name: Queue
    aws: {call: sqs:sendMessage, with: {QueueUrl: q, MessageBody: hello}}
  - name: Person
    approve: {who: a@example.com, subject: It, deadline: {after: 1 day, goto: Late}}
    goto: End
  - name: Late
    biz: {workflow: other}
  - name: Enough?
    choices:
      - when: $exists($data.round)
        goto: End
  - name: Once more
    again: {round: 2}
"""


def path(answers: list[Any]) -> tuple[Run, str]:
    """The path with these answers of the service, and its picture."""

    def call(function: str, payload: Any) -> Any:
        if function == "${approval}":
            return {"statusCode": 200, "body": None}
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"statusCode": 200, "body": answer}

    functions = lambda_invoker(call)

    def invoke(resource: str, arguments: Any) -> Any:
        if resource.endswith("sns:publish"):
            raise TaskError("SNS.NotFoundException", "there is no topic here")
        return functions(resource, arguments)

    engine = Engine(MemoryStore(), invoke, clock=ManualClock(0), workers=InlineWorkers())
    compiled = compile_workflow("w", WORKFLOW, file="w.yml")
    assert compiled.definition, compiled.problems
    engine.put_state_machine("w", compiled.definition)
    engine.put_state_machine("other", {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    name = engine.start_execution("w").name
    engine.run_through()
    execution = engine.describe_execution("w", name)
    run = path_of(execution, read_visits(execution, engine.get_execution_history("w", name)))
    return run, to_mermaid(draw("w", compiled.definition, compiled.source_map, run))


def styles(picture: str) -> dict[str, str]:
    """The colours of the boxes by the names of their steps."""
    names = dict(re.findall(r'^ *(?:subgraph )?(s\d+)[\[{(]+"([^"<]+)', picture, re.MULTILINE))
    return {names[box]: colour for box, colour in re.findall(r"^  class (s\d+) (\w+)", picture, re.MULTILINE)}


def test_the_workflow_has_every_kind_of_step() -> None:
    compiled = compile_workflow("w", OTHERS, file="w.yml")
    assert compiled.problems == ()
    used = {key for step in data_of(WORKFLOW)["states"] for key in step}
    used |= {word for word in STEP_KINDS if f" {word}:" in OTHERS}
    assert used >= STEP_KINDS.keys()


def test_steps_inside_steps_and_calls_show_their_path() -> None:
    def invoke(resource: str, arguments: Any) -> Any:
        return {"StatusCode": 200, "Payload": {}} if "lambda" in resource else {"MessageId": "1"}

    engine = Engine(MemoryStore(), invoke, clock=ManualClock(0), workers=InlineWorkers())
    compiled = compile_workflow("w", OTHERS, file="w.yml")
    other = compile_workflow("other", "states:\n  - name: Rest\n    wait: 5\n", file="other.yml")
    assert compiled.definition
    assert other.definition
    engine.put_state_machine("w", compiled.definition)
    engine.put_state_machine("other", other.definition)
    name = engine.start_execution("w").name
    engine.run_through()
    execution = engine.describe_execution("w", name)
    run = path_of(execution, read_visits(execution, engine.get_execution_history("w", name)))
    done = ("Both", "First", "Second", "Queue", "Late", "Enough?", "Once more")
    assert {one: run.statuses[one] for one in done} == dict.fromkeys(done, "SUCCEEDED")
    assert [one.status for one in engine.list_executions("w")] == ["SUCCEEDED", "SUCCEEDED"]
    assert run.statuses["Person"] == "CAUGHT"
    assert {("Both", "Queue"), ("Queue", "Person"), ("Person", "Late")} <= run.ways
    assert "caught" in styles(to_mermaid(draw("w", compiled.definition, compiled.source_map, run))).values()


def test_a_loop_that_ends_well_is_green_to_the_end() -> None:
    run, picture = path([TaskError("Busy", "later"), {"good": True}])
    assert run.statuses["Ask"] == "SUCCEEDED"
    assert run.statuses["Two ways"] == "CAUGHT"
    assert run.statuses["Bad"] == "FAILED"
    assert {
        (START_BOX, "Workflow input"),
        ("Ask", "A moment"),
        ("Count on", "Ask"),
        ("Done", END_BOX),
    } <= run.ways
    assert "Refuse" not in run.statuses
    told = styles(picture)
    names = ("Count", "Ask", "Two ways", "Both", "Each one", "Another", "Allowed?", "Tell", "Refuse")
    colours = ["done", "done", "caught", "done", "done", "done", "caught", "caught", "untouched"]
    assert [told[name] for name in names] == colours


def test_a_refusal_ends_in_red() -> None:
    run, picture = path([{"good": False}])
    assert run.statuses["Refuse"] == "FAILED"
    assert ("Good?", "Refuse") in run.ways
    assert not [way for way in run.ways if way[1] == END_BOX]
    assert styles(picture)["Refuse"] == "failed"


def test_in_a_map_the_worst_turn_counts() -> None:
    run, _ = path([{"good": True}])
    assert run.statuses["Odd?"] == "SUCCEEDED"
    assert run.statuses["Bad"] == "FAILED"
    assert "Fine" not in run.statuses or run.statuses["Fine"] == "ABORTED"
