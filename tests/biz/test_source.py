"""YAML is read by the core schema of YAML 1.2, with the place of every value, in bounded time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from coworks.biz import Place, compile_workflow
from coworks.biz.nodes import MapNode, Scalar, place_inside, plain, resolve
from coworks.biz.problems import Report
from coworks.biz.source import read_source

if TYPE_CHECKING:
    from coworks.biz.nodes import Node


def read(text: str) -> MapNode:
    report = Report("w.yml", text)
    root = read_source(text, report)
    assert report.problems() == ()
    assert root is not None
    return root


def value(text: str) -> Node:
    return read(text).entries[0].value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on", "on"), ("yes", "yes"), ("No", "No"), ("off", "off"), ("true", True), ("False", False),
        ("null", None), ("~", None), ("", None), ("12", 12), ("-7", -7), ("+3", 3), ("0o17", 15),
        ("0x1F", 31), ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("1_000", "1_000"), ("12:30", "12:30"),
        (".inf", ".inf"), (".nan", ".nan"), ("1e999", "1e999"), ("9" * 5000, "9" * 5000), ("0.1.2", "0.1.2"),
        ("2027-01-31", "2027-01-31"), ("-", "-"), ("007", 7),
    ],
)  # fmt: skip
def test_a_plain_scalar_has_the_type_of_yaml_1_2(text: str, expected: object) -> None:
    assert resolve(text) == expected
    assert type(resolve(text)) is type(expected)


def test_a_quoted_scalar_is_a_text() -> None:
    assert plain(read("a: '12'\nb: \"true\"\nc: 12\n")) == {"a": "12", "b": "true", "c": 12}


def test_on_is_a_key_like_any_other() -> None:
    assert [entry.key for entry in read("on: 1\nyes: 2\n").entries] == ["on", "yes"]


def test_keys_and_values_know_their_place() -> None:
    entry = read("a:\n  bc: [x, yz]\n").entries[0].value
    assert isinstance(entry, MapNode)
    assert entry.entries[0].key_place == Place(2, 3)
    assert entry.entries[0].value.place == Place(2, 7)


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("a: hello", 2, Place(1, 6)),
        ("a: 'it''s on'", 3, Place(1, 9)),
        ('a: "x\\n\\u00e9y"', 3, Place(1, 14)),
        ("a: |\n  one\n  two\n", 5, Place(3, 4)),
        ("a: |-\n\n    one\n     two\n", 7, Place(4, 7)),
        ("a: >\n  one\n  two\n", 5, Place(1, 4)),
        ("a: one\n  two\n", 5, Place(1, 4)),
    ],
)
def test_a_character_of_a_text_has_a_place_in_the_file(text: str, offset: int, place: Place) -> None:
    scalar = value(text)
    assert isinstance(scalar, Scalar)
    assert place_inside(scalar, offset, text.splitlines()) == place


def test_a_byte_order_mark_is_nothing() -> None:
    compiled = compile_workflow("w", "\ufeffstates:\n  - name: Rest\n    wait: 5\n", file="w.yml")
    assert compiled.errors == ()


@pytest.mark.parametrize("text", ["comment: a\x07b\n", "comment: a\ud800b\n"])
def test_what_is_not_text_is_told(text: str) -> None:
    problem = compile_workflow("w", text, file="w.yml").problems[0]
    assert (problem.code, problem.line, problem.column) == ("B001", 1, 11)


HOSTILE = {
    "too large": "comment: " + "a" * 1_000_001,
    "anchors that explode": "a: &a [x]\n" + "\n".join(f"b{n}: &b{n} [*a, *a, *a]" for n in range(999)),
    "nested lists": "input: " + "[" * 400_000,
    "nested maps": "{a: " * 200_000,
    "many unknown names": "states:\n"
    + "".join(f"  - {{name: n{n}, wait: 1, goto: m{n}}}\n" for n in range(9000)),
    "many unknown keys": "".join(f"key{n}: 1\n" for n in range(50_000)),
    "many unclosed marks": "states:\n  - name: a\n    set: {a: '" + "{% " * 200_000 + "'}\n",
    "many open quotes": "states:\n  - name: a\n    set: {a: \"" + "{% ' %}" * 99_999 + '"}\n',
    "many mistakes in a block": "states:\n  - name: a\n    set:\n      a: |\n"
    + "        {% $nope %}\n" * 40_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_bounded_time(name: str) -> None:
    started = time.process_time()
    compiled = compile_workflow("w", HOSTILE[name], file="w.yml")
    assert compiled.errors
    assert compiled.definition is None
    assert time.process_time() - started < 10
    for problem in compiled.problems:
        problem.render()


def test_a_file_over_a_megabyte_is_told() -> None:
    assert compile_workflow("w", HOSTILE["too large"], file="w.yml").problems[0].code == "B007"
