"""Constants over AWS's quotas are told with their line, before anything runs."""

from __future__ import annotations

import json

import pytest

from coworks.biz import compile_machine, compile_workflow

BIG = "x" * 300_000
HALF = "é" * 70_000


def told(text: str) -> list[str]:
    compiled = compile_workflow("w", text, file="w.yml")
    assert (compiled.definition is None) == bool(compiled.errors)
    return [f"{one.line} {one.code} {one.message}" for one in compiled.errors]


@pytest.mark.parametrize(
    ("keyword", "lines", "key"),
    [
        ("set", ["a: 1", f"letter: {BIG}"], "letter"),
        ("success", [f"output: {BIG}"], "output"),
        ("biz", ["workflow: a", "data:", f"  list: [1, {BIG}]"], "list"),
        ("aws", ["call: s3:putObject", "with:", "  Bucket: b", f"  Body: {BIG}"], "Body"),
        ("foreach", ["steps: [{name: B, pass: }]", f"items: [{BIG}]"], "items"),
        ("approve", ["who: a@b.example", "subject: It", f"message: {BIG}"], "message"),
        ("asl", ["Type: Pass", f"Output: {BIG}"], "Output"),
        ("tech", ["service: mail", "post: /send", f"query: {{a: {HALF}}}", f"body: {{b: {HALF}}}"], "query"),
    ],
)
def test_a_constant_that_no_payload_can_hold_is_told(keyword: str, lines: list[str], key: str) -> None:
    text = "\n".join(["states:", "  - name: A", f"    {keyword}:", *(f"      {one}" for one in lines)])
    (one,) = told(f"{text}\n")
    line = next(
        at for at, written in enumerate(text.splitlines(), 1) if written.strip().startswith(f"{key}:")
    )
    assert one.startswith(f'{line} B125 "{key}" makes a payload of ')


def test_a_payload_of_exactly_the_quota_is_let_through() -> None:
    # {"a":"xx"} is eight bytes more than its text
    for size, found in ((262_144 - 8, []), (262_144 - 7, ["3 B125"])):
        text = f"states:\n  - name: A\n    set: {{a: {'x' * size}}}\n"
        assert [one[:6] for one in told(text)] == found


def test_the_input_and_the_data_of_a_trigger_have_the_same_limit() -> None:
    trigger = f"on:\n  - every: 1 day\n    data: {{a: {BIG}}}\n  - http: /a\n    data: {{b: {BIG}}}\n"
    found = told(f"{trigger}input:\n  c: {BIG}\nstates:\n  - name: A\n    pass:\n")
    assert [one.partition(" makes")[0] for one in found] == ['3 B125 "a"', '5 B125 "b"', '7 B125 "c"']


def test_an_expression_may_give_less_than_it_is_long() -> None:
    assert told(f"states:\n  - name: A\n    set: {{a: \"{{% $substring('{BIG}', 1, 2) %}}\"}}\n") == []


def test_a_machine_in_the_states_language_has_the_same_limit() -> None:
    machine = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": BIG, "End": True}}}
    found = compile_machine("w", json.dumps(machine, indent=1), file="w.asl.json").errors
    assert [(one.code, one.line) for one in found] == [("B125", 6)]


def test_a_machine_that_aws_would_not_take_is_told() -> None:
    waits = "".join(f"  - name: Wait {n}\n    wait: until 08:00 Europe/Paris\n" for n in range(1200))
    (one,) = told(f"states:\n{waits}")
    assert one.startswith("1 B126 the state machine has 1,")
