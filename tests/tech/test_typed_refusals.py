"""What does not fit an annotation is told in plain words, all of it, each with its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.tech.typed_service import Shop, Values, address

from coworks.tech import BadRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

WHOLE, DATE = "must be a whole number", "must be a date such as 2030-01-31"

TEXTS: list[tuple[str, str, str]] = [
    *(("int", text, WHOLE) for text in ("", "1.0", "%2B1", "1_0", "%D9%A3", "9" * 5000, "x")),
    *(("float", text, "must be a number") for text in ("nan", "inf", "1e999", "1_0", "", "e", "%201")),
    ("bool", "maybe", "must be true or false"),
    ("decimal", "NaN", "must be a decimal number"),
    ("decimal", "1e9999999999999999999", "must be a decimal number"),
    ("date", "2030-02-31", DATE), ("date", "today", DATE), ("uuid", "x", "must be a UUID"),
    ("timedelta", "P", "must be a duration such as PT1H30M, or a number of seconds"),
    ("timedelta", "P9999999999D", "must be a duration such as PT1H30M, or a number of seconds"),
    ("bytes", "aGk", "must be base64"), ("enum", "green", 'must be one of "red", "blue"'),
    ("int_enum", "3", "must be one of 1, 2"), ("literal", "b", 'must be one of "a", 2, true'),
    ("optional", "x", WHOLE), ("number_or_bool", "x", "must be a whole number or true or false"),
    ("dict", "x", "must be an object"), ("line", "x", "must be an object"),
    ("file", "x", "must be a file"),
    ("ranged", "0", "must be at least 1"), ("ranged", "12", "must be less than 10"), ("ranged", "5",
    "must be a multiple of 3"), ("named", "A", "must have a length of at least 2"),
    ("named", "abcde", "must have a length of at most 4"), ("named", "AB", "must match the pattern ^[a-z]+$"),
    ("zoned", "2030-01-31T12:00", "must have a time zone"), ("int", "1&value=2", "must be given once"),
    ("price", "1e99999999", "must be a multiple of 3"),
    ("list", "1&value=x", "value 2 must be a whole number"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "detail"), TEXTS)
def test_text_that_does_not_fit(call: Callable[..., Any], kind: str, text: str, detail: str) -> None:
    answer = call(Values(), "POST", address(kind), query=f"value={text}")
    assert answer["statusCode"] == 400
    assert answer["body"]["errors"][0] == {"parameter": "value", "detail": detail}


VALUES: list[tuple[str, Any, dict[str, str]]] = [
    *(("int", one, {"": f"{WHOLE}, not {words}"}) for one, words in [
        ("1", "a text"), (1.5, "a number"), (True, "true or false"), (None, "null"), ([], "a list"),
        ({}, "an object"),
    ]),
    ("float", True, {"": "must be a number, not true or false"}),
    ("float", 10**400, {"": "must be a number, not a number"}),
    ("bool", 1, {"": "must be true or false, not a number"}),
    ("date", 5, {"": f"{DATE}, not a number"}),
    ("enum", ["red"], {"": 'must be one of "red", "blue", not a list'}),
    ("int_enum", True, {"": "must be one of 1, 2, not true or false"}),
    ("list", "x", {"": "must be a list, not a text"}), ("list", [1, "x", None], {
        "/1": f"{WHOLE}, not a text", "/2": f"{WHOLE}, not null"}),
    ("some", [], {"": "must have a length of at least 1"}),
    ("pair", [1], {"": "must be a list of 2"}), ("pair", ["x", 1], {
        "/0": f"{WHOLE}, not a text", "/1": "must be a text, not a number"}),
    ("dict", {"x": True, "2": 1}, {"/x": WHOLE, "/2": "must be true or false, not a number"}),
    ("options", {"dep": True, "note": 1}, {
        "/dep": 'unknown, did you mean "deep"?',
        "/note": "must be a text, not a number", "/deep": "missing"}),
    ("line", {"count": "1", "more": [{"product": "a", "more": [{"product": 1, "a/b~": 2}]}]}, {
        "/count": f"{WHOLE}, not a text", "/more/0/more/0/product": "must be a text, not a number",
        "/more/0/more/0/a~1b~0": "unknown", "/product": "missing"}),
    ("line", {"product": "pen", "count": 13}, {"": "13 is not sold"}),
    ("person", {"firstName": 1, "age": 200}, {
        "/firstName": "must be a text, not a number", "/age": "must be at most 150"}),
    ("pet", {"type": "cow"}, {"/type": 'must be one of "cat", "dog"'}), ("pet", {}, {"/type": "missing"}),
    ("pet", {"type": "cat", "lives": "x"}, {"/lives": f"{WHOLE}, not a text"}),
    ("file", {"content": "!", "filename": "a"}, {"/content": "must be base64"}),
    ("file", {"filename": 1, "name": "x"}, {
        "/name": "unknown", "/filename": "must be a text", "/content": "missing"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "found"), VALUES)
def test_json_that_does_not_fit(
    call: Callable[..., Any], kind: str, value: Any, found: dict[str, str]
) -> None:
    answer = call(Values(), "POST", address(kind), body={"value": value})
    assert answer["statusCode"] == 400
    errors = {each["pointer"]: each["detail"] for each in answer["body"]["errors"]}
    assert errors == {f"/value{place}": detail for place, detail in found.items()}


def test_all_that_is_wrong_with_a_request_is_told_together(call: Callable[..., Any]) -> None:
    body = {"line": {"count": []}, "paid": "much", "bye": 1}
    answer = call(Shop(), "PUT", "/order/x", body=body, query="when=now")
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert answer["body"]["errors"] == [
        {"parameter": "key", "detail": "must be a UUID"},
        {"parameter": "when", "detail": "must be a date and time such as 2030-01-31T12:00"},
        {"pointer": "/line/count", "detail": "must be a whole number, not a list"},
        {"pointer": "/line/product", "detail": "missing"},
        {"pointer": "/paid", "detail": "must be a decimal number"},
        {"pointer": "/bye", "detail": 'unknown, did you mean "by"?'},
        {"pointer": "/by", "detail": "missing"},
    ]


def test_problems_of_a_whole_body_are_told_from_its_root(call: Callable[..., Any]) -> None:
    answer = call(Shop(), "POST", "/order", body={"count": "x"})
    assert [each["pointer"] for each in answer["body"]["errors"]] == ["/count", "/product"]
    assert answer["body"]["detail"] == '"count" must be a whole number, not a text; "product" missing'
    assert call(Shop(), "POST", "/order", body=[1])["body"]["errors"] == [
        {"pointer": "", "detail": "must be an object, not a list"}
    ]


def test_an_order_raises_what_does_not_fit(order: Callable[..., Any]) -> None:
    with pytest.raises(BadRequestError, match='"value" must be a whole number, not a text'):
        Values()(order("POST", "/int", body={"value": "1"}))


@pytest.mark.parametrize("kind", ["list", "line"])
def test_a_hostile_body_gets_a_short_answer(call: Callable[..., Any], kind: str) -> None:
    many = ["x"] * 100_000 if kind == "list" else {"x" * 5000 + str(n): 1 for n in range(1000)}
    answer = call(Values(), "POST", address(kind), body={"value": many})
    assert (answer["statusCode"], len(answer["body"]["errors"])) == (400, 20)
    assert len(json.dumps(answer["body"])) < 10_000


@pytest.mark.parametrize("depth", [100, 300, 900, 5000])
def test_a_body_nested_deeply_is_read_or_refused(call: Callable[..., Any], depth: int) -> None:
    deep = '{"product":"a","more":[' * depth + "]}" * depth
    answer = call(Values(), "POST", "/line", body=f'{{"value":{deep}}}')
    if depth == 100:
        assert answer["statusCode"] == 204
    else:
        assert answer["statusCode"] == 204 or "nested too deeply" in answer["body"]["detail"]
