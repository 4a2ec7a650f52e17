"""JSONata as Step Functions speaks it: its own functions, and what it refuses."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.asl.jsonata import EvaluationError, UndefinedResultError, parse


def evaluate(source: str, **variables: Any) -> Any:
    return parse(source).evaluate(variables, now=0)


def refusal(source: str, **variables: Any) -> str:
    with pytest.raises(EvaluationError) as caught:
        evaluate(source, **variables)
    return str(caught.value)


@given(st.lists(st.integers(-100, 100), min_size=1), st.integers(1, 12))
def test_partition_cuts_a_list_into_lists_of_a_size(items: list[int], size: int) -> None:
    parts = evaluate("$partition($items, $size)", items=items, size=size)
    assert [item for part in parts for item in part] == items
    assert all(len(part) == size for part in parts[:-1])
    assert 1 <= len(parts[-1]) <= size


def test_a_partition_of_nothing_is_nothing_and_its_size_is_at_least_one() -> None:
    assert evaluate("$partition([], 2)") == []
    assert evaluate("$partition([1, 2, 3], 2.9)") == [[1, 2], [3]]
    assert refusal("$partition([1], 0)") == "the size of a partition must be 1 or more"


def test_range_holds_both_ends() -> None:
    assert evaluate("$range(0, 9, 3)") == [0, 3, 6, 9]
    assert evaluate("$range(0, 10, 3)") == [0, 3, 6, 9]
    assert evaluate("$range(5, 1, -2)") == [5, 3, 1]


def test_a_range_of_one_number_is_the_number() -> None:
    assert evaluate("$range(1, 9, 9)") == 1


def test_range_refuses_what_has_no_end() -> None:
    assert refusal("$range(0, 2, 0)") == "the step of a range must not be 0"
    assert refusal("$range(0, 1000, 1)") == "a range may hold 1,000 numbers at most"
    assert len(evaluate("$range(1, 1000, 1)")) == 1000


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("MD5", "900150983cd24fb0d6963f7d28e17f72"),
        ("SHA-1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("SHA-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ],
)
def test_hash_gives_the_digest(algorithm: str, digest: str) -> None:
    assert evaluate("$hash('abc', $algorithm)", algorithm=algorithm) == digest


def test_hash_refuses_an_algorithm_that_it_does_not_know() -> None:
    assert refusal("$hash('abc', 'CRC')") == "the algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512"


def test_every_uuid_is_another() -> None:
    first, second = evaluate("[$uuid(), $uuid()]")
    assert first != second
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first)


def test_random_with_a_seed_is_always_the_same() -> None:
    assert evaluate("$random(7)") == evaluate("$random(7)") != evaluate("$random(8)")
    assert 0 <= evaluate("$random()") < 1


def test_parse_reads_json() -> None:
    assert evaluate("$parse($text).a[1]", text='{"a": [1, {"b": null}]}') == {"b": None}


@pytest.mark.parametrize("text", ["{", "NaN", "[Infinity]", "", "[" * 5000], ids=lambda text: repr(text[:10]))
def test_parse_refuses_what_is_no_json(text: str) -> None:
    assert refusal("$parse($text)", text=text)


def test_eval_is_refused_with_its_replacement() -> None:
    assert "$parse" in refusal("$eval('1 + 1')")


@pytest.mark.parametrize("body", ["$f($x)", "1 + $f($x)", "[$f($x)]"])
def test_an_endless_recursion_ends(body: str) -> None:
    assert refusal(f"($f := function($x) {{ {body} }}; $f(1))")


def test_the_time_is_the_one_that_is_handed_in() -> None:
    assert parse("$now()").evaluate({}, now=1000.5) == "1970-01-01T00:16:40.500Z"
    assert parse("$millis()").evaluate({}, now=1000.5) == 1_000_500


@pytest.mark.parametrize("source", ["$nope", "$x.nope", "$x[7]", "function($a) { $a }"])
def test_no_result_is_an_error_of_its_own(source: str) -> None:
    with pytest.raises(UndefinedResultError):
        evaluate(source, x={"a": 1})


def test_a_number_that_json_cannot_hold_is_an_error_of_the_expression() -> None:
    assert refusal("$x", x=10**400)


def test_an_expression_names_what_it_reads() -> None:
    expression = parse("$a.b & $c & $uuid() & $states.input.d")
    assert expression.variables() == frozenset({"a", "c", "states"})
    assert expression.fields_read("a") == frozenset({"b"})
    assert expression.fields_read("c") is None


def test_the_same_text_is_parsed_once() -> None:
    assert parse("1 + 1") is parse("1 + 1")
