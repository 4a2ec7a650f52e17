"""Machines in the States Language run as they are, and their mistakes show the line."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coworks.biz import (
    CompiledWorkflow,
    EntryContract,
    Every,
    ServiceContract,
    check_cycles,
    compile_machine,
    compile_workflow,
)
from coworks.biz.functions import service_named
from coworks.biz.native.json_tree import read_json
from coworks.biz.nodes import plain
from coworks.biz.problems import Report

MACHINE = """\
{
  "Comment": "Look and rest",
  "StartAt": "Look / see",
  "States": {
    "Look / see": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": {"FunctionName": "${check}", "Payload.$": "$"},
      "Next": "Both"
    },
    "Both": {
      "Type": "Parallel",
      "Branches": [{"StartAt": "In", "States": {"In": {"Type": "Pass", "End": true}}}],
      "End": true
    }
  }
}
"""
YAML = """\
StartAt: Rest
States:
  Rest: {Type: Wait, Seconds: 5, End: true}
"""
SERVICES = {"check": ServiceContract("check", None)}


def compiled(text: str, file: str = "m.asl.json", **options: Any) -> CompiledWorkflow:
    return compile_machine("m", text, file=file, **options)


def problems(text: str, file: str = "m.asl.json") -> list[str]:
    told = compiled(text, file, services=SERVICES).problems
    return [one.render().splitlines()[0].removeprefix(f"{file}:") for one in told]


def test_a_machine_is_taken_unchanged() -> None:
    found = compiled(MACHINE, services=SERVICES)
    assert found.problems == ()
    assert found.definition == json.loads(MACHINE)
    assert list(found.definition or {}) == ["Comment", "StartAt", "States"]
    assert found.comment == "Look and rest"
    assert {name: one.place.line for name, one in found.source_map.items()} == {
        "Look / see": 5,
        "Both": 11,
        "In": 13,
    }


def test_a_machine_in_yaml_is_the_same() -> None:
    found = compiled(YAML, "m.asl.yaml")
    assert found.definition == {
        "StartAt": "Rest",
        "States": {"Rest": {"Type": "Wait", "Seconds": 5, "End": True}},
    }
    assert str(found.source_map["Rest"]) == "m.asl.yaml:3"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"Next": "Both"',
            '"Next": "Boht"',
            [
                "9:15 B502 Missing 'Next' target: Boht; did you mean \"Both\"?",
                '11:5 B502 State "Both" is not reachable.; let a "Next" lead to it, or remove it',
            ],
        ),
        (
            '"StartAt": "In"',
            '"StartAt": "On"',
            [
                "13:32 B502 Missing 'StartAt' target; known: Both, In, Look / see",
                '13:49 B502 State "In" is not reachable.; let a "Next" lead to it, or remove it',
            ],
        ),
        ('"Type": "Pass", ', '"Type": "Pass", "Nxt": 1, ', ["13:79 B502 Field 'Nxt' is not supported"]),
        ("${check}", "${chekc}", ['8:38 B201 no service is named "chekc"; did you mean "check"?']),
        (
            "${check}",
            "billing",
            [
                '8:38 B503 warning: "billing" is no service of this project: it cannot be called on this'
                " machine; write ${NAME} for a service of the project"
            ],
        ),
        ('"End": true\n', '"End": true,\n', ['14:18 B501 a "," is too many here; remove it']),
        (
            '"End": true}',
            '"End": true, "End": true}',
            ['13:85 B005 the key "End" is written twice; the other is on line 13; keep one of them'],
        ),
    ],
)
def test_a_mistake_shows_its_line(old: str, new: str, expected: list[str]) -> None:
    assert problems(MACHINE.replace(old, new, 1)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ['1:1 B003 the file is empty; a machine has "StartAt" and "States"']),
        ("[1]", ['1:1 B004 the file must hold one object; begin it with "{"']),
        ("[" * 5000, ["1:101 B009 values are nested deeper than 100 levels; flatten them"]),
        (
            '\n"[[",' + "[" * 100 + "{}" + "]" * 100,
            ["2:106 B009 values are nested deeper than 100 levels; flatten them"],
        ),
        ('{"a": NaN}', ["1:1 B501 NaN is no number of JSON; write a number or null"]),
        ('{"a": "b}', ["1:7 B501 a quote is opened here and never closed; close it"]),
        ('{"a" 1}', ['1:6 B501 a ":" is expected here; write "key": value']),
        (
            '"' + "x" * 1_000_001 + '"',
            ["1:1 B007 the file is larger than 1 MB; split the machine; AWS takes 1 MB at most"],
        ),
        (
            "{}",
            [
                "1:1 B502 The field 'StartAt' is required but was missing",
                "1:1 B502 The field 'States' is required and must hold at least one state",
            ],
        ),
    ],
)
def test_a_file_that_is_no_machine_is_told_so(text: str, expected: list[str]) -> None:
    assert problems(text) == expected


KEYS = st.text(string.printable, max_size=8)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(KEYS, inside, max_size=3),
    max_leaves=6,
)
FEW = settings(max_examples=40, deadline=None)


@FEW
@given(st.dictionaries(KEYS, JSON, max_size=4), st.sampled_from([None, 0, 2]))
def test_json_is_read_as_python_reads_it(value: dict[str, Any], indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    report = Report("m.json", text)
    tree = read_json(text, report)
    assert report.problems() == ()
    assert tree is not None
    assert plain(tree) == json.loads(text)


STATES = st.dictionaries(
    st.sampled_from(["Type", "Next", "Choices", "Branches", "Retry", "Catch", "Items"]), JSON
)


@FEW
@given(st.dictionaries(st.sampled_from(["A", "B", "A/Next"]), STATES | JSON))
def test_whatever_the_states_are_a_problem_has_a_place(states: dict[str, Any]) -> None:
    text = json.dumps({"StartAt": "A", "States": states}, indent=1)
    found = compiled(text, services=SERVICES)
    assert found.errors
    assert all(1 <= one.line <= text.count("\n") + 1 for one in found.problems)


CALLS = {
    "StartAt": "Order",
    "States": {
        "Order": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {
                "FunctionName": "${mail}",
                "Payload": {"coworks": 1, "method": "POST", "path": "/sent", "body": {}},
            },
            "Next": "Bill",
        },
        "Bill": {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Arguments": {"StateMachineArn": "${bill}"},
            "End": True,
        },
    },
    "QueryLanguage": "JSONata",
}


def test_orders_and_workflows_are_checked_as_those_of_steps() -> None:
    entry = EntryContract("POST", "/send")
    found = compile_machine(
        "order",
        json.dumps(CALLS, indent=1),
        file="order.asl.json",
        services={"mail": ServiceContract("mail", (entry,))},
        workflows=["order", "billing"],
    )
    assert [(one.code, one.hint) for one in found.problems] == [
        ("B202", 'did you mean "/send"?'),
        ("B210", 'did you mean "billing"?'),
    ]


def test_a_machine_that_waits_for_itself_by_another_is_told() -> None:
    machine = compile_machine("order", json.dumps(CALLS), file="order.asl.json")
    bill = compile_workflow("bill", "states:\n  - name: Back\n    biz: order\n", file="bill.yml")
    told = {one.name: [problem.code for problem in one.problems] for one in check_cycles([machine, bill])}
    assert told == {"order": ["B211"], "bill": ["B211"]}


def test_a_file_beside_it_says_what_starts_it() -> None:
    found = compiled(MACHINE, trigger_file=("m.on.yml", "on:\n  - every: 5 minutes\n"))
    assert found.triggers == (Every(300),)
    wrong = compiled(MACHINE, trigger_file=("m.on.yml", "on:\n  - every: often\n"))
    assert [(one.file, one.line, one.code) for one in wrong.problems] == [("m.on.yml", 2, "B402")]


@pytest.mark.parametrize(
    "function",
    [
        "${mail}",
        "mail",
        "mail:live",
        "mail:$LATEST",
        "arn:aws:lambda:eu-west-1:123456789012:function:mail",
        "arn:aws:lambda:eu-west-1:123456789012:function:mail:3",
        "123456789012:function:mail",
    ],
)
def test_a_function_is_a_service_by_any_of_its_names(function: str) -> None:
    assert service_named(function) == "mail"
