"""Bodies are decoded by their content type."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from coworks.tech import TechMicroService

if TYPE_CHECKING:
    from collections.abc import Callable

FORM = "application/x-www-form-urlencoded"


class Inbox(TechMicroService):
    public = True

    def post(self, **fields: Any) -> dict[str, Any]:
        return fields

    def post_whole(self, body: Any) -> list[str]:
        return [type(body).__name__, str(body)]


def sent(content_type: str | None, body: bytes) -> dict[str, Any]:
    headers = {} if content_type is None else {"Content-Type": content_type}
    return {"headers": headers, "body": base64.b64encode(body).decode(), "isBase64Encoded": True}


@pytest.mark.parametrize(
    ("content_type", "body", "fields"),
    [
        ("application/json", b'{"a": [1]}', {"a": [1]}),
        ("Application/JSON; charset=utf-8", '{"a": "é"}'.encode(), {"a": "é"}),
        ("application/vnd.mail+json", b'{"a": 1}', {"a": 1}),
        (None, b'{"a": 1}', {"a": 1}),
        (FORM, b"a=1&b=x+y&a=%C3%A9", {"a": ["1", "é"], "b": "x y"}),
        (FORM + "; charset=UTF-8", b"a=", {"a": ""}),
    ],
)
def test_fields_come_from_json_and_forms(
    call: Callable[..., Any], content_type: str | None, body: bytes, fields: dict[str, Any]
) -> None:
    answer = call(Inbox(), "POST", "/", **sent(content_type, body))
    assert (answer["statusCode"], answer["body"]) == (200, fields)


@pytest.mark.parametrize(
    ("content_type", "body", "value"),
    [
        ("application/json", b"[1, 2]", ["list", "[1, 2]"]),
        (FORM, b"a=1", ["dict", "{'a': '1'}"]),
        ("text/plain", "é".encode(), ["str", "é"]),
        ("text/csv; charset=latin-1", "é".encode("latin-1"), ["str", "é"]),
        ("application/pdf", b"%PDF\xff", ["bytes", str(b"%PDF\xff")]),
    ],
)
def test_the_parameter_body_takes_any_content(
    call: Callable[..., Any], content_type: str, body: bytes, value: list[str]
) -> None:
    assert call(Inbox(), "POST", "/whole", **sent(content_type, body))["body"] == value


@pytest.mark.parametrize(
    ("path", "content_type", "body", "status"),
    [
        ("/", "text/plain", b"hello", 415),
        ("/", "multipart/mixed; boundary=x", b"--x--", 415),
        ("/", "application/json", b'{"a": ', 400),
        ("/", "application/json", b'{"a": NaN}', 400),
        ("/", "application/json", b"\xff\xfe", 400),
        ("/", "application/json", b"[" * 100_000, 400),
        ("/", "application/json", b'{"a": ' + b"9" * 5000 + b"}", 400),
        ("/", FORM, b"a=%FF", 400),
        ("/whole", "text/plain; charset=utf-8", b"\xff", 400),
        ("/whole", "text/plain; charset=no-such-charset", b"a", 400),
        ("/whole", "text/plain; charset=a\0b", b"a", 400),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    call: Callable[..., Any], path: str, content_type: str, body: bytes, status: int
) -> None:
    answer = call(Inbox(), "POST", path, **sent(content_type, body))
    assert (answer["statusCode"], answer["body"]["status"]) == (status, status)


def test_base64_that_is_none_is_refused(call: Callable[..., Any]) -> None:
    answer = call(Inbox(), "POST", "/", body="not base64!", isBase64Encoded=True)
    assert (answer["statusCode"], answer["body"]["detail"]) == (400, "the body is not base64")
