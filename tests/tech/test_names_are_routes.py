"""A method's name says its route, its signature the path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coworks.tech import TechMicroService, entry

if TYPE_CHECKING:
    from collections.abc import Callable


class Store(TechMicroService):
    public = True

    def get(self) -> str:
        return "root"

    def get_content(self) -> str:
        return "all"

    def get_content_(self, bucket: str) -> list[str]:
        return [bucket]

    def get_content__(self, bucket: str, key: str) -> list[str]:
        return [bucket, key]

    def get__status(self) -> str:
        return "up"

    def get_a_b(self) -> str:
        return "a and b"

    def put_content(self, bucket: str, key: str, *, owner: str = "nobody") -> str:
        return owner

    def post(self) -> str:
        return "posted"

    def delete(self) -> str:
        return "deleted"

    def patch(self) -> str:
        return "patched"

    def head_exists(self) -> str:
        return "yes"

    @entry(path="/other/{key}/place", methods=["get", "POST"])
    def elsewhere(self, key: str) -> str:
        return key

    @entry
    def version(self) -> str:
        return "1"

    def getting_started(self) -> str:
        return "no entry: the name starts with no verb"

    def _get_secret(self) -> str:
        return "no entry: the name is private"


ANSWERS = [
    ("GET", "/", "root"),
    ("GET", "/content", "all"),
    ("GET", "/content/a", ["a"]),
    ("GET", "/content/a/b", ["a", "b"]),
    ("GET", "/content/a/b/", ["a", "b"]),
    ("GET", "/status", "up"),
    ("GET", "/a/b", "a and b"),
    ("PUT", "/content/a/b", "nobody"),
    ("POST", "/", "posted"),
    ("DELETE", "/", "deleted"),
    ("PATCH", "/", "patched"),
    ("HEAD", "/exists", ""),
    ("GET", "/other/x/place", "x"),
    ("POST", "/other/x/place", "x"),
    ("GET", "/version", "1"),
]


@pytest.mark.parametrize(("method", "path", "body"), ANSWERS)
def test_the_name_and_the_signature_are_the_route(
    call: Callable[..., Any], method: str, path: str, body: object
) -> None:
    answer = call(Store(), method, path)
    assert (answer["statusCode"], answer["body"]) == (200, body)


@pytest.mark.parametrize("path", ["/getting/started", "/started", "/_get/secret", "/get/secret", "/secret"])
def test_other_methods_are_no_entries(call: Callable[..., Any], path: str) -> None:
    assert call(Store(), "GET", path)["statusCode"] == 404


def test_a_subclass_inherits_entries_and_takes_one_away(call: Callable[..., Any]) -> None:
    class Smaller(Store):
        patch = None  # type: ignore[assignment]

        def post(self) -> str:
            return "posted again"

    assert call(Smaller(), "POST", "/")["body"] == "posted again"
    assert call(Smaller(), "GET", "/content")["body"] == "all"
    assert call(Smaller(), "PATCH", "/")["statusCode"] == 405
    assert call(Store(), "POST", "/")["body"] == "posted"


def test_a_service_may_have_an_init_of_its_own(call: Callable[..., Any]) -> None:
    class Counter(TechMicroService):
        public = True

        def __init__(self, start: int) -> None:
            self.start = start

        def get(self) -> int:
            return self.start

    assert call(Counter(7), "GET", "/")["body"] == 7
    with pytest.raises(TypeError, match=r"Store\(\) takes no arguments"):
        Store(7)


@pytest.mark.parametrize(
    ("class_name", "name"),
    [
        ("SimpleMicroService", "simple"),
        ("SendMail", "send_mail"),
        ("MailService", "mail"),
        ("Service", "service"),
    ],
)
def test_the_class_gives_the_service_its_name(class_name: str, name: str) -> None:
    service: Any = type(class_name, (TechMicroService,), {})
    assert service.name == name


def test_the_project_may_give_another_name() -> None:
    app = Store()
    app.name = "content"
    assert (app.name, Store.name) == ("content", "store")
