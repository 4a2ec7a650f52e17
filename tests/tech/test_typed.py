"""Annotations convert what comes as text, and check what comes as JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from tests.tech.typed_service import Cat, Colour, Dog, Level, Line, Person, Point, Shop, Values, address, seen

from coworks.tech import FileParam

if TYPE_CHECKING:
    from collections.abc import Callable

FORM = {"headers": {"content-type": "application/x-www-form-urlencoded"}}
ID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"

FROM_TEXT: list[tuple[str, str, Any]] = [
    ("int", "7", 7), ("int", "-0012", -12), ("float", "1e3", 1000.0), ("float", "-0.5", -0.5),
    *(("bool", text, True) for text in ("true", "1", "YES", "On")),
    *(("bool", text, False) for text in ("False", "0", "no", "OFF")),
    ("decimal", "1.10", Decimal("1.10")),
    ("datetime", "2030-01-31T12:00:00Z", datetime(2030, 1, 31, 12, tzinfo=UTC)),
    ("date", "2030-01-31", date(2030, 1, 31)), ("time", "12:30", time(12, 30)),
    ("timedelta", "P1DT2H3M4.5S", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
    ("timedelta", "-PT1M", timedelta(minutes=-1)), ("timedelta", "90", timedelta(seconds=90)),
    ("uuid", ID, UUID(ID)), ("bytes", "aGk=", b"hi"),
    ("enum", "red", Colour.RED), ("int_enum", "2", Level.HIGH),
    ("literal", "a", "a"), ("literal", "2", 2), ("literal", "true", True), ("new_type", "5", 5),
    ("optional", "3", 3), ("optional", "", None), ("optional", "null", None), ("optional_text", "", ""),
    ("int_or_text", "3", 3), ("int_or_text", "x", "x"), ("date_or_text", "2030-01-31", date(2030, 1, 31)),
    ("number_or_bool", "1", 1), ("number_or_bool", "yes", True),
    ("list", "1", [1]), ("bare_list", "a", ["a"]), ("sequence", "1", [1]),
    ("tuple", "1", (1,)), ("set", "1", {1}),
    ("ranged", "9", 9), ("named", "abc", "abc"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "value"), FROM_TEXT)
@pytest.mark.parametrize("place", ["query", "form", "order"])
def test_text_is_converted(
    call: Callable[..., Any], order: Callable[..., Any], place: str, kind: str, text: str, value: Any
) -> None:
    seen.clear()
    if place == "order":
        assert Values()(order("POST", address(kind), query={"value": text}))["statusCode"] == 204
    else:
        given = {"query": f"value={text}"} if place == "query" else {"body": f"value={text}", **FORM}
        assert call(Values(), "POST", address(kind), **given)["statusCode"] == 204
    assert [(type(one), one) for one in seen] == [(type(value), value)]


def test_a_repeated_name_makes_a_list(call: Callable[..., Any]) -> None:
    seen.clear()
    for kind in ("list", "tuple", "set"):
        call(Values(), "POST", address(kind), query="value=1&value=2&value=2")
    call(Values(), "POST", "/pair", query="value=1&value=2")
    assert seen == [[1, 2, 2], (1, 2, 2), {1, 2}, (1, "2")]


FROM_JSON: list[tuple[str, Any, Any]] = [
    ("int", 7, 7), ("int", 4.0, 4), ("float", 7, 7.0), ("float", 0.5, 0.5), ("bool", False, False),
    ("decimal", "1.10", Decimal("1.10")), ("decimal", 1.1, Decimal("1.1")), ("decimal", 3, Decimal(3)),
    ("date", "2030-01-31", date(2030, 1, 31)), ("timedelta", "PT1H", timedelta(hours=1)),
    ("timedelta", 1.5, timedelta(seconds=1.5)), ("uuid", ID, UUID(ID)), ("enum", "blue", Colour.BLUE),
    ("int_enum", 1, Level.LOW),
    ("literal", 2, 2), ("optional", None, None), ("int_or_text", "3", "3"), ("int_or_text", 3, 3),
    ("list", [1, 2], [1, 2]), ("set", [1, 1], {1}), ("pair", [1, "a"], (1, "a")), ("point", [4], Point(4, 0)),
    ("dict", {"1": True}, {1: True}), ("options", {"deep": True}, {"deep": True}),
    ("line", {"product": "pen", "more": [{"product": "ink"}]}, Line("pen", 1, [Line("ink")])),
    ("person", {"firstName": "Ann", "born": "2000-02-03"}, Person("Ann", 0, date(2000, 2, 3))),
    ("pet", {"type": "cat", "lives": 9}, Cat(9)), ("pet", {"type": "dog", "tricks": ["sit"]}, Dog(["sit"])),
    ("file", {"filename": "a.txt", "content_type": "text/plain", "content": "aGk="},
    FileParam("value", "a.txt", "text/plain", b"hi")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given", "value"), FROM_JSON)
@pytest.mark.parametrize("is_order", [False, True])
def test_json_is_checked_and_keeps_its_types(
    call: Callable[..., Any], order: Callable[..., Any], is_order: bool, kind: str, given: Any, value: Any
) -> None:
    seen.clear()
    if is_order:
        Values()(order("POST", address(kind), body={"value": given}))
    else:
        call(Values(), "POST", address(kind), body={"value": given})
    assert [(type(one), one) for one in seen] == [(type(value), value)]


def test_a_default_is_never_converted(call: Callable[..., Any]) -> None:
    seen.clear()
    call(Values(), "POST", "/int")
    assert seen == ["default"]


def test_path_and_query_of_an_address(call: Callable[..., Any]) -> None:
    answer = call(Shop(), "GET", "/item/7", query="day=2030-01-31&tag=new&full=on")
    assert answer["body"] == {"key": 7, "day": "2030-01-31", "tag": ["new"], "full": True}


def test_the_whole_body_is_the_type_of_the_parameter_body(call: Callable[..., Any]) -> None:
    line = {"product": "pen", "count": 2, "more": []}
    assert call(Shop(), "POST", "/order", body=line)["body"] == line
    assert call(Shop(), "POST", "/order", body="product=pen&count=2", **FORM)["body"] == line


def test_a_body_of_bytes_is_what_was_sent(call: Callable[..., Any]) -> None:
    assert call(Shop(), "POST", "/raw", body='{"a": 1 }')["body"] == [9]


def test_other_names_have_the_type_of_the_rest(call: Callable[..., Any]) -> None:
    assert call(Shop(), "POST", "/numbers", body={"a": 1}, query="b=2&name=n")["body"] == {
        "name": "n", "a": 1, "b": 2,
    }  # fmt: skip
    answer = call(Shop(), "POST", "/numbers", body={"a": "1"}, query="b=x")
    assert answer["body"]["errors"] == [
        {"parameter": "b", "detail": "must be a whole number"},
        {"pointer": "/a", "detail": "must be a whole number, not a text"},
    ]
