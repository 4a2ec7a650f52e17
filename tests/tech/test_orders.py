"""The order: a direct call with JSON in and out, which raises what failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from coworks.tech import (
    AnswerError,
    BadRequestError,
    ConflictError,
    HTTPError,
    MethodNotAllowedError,
    NotFoundError,
    Response,
    TechMicroService,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Point:
    x: int
    y: tuple[int, ...] = ()


ANSWERS: dict[str, Any] = {
    "dict": {"a": 1},
    "text": "hello",
    "list": [1, 2],
    "point": Point(1, (2, 3)),
    "none": None,
    "number": 3,
    "bytes": b"\xff\x00",
    "headers": ("ok", 201, {"X-Name": "1", "Set-Cookie": ["a=1", "b=2"]}),
    "conflict": Response({"mail": 7}, 409),
    "teapot": ("short", 418),
    "opaque": object(),
}


class Mail(TechMicroService):
    def get(self, kind: str) -> Any:
        return ANSWERS[kind]

    def get_echo(self, **query: Any) -> Any:
        return query

    def post_send(self, *, to: str, subject: str = "") -> Any:
        return {"to": to, "subject": subject}

    def post_body(self, body: Any) -> Any:
        return body

    def get_missing(self) -> Any:
        raise NotFoundError("no mail 7")

    def get_bug(self) -> Any:
        return 1 / 0


SENT: list[tuple[str, dict[str, Any]]] = [
    ("dict", {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": {"a": 1}}),
    ("text", {"statusCode": 200, "headers": {"content-type": "text/plain; charset=utf-8"}, "body": "hello"}),
    ("list", {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": [1, 2]}),
    (
        "point",
        {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": {"x": 1, "y": [2, 3]}},
    ),
    ("none", {"statusCode": 204, "headers": {}, "body": None}),
    ("number", {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": 3}),
    (
        "bytes",
        {
            "statusCode": 200,
            "headers": {"content-type": "application/octet-stream"},
            "body": "/wA=",
            "isBase64Encoded": True,
        },
    ),
    (
        "headers",
        {
            "statusCode": 201,
            "headers": {
                "x-name": "1",
                "set-cookie": ["a=1", "b=2"],
                "content-type": "text/plain; charset=utf-8",
            },
            "body": "ok",
        },
    ),
]


@pytest.mark.parametrize(("kind", "sent"), SENT)
def test_the_body_is_a_json_value(order: Callable[..., Any], kind: str, sent: dict[str, Any]) -> None:
    assert Mail()(order("GET", f"/{kind}")) == sent


def test_the_answer_shares_nothing_with_the_service(order: Callable[..., Any]) -> None:
    Mail()(order("GET", "/dict"))["body"]["a"] = 2
    assert ANSWERS["dict"] == {"a": 1}


def test_the_body_of_an_order_gives_the_parameters(order: Callable[..., Any]) -> None:
    body = {"to": "a@b.c", "subject": "Hi"}
    assert Mail()(order("POST", "/send", query={}, headers={}, body=body))["body"] == body


@pytest.mark.parametrize("body", [{"a": 1}, [1], "text", 3, False, {}])
def test_the_parameter_body_takes_any_json_value(order: Callable[..., Any], body: Any) -> None:
    assert Mail()(order("POST", "/body", body=body))["body"] == body


def test_bytes_are_sent_in_base64(order: Callable[..., Any]) -> None:
    given = {"body": "/wA=", "isBase64Encoded": True, "headers": {"Content-Type": "image/png"}}
    answer = Mail()(order("POST", "/body", **given))
    assert (answer["body"], answer["isBase64Encoded"]) == ("/wA=", True)


def test_the_query_reads_as_it_would_in_an_address(order: Callable[..., Any]) -> None:
    query = {"text": "a b", "n": 5, "x": 0.5, "yes": True, "many": ["a", 1], "absent": None}
    assert Mail()(order("GET", "/echo", query=query))["body"] == {
        "text": "a b", "n": "5", "x": "0.5", "yes": "true", "many": ["a", "1"],
    }  # fmt: skip


RAISED: list[tuple[str, str, dict[str, Any], type[Exception], str]] = [
    ("GET", "/missing", {}, NotFoundError, "no mail 7"),
    ("GET", "/bug", {}, ZeroDivisionError, "division by zero"),
    ("GET", "/conflict", {}, ConflictError, '{"mail":7}'),
    ("GET", "/teapot", {}, HTTPError, "short"),
    ("GET", "/opaque", {}, AnswerError, "the answer cannot be written as JSON: a object has no JSON form"),
    ("GET", "/no/such/address", {}, NotFoundError, "nothing answers at this address"),
    ("DELETE", "/bug", {}, MethodNotAllowedError, "this address answers GET, HEAD"),
    (
        "POST",
        "/send",
        {"body": {"sbject": "Hi"}},
        BadRequestError,
        '"sbject" unknown, did you mean "subject"?; "to" missing',
    ),
    (
        "POST",
        "/send",
        {"body": "text"},
        BadRequestError,
        'the body must be an object: a name for each value; "to" missing',
    ),
    (
        "GET",
        "/echo",
        {"query": {"a": {}}},
        BadRequestError,
        'the query parameter "a" is no text, number or boolean',
    ),
    ("GET", "/echo?a=1", {}, BadRequestError, "the path of an order has a ? in it"),
    (
        "GET",
        "/echo",
        {"coworks": 2},
        BadRequestError,
        "an order of version 2, and this service reads version 1",
    ),
    (
        "GET",
        "/echo",
        {"coworks": True},
        BadRequestError,
        "an order of version True, and this service reads version 1",
    ),
    ("GET", "/echo", {"path": None}, BadRequestError, "path in the event is missing or not a text"),
    ("GET", "/echo", {"method": None}, BadRequestError, "method in the event is missing or not a text"),
]


@pytest.mark.parametrize(("method", "path", "given", "error", "text"), RAISED)
def test_what_fails_is_raised_with_a_text_that_says_it(
    order: Callable[..., Any],
    method: str,
    path: str,
    given: dict[str, Any],
    error: type[Exception],
    text: str,
) -> None:
    with pytest.raises(error) as raised:
        Mail()({**order(method, path), **given})
    assert type(raised.value) is error
    assert str(raised.value) == text
