"""Chalice's own `Response` is an answer, told by its name: Chalice is not imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.tech import Request, TechMicroService

if TYPE_CHECKING:
    from collections.abc import Callable


class Response:
    """The shape of `chalice.app.Response`."""

    __module__ = "chalice.app"

    def __init__(self, body: Any, headers: Any = None, status_code: int = 200) -> None:
        self.body = body
        self.headers = headers or {}
        self.status_code = status_code


class Migrated(TechMicroService):
    public = True

    def get(self) -> Any:
        return Response({"a": 1}, {"X-Name": "1", "Set-Cookie": ["a=1", "b=2"]}, 201)

    def get_text(self) -> Any:
        return Response("text")

    def get_broken(self) -> None:
        raise KeyError

    def handle_exception(self, request: Request, error: Exception) -> Any:
        return Response("later", status_code=202) if isinstance(error, KeyError) else None


def test_its_body_headers_and_status_are_sent(call: Callable[..., Any], order: Callable[..., Any]) -> None:
    answer = call(Migrated(), "GET", "/")
    assert (answer["statusCode"], answer["body"], answer["cookies"]) == (201, {"a": 1}, ["a=1", "b=2"])
    assert answer["headers"] == {"X-Name": "1", "Content-Type": "application/json"}
    assert Migrated()(order("GET", "/"))["body"] == {"a": 1}
    assert call(Migrated(), "GET", "/text")["body"] == "text"


def test_a_hook_may_return_it(call: Callable[..., Any]) -> None:
    answer = call(Migrated(), "GET", "/broken")
    assert (answer["statusCode"], answer["body"]) == (202, "later")
