"""JSONPath: what a path names, what AWS says when it names nothing, and writing to reference paths."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.asl import Scope
from coworks.asl.jsonpath import (
    INPUT,
    PathNotFoundError,
    PathSyntaxError,
    ReferencePathConflictError,
    parse,
    parse_reference,
    put,
)


def find(source: str, given: Any = None, **variables: Any) -> Any:
    return parse(source).find(Scope(given, variables, {"Execution": {"Name": "one"}}, 0.0))


SHOP = {"items": [{"n": 1, "tags": ["a"]}, {"n": 2}, {"n": 3}], "a-b": {"c d": None, "it's": 1}}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("$.items[0].n", 1),
        ("$['items'][1]", {"n": 2}),
        ("$.items[-1].n", 3),
        ("$.a-b", SHOP["a-b"]),
        ("$.a-b['c d']", None),
        (r"$.a-b['it\'s']", 1),
        ('$["a-b"]["c d"]', None),
    ],
)
def test_a_definite_path_gives_the_one_value(source: str, value: object) -> None:
    assert find(source, SHOP) == value


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("$.items[*].n", [1, 2, 3]),
        ("$.items[1:].n", [2, 3]),
        ("$.items[:1]", [{"n": 1, "tags": ["a"]}]),
        ("$.items[0,2].n", [1, 3]),
        ("$..n", [1, 2, 3]),
        ("$..tags[0]", ["a"]),
        ("$..['n']", [1, 2, 3]),
        ("$.items[?(@.n > 1)].n", [2, 3]),
        ("$.items[?(@.n == 2 || @.tags)].n", [1, 2]),
        ("$.nothing[*]", []),
        ("$.nothing.at.all[1:]", []),
        ("$.a-b.*", [None, 1]),
    ],
)
def test_an_indefinite_path_gives_a_list_which_may_be_empty(source: str, values: list[object]) -> None:
    assert find(source, SHOP) == values


def test_a_path_starts_at_the_input_the_context_or_a_variable() -> None:
    assert find("$", [1]) == [1]
    assert find("$$.Execution.Name") == "one"
    assert find("$$") == {"Execution": {"Name": "one"}}
    assert find("$été.a[0]", été={"a": [5]}) == 5
    assert find("$v[*]", v=[1, 2]) == [1, 2]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("$.no", "No results for path: $['no']"),
        ("$.items[3]", "No results for path: $['items'][3]"),
        ("$.no.such.path", "Missing property in path $['no']"),
        ("$.items.n", "No results for path: $['items']['n']"),
        ("$none", "No variable is named $none"),
    ],
)
def test_a_definite_path_that_names_nothing_fails(source: str, said: str) -> None:
    with pytest.raises(PathNotFoundError) as caught:
        find(source, SHOP)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    "source",
    [
        "",
        "x",
        ".a",
        "$.",
        "$..",
        "$.a.",
        "$.a[",
        "$.a[]",
        "$.a['b",
        "$.a]",
        "$. a",
        "$.a[?(]",
        "$.a[1",
        "$$$",
    ],
)
def test_what_is_no_path_is_refused(source: str) -> None:
    with pytest.raises(PathSyntaxError):
        parse(source)


@given(st.text("$.[]*'\"\\?(@)=ab0:,- é"))
def test_any_text_is_a_path_or_refused(text: str) -> None:
    with suppress(PathSyntaxError):
        parse(text)


def test_the_whole_input_is_one_and_the_same_path() -> None:
    assert parse("$") is INPUT


@pytest.mark.parametrize("source", ["$$", "$.a[*]", "$..a", "$v", "$.a[0:1]"])
def test_only_a_definite_path_into_the_input_can_be_written_to(source: str) -> None:
    with pytest.raises(PathSyntaxError):
        parse_reference(source)


NAMES = st.lists(st.text(min_size=1), min_size=1, max_size=5)


@given(NAMES, st.dictionaries(st.text(max_size=1), st.just({}), max_size=3), st.integers())
def test_what_is_put_is_found(names: list[str], document: dict[str, Any], value: int) -> None:
    written = "$" + "".join("['" + name.replace("'", "\\'") + "']" for name in names)
    try:
        path = parse_reference(written)
    except PathSyntaxError:
        assert any("\\" in name for name in names)
        return
    before = {name: dict(inner) for name, inner in document.items()}
    changed = put(document, path, value)
    assert path.find(Scope(changed, {}, {}, 0.0)) == value
    assert document == before
    assert changed.keys() == document.keys() | {path.steps[0]}


def test_a_value_is_put_into_a_list_at_an_index_that_is_there() -> None:
    assert put({"a": [1, {}]}, parse_reference("$.a[1].b"), 3) == {"a": [1, {"b": 3}]}
    with pytest.raises(ReferencePathConflictError):
        put({"a": [1]}, parse_reference("$.a[1]"), 3)


@pytest.mark.parametrize("document", [1, "text", None, [1], {"a": 1}])
def test_nothing_can_be_put_into_what_is_no_object(document: object) -> None:
    with pytest.raises(ReferencePathConflictError):
        put(document, parse_reference("$.a.b"), 1)


def test_the_result_at_the_root_is_the_whole() -> None:
    assert put({"a": 1}, INPUT, 2) == 2
