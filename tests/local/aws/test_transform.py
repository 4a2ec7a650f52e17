"""What targets of rules are given: a table after AWS's page on input transformation."""

from __future__ import annotations

from typing import Any

import pytest

from coworks.local.aws.events.transform import check_input, input_for

EVENT = {
    "id": "7",
    "time": "2026-01-01T00:00:00Z",
    "detail": {
        "name": 'the "best"',
        "count": 3,
        "tags": ["a", "b"],
        "on": True,
        "items": [{"n": 1}, {"n": 2}],
    },
}


def transformed(template: str, **paths: str) -> str:
    target = {"Arn": "x", "InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}
    check_input(target)
    return input_for(target, EVENT, "rule", "arn:rule")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{"name": <name>}', '{"name": "the \\"best\\""}'),
        ('{"name": "it is <name>!"}', '{"name": "it is the \\"best\\"!"}'),
        ('{"count": <count>, "on": <on>}', '{"count": 3, "on": true}'),
        ('{"count": "<count> of them"}', '{"count": "3 of them"}'),
        ('{"tags": <tags>}', '{"tags": ["a","b"]}'),
        ('"<name> has <count>"', '"the \\"best\\" has 3"'),
        ("<name> has <count>", 'the "best" has 3'),
        ('{"none": <none>, "text": "<none>"}', '{"none": null, "text": ""}'),
        ('{"a": "<unknown>"}', '{"a": "<unknown>"}'),
        ('{"rule": "<aws.events.rule-name>"}', '{"rule": "rule"}'),
        ('{"at": <aws.events.event.ingestion-time>}', '{"at": "2026-01-01T00:00:00Z"}'),
        ('{"event": <aws.events.event>}', '{"event": {"id":"7","time":"2026-01-01T00:00:00Z"}}'),
        ('{"escaped": "\\"<count>\\""}', '{"escaped": "\\"3\\""}'),
    ],
)
def test_a_template_is_filled(template: str, expected: str) -> None:
    paths = {name: f"$.detail.{name}" for name in ("name", "count", "tags", "on", "none")}
    assert transformed(template, **paths) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.id", '"7"'),
        ("$.detail.items[1].n", "2"),
        ("$.detail.items[5]", "null"),
        ("$.detail.items[*].n", "[1,2]"),
        ("$.detail.tags", '["a","b"]'),
        ("$.nothing.here", "null"),
    ],
)
def test_a_path_gives_a_part_of_the_event(path: str, expected: str) -> None:
    assert transformed('{"part": <part>}', part=path) == f'{{"part": {expected}}}'
    assert input_for({"InputPath": path}, EVENT, "rule", "arn:rule") == expected


def test_a_constant_goes_before_the_event() -> None:
    target: dict[str, Any] = {"Input": '{"a": 1}'}
    assert input_for(target, EVENT, "rule", "arn:rule") == '{"a": 1}'
