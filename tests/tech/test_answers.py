"""What an entry returns, and how it is sent."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from coworks.tech import Response, TechMicroService

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Point:
    x: int
    labels: list[str] = field(default_factory=list)


TEXT, BINARY, JSON = "text/plain; charset=utf-8", "application/octet-stream", "application/json"

ANSWERS: list[tuple[Any, tuple[int, str | None, str, bool]]] = [
    ("é", (200, TEXT, "é", False)),
    ("", (200, TEXT, "", False)),
    (b"\xff", (200, BINARY, "/w==", True)),
    ({"a": "é"}, (200, JSON, '{"a":"é"}', False)),
    ([1, 2.5, None], (200, JSON, "[1,2.5,null]", False)),
    (3, (200, JSON, "3", False)),
    (0.5, (200, JSON, "0.5", False)),
    (True, (200, JSON, "true", False)),
    ({"at": Point(1, ["a"])}, (200, JSON, '{"at":{"x":1,"labels":["a"]}}', False)),
    (None, (204, None, "", False)),
    (("made", 201), (201, TEXT, "made", False)),
    ((None, 202), (202, None, "", False)),
    (("<p>", 200, {"content-type": "text/html"}), (200, "text/html", "<p>", False)),
    (Response({"a": 1}, 203), (203, JSON, '{"a":1}', False)),
    (Response("dropped", 304), (304, None, "", False)),
    ("\ud800", (200, TEXT, "?", False)),
]


def service(answer: Any) -> TechMicroService:
    class Answering(TechMicroService):
        public = True

        def get(self) -> Any:
            return answer

    return Answering()


@pytest.mark.parametrize(("answer", "sent"), ANSWERS)
def test_each_kind_of_answer_has_its_form(
    http_event: Callable[..., Any], answer: Any, sent: tuple[int, str | None, str, bool]
) -> None:
    got = service(answer)(http_event("GET", "/"))
    content_type = {name.lower(): value for name, value in got["headers"].items()}.get("content-type")
    assert (got["statusCode"], content_type, got["body"], got["isBase64Encoded"]) == sent


class Opaque:
    secret = "the inside"


@pytest.mark.parametrize(
    ("answer", "logged"),
    [
        (Opaque(), "a Opaque has no JSON form"),
        ({"price": Decimal("NaN")}, "a Decimal that is NaN has no JSON form"),
        ({"data": b"x"}, "bytes have no JSON form"),
        ([(n for n in range(3))], "a generator has no JSON form, and an answer is sent whole"),
        (map(str, [1]), "a map has no JSON form, and an answer is sent whole"),
        ({"a": float("inf")}, "Out of range float values are not JSON compliant"),
        ({"a": float("nan")}, "Out of range float values are not JSON compliant"),
        ({(1, 2): 3}, "keys must be str"),
        (Point, "a type has no JSON form"),
        ((1, 2, 3, 4), "a tuple of 4 is not an answer"),
        (("a", "b"), "'b' is not an HTTP status"),
        (("a", 42), "42 is not an HTTP status"),
        (("a", 200, {"X": "1\r\nSet-Cookie: a=b"}), "the header 'X' has a line break in it"),
    ],
)
def test_an_answer_that_cannot_be_sent_is_a_500_and_a_clear_log(
    call: Callable[..., Any], caplog: pytest.LogCaptureFixture, answer: Any, logged: str
) -> None:
    with caplog.at_level(logging.ERROR, "coworks.tech"):
        got = call(service(answer), "GET", "/")
    assert got["statusCode"] == 500
    assert got["body"]["detail"] == "the service failed; its log says why"
    assert logged in caplog.text


def test_cookies_and_repeated_headers(http_event: Callable[..., Any], rest_event: Callable[..., Any]) -> None:
    app = service(("ok", 200, {"Set-Cookie": ["a=1", "b=2"], "Vary": ["Accept", "Origin"], "X-One": "1"}))
    http = app(http_event("GET", "/"))
    assert http["cookies"] == ["a=1", "b=2"]
    assert http["headers"] == {"Vary": "Accept, Origin", "X-One": "1", "Content-Type": TEXT}
    rest = app(rest_event("GET", "/"))
    assert rest["multiValueHeaders"] == {"Set-Cookie": ["a=1", "b=2"], "Vary": ["Accept", "Origin"]}
    assert rest["headers"] == {"X-One": "1", "Content-Type": TEXT}


def test_head_is_answered_from_get_without_its_body(call: Callable[..., Any]) -> None:
    answer = call(service("hello"), "HEAD", "/")
    assert (answer["statusCode"], answer["headers"], answer["body"]) == (200, {"Content-Type": TEXT}, "")
