"""A machine that was imported and compiled goes the same way as before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.biz.accepting import complaints

from coworks.biz import compile_machine, compile_workflow
from coworks.biz.editing.tree import data_of
from coworks.biz.importing import import_machine
from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore, TaskError, lambda_invoker
from coworks.engine.records import Execution
from coworks.project.workflows import predefined_workflows

ROOT = Path(__file__).parents[3]
FOLDER = Path(__file__).parents[1] / "machines"
MACHINES = {path.name.removesuffix(".asl.json"): path for path in sorted(FOLDER.glob("*.asl.json"))}
INPUTS = json.loads((FOLDER / "inputs.json").read_text(encoding="utf-8"))
RENAMED = {"End 2": "End", "Workflow input 2": "Workflow input"}


INSIDE = """\
comment: Branches and items, with all that the compiler adds to them
input: {team: [ops@example.com]}
states:
  - name: Both
    parallel:
      stock:
        - name: Ask the stock
          tech: {service: stock, get: "/level/{% $data.article %}/{% $data.place %}"}
          catch: Nothing
        - name: Enough?
          choices:
            - when: $ask_the_stock > 0
              goto: End
        - name: Nothing
          pass:
      credit:
        - name: Ask the bank
          biz: {workflow: credit, data: {who: "{% $data.who %}"}}
          timeout: 1 day
    catch: Sorry
  - name: Each line
    foreach:
      items: $data.lines
      as: line
      at_most: 5
      distributed: true
      steps:
        - name: Keep it
          aws: {call: "dynamodb:putItem", with: {Item: {id: {S: "{% $data.id & $line.id %}"}}}}
          catch: Tell
          goto: End
        - name: Tell
          set: {why: "{% $error.Cause %}"}
    retry: 2
  - name: The morning
    wait: until 08:00 Europe/Paris
  - name: Look
    aws: {call: "dynamodb:query", with: {TableName: orders}}
    heartbeat: 5 minutes
    goto: End
  - name: Sorry
    fail: {error: "{% $error.Error %}"}
"""


def functions() -> Any:
    """`echo` gives its payload back, `fail` fails as it is told, `flaky` works at the third call."""
    calls: list[str] = []

    def call(function: str, payload: Any) -> Any:
        name = function.rpartition(":")[2]
        calls.append(name)
        if name == "fail":
            raise TaskError(payload.get("error", "Failed"), "as it was told")
        if name == "flaky" and len(calls) < 3:
            raise TaskError("Busy", "later")
        return {"statusCode": 200, "body": payload} if name == "${mail}" else payload

    return call


def run(definition: dict[str, Any], given: Any) -> tuple[Execution, list[dict[str, Any]]]:
    engine = Engine(MemoryStore(), lambda_invoker(functions()), clock=ManualClock(0), workers=InlineWorkers())
    engine.put_state_machine("machine", definition)
    name = engine.start_execution("machine", json.dumps(given), name="one").name
    engine.run_through()
    return engine.describe_execution("machine", name), engine.get_execution_history("machine", name)


def without_the_compilers_own(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events without their numbers and without the state that sets `$data`, names as they were."""
    told = []
    for event in events:
        details: dict[str, Any] = next(
            (value for key, value in event.items() if key.endswith("EventDetails")), {}
        )
        if details.get("name") == "Workflow input":
            continue
        named = (
            {**details, "name": RENAMED.get(details["name"], details["name"])}
            if "name" in details
            else details
        )
        told.append({"type": event["type"], "timestamp": event["timestamp"], **_without_numbers(named)})
    return told


def _without_numbers(details: dict[str, Any]) -> dict[str, Any]:
    """A cause of the engine names the event that it happened at, by its number, and the state by its name."""
    cause = details.get("cause", "")
    if "entered at the event id" in cause:
        return {**details, "cause": cause.partition("entered at the event id")[0]}
    return details


@pytest.mark.parametrize("name", MACHINES)
def test_an_imported_machine_has_the_same_history(name: str) -> None:
    text = MACHINES[name].read_text(encoding="utf-8")
    original = compile_machine(name, text, file=f"{name}.asl.json")
    assert original.problems == ()
    assert original.definition
    imported = import_machine(original.definition)
    compiled = compile_workflow(name, imported.text, file=f"{name}.yml")
    assert compiled.problems == (), imported.text
    assert compiled.definition
    (before, old), (after, new) = (
        run(original.definition, INPUTS[name]),
        run(compiled.definition, INPUTS[name]),
    )
    assert (after.status, after.output, after.error) == (before.status, before.output, before.error)
    assert without_the_compilers_own(new) == without_the_compilers_own(_named(old, imported.renamed))


def _named(events: list[dict[str, Any]], renamed: Any) -> list[dict[str, Any]]:
    """The events of a machine with the names that its import gave to its states."""
    text = json.dumps(events)
    for old, new in renamed.items():
        text = text.replace(f'"name": "{old}"', f'"name": "{new}"')
    return list(json.loads(text))


def test_there_are_enough_examples_and_they_use_the_whole_language() -> None:
    machines = [json.loads(path.read_text(encoding="utf-8")) for path in MACHINES.values()]
    assert len(machines) >= 30
    text = json.dumps(machines)
    for word in (
        "Parallel",
        "Map",
        "Choice",
        "Wait",
        "Task",
        "Pass",
        "Succeed",
        "Fail",
        "ItemSelector",
        "Iterator",
    ):
        assert f'"{word}"' in text
    assert INPUTS.keys() == MACHINES.keys()


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        (
            "order_words",
            [
                {
                    "name": "Send it",
                    "tech": {
                        "service": "mail",
                        "post": "/send",
                        "query": {"n": "{% $states.input.n %}"},
                        "body": {"to": ["a", "b"], "text": "{% 'Hello ' & $states.input.n %}"},
                    },
                    "retry": 2,
                    "catch": "Sorry",
                    "timeout": "30 seconds",
                },
                {"name": "Done", "success": None},
                {"name": "Sorry", "fail": {"error": "NotSent"}},
            ],
        ),
        ("waits", [{"name": "Short", "wait": "1 minute 30 seconds"}]),
    ],
)
def test_plain_words_are_used_where_there_are_some(name: str, steps: list[dict[str, Any]]) -> None:
    from_file = json.loads(MACHINES[name].read_text(encoding="utf-8"))
    imported = import_machine(from_file)
    assert imported.raw == ()
    assert data_of(imported.text)["states"][: len(steps)] == steps


def own_workflows() -> list[str]:
    """Those whose machine tells all: which kinds values are of, and what was used, is in no machine."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(ROOT.glob("samples/*/biz/*.yml"))]
    return [one for one in (*texts, INSIDE) if not data_of(one).keys() & {"use", "takes"}]


TAKES = """
takes:
  who: list
  after: duration
  note: text
  every: duration
  limit: number
input:
  after: 1 hour
  note: ""
overlap: skip
states:
  - name: Rest
    wait: "{% $data.after %}"
  - name: Rest again
    wait: "{% $data.every %}"
"""


def test_what_a_workflow_takes_is_known_as_far_as_its_machine_tells_it() -> None:
    definition = compile_workflow("w", TAKES, file="w.yml").definition
    assert definition
    told = data_of(import_machine(definition).text)
    kinds = {"who": "anything", "after": "duration", "every": "duration", "limit": "anything"}
    assert told == {**data_of(TAKES), "takes": {**kinds, "note": "anything"}}


REMIND = """
use: reminder
input:
  who: [ops@example.com]
  subject: Taxes
  after: 3 days
"""
WATCH = (ROOT / "samples/office/biz/erp_watch.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [REMIND, WATCH], ids=["reminder", "alert"])
def test_what_a_predefined_workflow_became_is_written_out_as_steps(text: str) -> None:
    definition = compile_workflow("w", text, file="w.yml", library=predefined_workflows()).definition
    assert definition
    imported = import_machine(definition)
    assert compile_workflow("w", imported.text, file="w.yml").definition == definition
    assert data_of(imported.text).keys() >= {"comment", "takes", "input", "states"}


@pytest.mark.parametrize("text", own_workflows(), ids=lambda text: text[:20])
def test_what_the_compiler_wrote_becomes_the_same_words_again(text: str) -> None:
    definition = compile_workflow("w", text, file="w.yml").definition
    assert definition
    imported = import_machine(definition)
    assert compile_workflow("w", imported.text, file="w.yml").definition == definition
    assert imported.renamed == {}
    told = {key: one for key, one in data_of(imported.text).items() if key != "states"}
    assert told == {key: one for key, one in data_of(text).items() if key in ("comment", "input")}


def test_branches_and_items_of_the_compiler_are_branches_and_items() -> None:
    definition = compile_workflow("w", INSIDE, file="w.yml").definition
    assert definition
    imported = import_machine(definition)
    assert imported.raw == ()
    assert data_of(imported.text) == data_of(INSIDE)


@pytest.mark.parametrize("name", MACHINES)
def test_what_an_import_compiles_to_passes_awss_rules(name: str) -> None:
    imported = import_machine(json.loads(MACHINES[name].read_text(encoding="utf-8")))
    definition = compile_workflow(name, imported.text, file="w.yml").definition
    assert definition
    assert complaints(definition) == []
