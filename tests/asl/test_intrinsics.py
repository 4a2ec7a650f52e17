"""Intrinsic functions: how calls are read, and what each function gives and refuses."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.asl import Scope
from coworks.asl.intrinsic_parser import IntrinsicSyntaxError, MissingArgumentError, parse_call
from coworks.asl.intrinsics import FUNCTIONS, IntrinsicError


def full(source: str) -> str:
    """The source with the `States.` that these tests leave out."""
    return re.sub(r"\b([A-Z][A-Za-z0-9]+)\b(?=\(|$)", r"States.\1", source)


def call(source: str, given: Any = None, **variables: Any) -> Any:
    scope = Scope(given, variables, {"Execution": {"Name": "one"}}, 0.0)
    return parse_call(full(source)).evaluate(scope)


def refusal(source: str, given: Any = None) -> str:
    with pytest.raises(IntrinsicError) as caught:
        call(source, given)
    return str(caught.value)


def test_there_are_eighteen() -> None:
    assert len(FUNCTIONS) == 18


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("Array()", []),
        (
            "Array(1, -2.5, 1e2, true, null, 'a', $, $$.Execution.Name)",
            [1, -2.5, 100.0, True, None, "a", 7, "one"],
        ),
        (r"Array('it\'s', 'a\\b', 'a\"b')", ["it's", r"a\b", r"a\"b"]),
        ("Array( 'a,)' ,\n'b' )", ["a,)", "b"]),
        ("ArrayLength(Array(Array(), $))", 2),
        ("ArrayContains(Array(1, 'a'), 'a')", True),
        ("ArrayContains(Array(1, 0), true)", False),
        ("ArrayGetItem(Array('a', 'b'), 1)", "b"),
        ("ArrayPartition(Array(1, 2, 3), 2)", [[1, 2], [3]]),
        ("ArrayRange(1, 9, 4)", [1, 5, 9]),
        ("ArrayRange(3, 1, -1)", [3, 2, 1]),
        ("ArrayRange(1, 9, 9)", [1]),
        ("ArrayUnique(Array(1, 2, 1, '1', Array(1), Array(1)))", [1, 2, "1", [1]]),
        ("Base64Encode('é')", "w6k="),
        ("Base64Decode('w6k=')", "é"),
        ("Hash('abc', 'MD5')", "900150983cd24fb0d6963f7d28e17f72"),
        ("JsonToString(Array(1, 'a'))", '[1,"a"]'),
        ("StringToJson(' ')", None),
        ("StringToJson('{\"a\": [1]}')", {"a": [1]}),
        ("MathAdd(1.5, -0.5)", 2),
        ("MathAdd(-1.5, 2)", 1),
        ("StringSplit('a.b+c,,d', '.+,')", ["a", "b", "c", "d"]),
        ("StringSplit('a', '')", ["a"]),
    ],
)
def test_a_call_gives_its_value(source: str, value: object) -> None:
    assert call(source, 7) == value


def test_objects_are_merged_at_their_first_level() -> None:
    given = {"a": {"x": 1, "y": {"p": 1}}, "b": {"y": {"q": 2}}}
    assert call("JsonMerge($.a, $.b, false)", given) == {"x": 1, "y": {"q": 2}}
    assert "shallow" in refusal("JsonMerge($.a, $.b, true)", given)


def test_a_format_shows_values_as_java_does() -> None:
    given = {"t": "é", "n": None, "b": True, "o": {"a": [1, "x"], "b": {}}}
    assert call("Format('{} {} {} {} {}', $.t, 1.5, $.n, $.b, $.o)", given) == (
        "é 1.5 null true {a=[1, x], b={}}"
    )


def test_a_format_has_braces_of_its_own_when_they_are_escaped() -> None:
    assert call(r"Format('\{\} {} \\ \'', 1)") == r"{} 1 \ '"
    assert call("Format($t, $v)", t="It's {}!", v="me") == "It's me!"


def test_a_random_number_is_from_the_start_to_before_the_end() -> None:
    assert {call("MathRandom(1, 3)") for _ in range(100)} == {1, 2}
    assert call("MathRandom(0, 1000000, 7)") == call("MathRandom(0, 1000000, 7)")


def test_a_uuid_is_another_each_time() -> None:
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", call("UUID()"))
    assert call("UUID()") != call("UUID()")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("ArrayLength('a')", 'an array was expected, not "a"'),
        ("ArrayGetItem(Array(1), 1)", "the index 1 is outside of the array, which has 1 items"),
        ("ArrayGetItem(Array(1), -1)", "outside of the array"),
        ("ArrayPartition(Array(1), 0)", "must be 1 or more"),
        ("ArrayRange(0, 9, 0)", "must not be 0"),
        ("ArrayRange(0, 1000, 1)", "1000 numbers at most"),
        ("MathAdd(2147483647, 1)", "a number from -2147483648 to 2147483647"),
        ("MathAdd(true, 1)", "a number was expected"),
        ("MathRandom(1, 1)", "less than the end"),
        ("Hash('a', 'CRC')", "MD5, SHA-1, SHA-256, SHA-384, SHA-512"),
        ("Base64Decode('?')", "no Base64"),
        ("StringToJson('{')", "no JSON"),
        ("StringToJson('NaN')", "no JSON"),
        ("JsonMerge('a', 'b', false)", "two objects"),
        ("Format('{}')", "1 times {}, but 0 values"),
        ("Format(1)", "a string was expected"),
    ],
)
def test_a_function_refuses_what_it_cannot_work_with(source: str, said: str) -> None:
    assert said in refusal(source)


def test_a_text_to_hash_or_encode_has_so_many_characters_at_most() -> None:
    assert "10000" in refusal("Hash($, 'MD5')", "a" * 10_001)
    assert "10000" in refusal("Base64Encode($)", "a" * 10_001)


def test_an_argument_that_is_not_there_is_told_by_its_path() -> None:
    with pytest.raises(MissingArgumentError) as caught:
        call("Array(ArrayLength($.nope))", {})
    assert caught.value.path.source == "$.nope"


def test_a_path_as_argument_may_hold_commas_and_parentheses() -> None:
    given = {"all": [{"n": "a,)"}, {"n": "b"}]}
    assert call("ArrayLength($.all[?(@.n == 'a,)')])", given) == 1
    assert call("Array($.all[0, 1].n, $['all'][1].n)", given) == [["a,)", "b"], "b"]


@pytest.mark.parametrize(
    "source",
    [
        "Nope()",
        "UUID",
        "UUID(",
        "UUID() x",
        "UUID(1)",
        "Array(1 2)",
        "Array(1,)",
        "Array(,1)",
        "Array('a)",
        "Array(a)",
        "Array($.[)",
        "Array(1e999)",
        f"Array({'9' * 5000})",
        "MathAdd(1)",
        "Array(" * 10 + "UUID()" + ")" * 10,
    ],
)
def test_what_is_no_call_is_refused(source: str) -> None:
    with pytest.raises(IntrinsicSyntaxError):
        parse_call(full(source))


def test_ten_calls_may_be_nested() -> None:
    assert call("Array(" * 10 + ")" * 10) == [[[[[[[[[[]]]]]]]]]]


@given(st.text("States.ArayFomt(),'\\{} $[]0-9eE.+\n"), st.booleans())
def test_any_text_is_a_call_or_refused(text: str, begun: bool) -> None:
    with suppress(IntrinsicSyntaxError):
        parse_call(f"States.Array({text}" if begun else text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(FUNCTIONS)), st.lists(JSON, max_size=4))
def test_a_function_gives_a_value_or_refuses_whatever_it_gets(name: str, values: list[Any]) -> None:
    if not FUNCTIONS[name].takes(len(values)):
        return
    paths = ", ".join(f"$[{index}]" for index in range(len(values)))
    try:
        parse_call(f"{name}({paths})").evaluate(Scope(values, {}, {}, 0.0))
    except IntrinsicError as refused:
        assert str(refused)


@given(st.text(max_size=300).filter(lambda text: text.isprintable()))
def test_a_text_comes_back_from_base64(text: str) -> None:
    assert call("Base64Decode(Base64Encode($))", text) == text


GIVEN = {"n": 3, "t": "text", "a": [1, [2]], "o": {"k": 1}, "b": True, "z": None, "f": 2.5, "big": 10**20}


@given(
    st.sampled_from(sorted(FUNCTIONS)),
    st.lists(st.sampled_from([*(f"$.{name}" for name in GIVEN), "1", "-1", "'x'", "''", "null"]), max_size=4),
)
def test_wrong_arguments_are_refused_in_words_of_ours(name: str, arguments: list[str]) -> None:
    with suppress(IntrinsicSyntaxError, IntrinsicError):
        call(f"{name}({', '.join(arguments)})".removeprefix("States."), GIVEN)
