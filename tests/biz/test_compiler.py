"""A workflow becomes a state machine that a person can read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from coworks.asl.jsonata import inside, parse
from coworks.biz import Every, Origin, Place, compile_workflow

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.biz import ServiceContract

RESULT = "{% $states.result.Payload.body %}"
ASK = "    tech: {service: check, get: /status}\n"


def test_the_sample_compiles_as_written(sample: str, machine: Callable[[str], dict[str, Any]]) -> None:
    states = machine(sample)["States"]
    assert list(states) == ["Workflow input", "Check server", "Alive?", "Tell the team", "End"]
    assert states["Workflow input"] == {
        "Type": "Pass",
        "Assign": {"data": '{% $merge([{"url": "https://www.example.com"}, $states.input]) %}'},
        "Next": "Check server",
    }
    assert states["Check server"] == {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {
            "FunctionName": "${check}",
            "Payload": {
                "coworks": 1,
                "method": "GET",
                "path": "/status",
                "query": {"url": "{% $data.url %}"},
            },
        },
        "Output": RESULT,
        "Assign": {"check_server": RESULT},
        "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2, "IntervalSeconds": 1, "BackoffRate": 2}],
        "Next": "Alive?",
    }
    assert states["Alive?"] == {
        "Type": "Choice",
        "Choices": [{"Condition": "{% $check_server.status = 200 %}", "Next": "End"}],
        "Default": "Tell the team",
    }
    body = states["Tell the team"]["Arguments"]["Payload"]["body"]
    assert body["body"] == "{% $data.url & ' answers ' & $check_server.status %}"
    assert states["Tell the team"]["End"] is True
    assert states["End"] == {"Type": "Succeed"}


def test_the_sample_fits_its_services(sample: str, services: dict[str, ServiceContract]) -> None:
    compiled = compile_workflow("server_watch", sample, file="biz/server_watch.yml", services=services)
    assert compiled.problems == ()
    assert compiled.triggers == (Every(300),)
    assert compiled.comment == "Tell the team when the server is down"
    assert compiled.source_map["Tell the team"] == Origin(
        "biz/server_watch.yml", Place(15, 5), "Tell the team"
    )


def test_the_same_text_gives_the_same_bytes(sample: str) -> None:
    first, second = (compile_workflow("w", sample, file="w.yml").to_json() for _ in range(2))
    assert first == second
    assert list(json.loads(first)) == ["Comment", "QueryLanguage", "StartAt", "TimeoutSeconds", "States"]


def test_the_input_is_merged_over_its_defaults(machine: Callable[[str], dict[str, Any]]) -> None:
    text = "input: {a: it's, b: [1, {c: null}], d: x}\nstates:\n  - name: Rest\n    wait: 5\n"
    written = machine(text)["States"]["Workflow input"]["Assign"]["data"]
    given = {"states": {"input": {"d": "y", "e": 2}}}
    expected = {"a": "it's", "b": [1, {"c": None}], "d": "y", "e": 2}
    assert parse(inside(written)).evaluate(given) == expected


def test_an_input_without_defaults_is_taken_whole(machine: Callable[[str], dict[str, Any]]) -> None:
    written = machine("states:\n  - name: Rest\n    wait: 5\n")["States"]["Workflow input"]["Assign"]["data"]
    assert written == "{% $states.input %}"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("    wait: 20", {"Type": "Wait", "Seconds": 20, "End": True}),
        ("    wait: 3 days", {"Type": "Wait", "Seconds": 259_200, "End": True}),
        ("    wait: 1 hour 30 minutes", {"Type": "Wait", "Seconds": 5400, "End": True}),
        (
            "    wait: 2027-01-31T08:00:00+01:00",
            {"Type": "Wait", "Timestamp": "2027-01-31T08:00:00+01:00", "End": True},
        ),
        ("    wait: '{% $data.n %}'", {"Type": "Wait", "Seconds": "{% $data.n %}", "End": True}),
        ("    wait: {until: '{% $data.at %}'}", {"Type": "Wait", "Timestamp": "{% $data.at %}", "End": True}),
        (
            "    set: {total: '{% $data.a + 1 %}', note: all well, none: null}",
            {
                "Type": "Pass",
                "Assign": {"total": "{% $data.a + 1 %}", "note": "all well", "none": None},
                "End": True,
            },
        ),
        ("    pass:", {"Type": "Pass", "End": True}),
        ("    pass:\n    comment: later", {"Type": "Pass", "Comment": "later", "End": True}),
        ("    success:", {"Type": "Succeed"}),
        (
            "    success: {output: {a: '{% $data.a %}'}}",
            {"Type": "Succeed", "Output": {"a": "{% $data.a %}"}},
        ),
        ("    fail:", {"Type": "Fail"}),
        (
            "    fail: {error: 404, cause: 'No {% $data.a %}'}",
            {"Type": "Fail", "Error": "404", "Cause": "{% 'No ' & $data.a %}"},
        ),
    ],
)
def test_a_kind_of_step_has_its_state(
    lines: str, expected: dict[str, Any], state: Callable[[str], dict[str, Any]]
) -> None:
    assert state(lines + "\n") == expected


def test_an_order_holds_what_goes_along(state: Callable[[str], dict[str, Any]]) -> None:
    order = state(
        "    tech:\n      service: store\n      put: /item/{% $data.key %}/x\n"
        "      headers: {If-Match: '{% $data.tag %}'}\n      body: [1, '{% $data.a %}']\n"
    )["Arguments"]["Payload"]
    assert order == {
        "coworks": 1,
        "method": "PUT",
        "path": "{% '/item/' & $encodeUrlComponent($string($data.key)) & '/x' %}",
        "headers": {"If-Match": "{% $data.tag %}"},
        "body": [1, "{% $data.a %}"],
    }


def test_retry_rules_are_aws_rules(state: Callable[[str], dict[str, Any]]) -> None:
    rules = "[{on: NotFoundError, attempts: 5, delay: 1 minute, backoff: 1.5, max_delay: 1 hour}, {}]"
    assert state(f"{ASK}    retry: {rules}\n    timeout: 2 minutes\n")["Retry"] == [
        {
            "ErrorEquals": ["NotFoundError"],
            "MaxAttempts": 5,
            "IntervalSeconds": 60,
            "BackoffRate": 1.5,
            "MaxDelaySeconds": 3600,
        },
        {"ErrorEquals": ["States.ALL"], "MaxAttempts": 3, "IntervalSeconds": 1, "BackoffRate": 2},
    ]


def test_a_catch_keeps_the_error(state: Callable[[str], dict[str, Any]]) -> None:
    step = state(f"{ASK}    catch: [{{on: [NotFoundError, ConflictError], goto: End}}, {{goto: End}}]\n")
    caught = {"error": "{% $states.errorOutput %}"}
    assert step["Catch"] == [
        {"ErrorEquals": ["NotFoundError", "ConflictError"], "Assign": caught, "Next": "End"},
        {"ErrorEquals": ["States.ALL"], "Assign": caught, "Next": "End"},
    ]


def test_timeouts_and_goto_are_written(machine: Callable[[str], dict[str, Any]]) -> None:
    text = f"timeout: 2 hours\nstates:\n  - name: A\n{ASK}    timeout: 30\n    goto: End\n"
    definition = machine(text)
    assert definition["TimeoutSeconds"] == 7200
    assert definition["States"]["A"]["TimeoutSeconds"] == 30
    assert definition["States"]["A"]["End"] is True
    assert "End" not in definition["States"]


def test_a_default_says_where_to_go_otherwise(machine: Callable[[str], dict[str, Any]]) -> None:
    text = (
        "states:\n  - name: A\n    choices:\n      - when: '{% $data.a %}'\n        goto: C\n"
        "      - default: B\n  - name: C\n    pass:\n  - name: B\n    pass:\n"
    )
    assert machine(text)["States"]["A"]["Default"] == "B"


def test_nothing_is_written_when_something_is_wrong() -> None:
    compiled = compile_workflow("w", "states: []\n", file="w.yml")
    assert compiled.definition is None
    assert compiled.to_json() == "null\n"
