"""Routes are found by whole segments; literals win; nothing slips through by its spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coworks.tech import TechMicroService, entry

if TYPE_CHECKING:
    from collections.abc import Callable


class Shop(TechMicroService):
    public = True

    def get_product(self, key: str) -> str:
        return f"variable {key}"

    @entry(path="/product/new")
    def get_new_product(self) -> str:
        return "literal"

    def post_product(self, key: str) -> str:
        return f"posted {key}"

    def get_product_(self, key: str, part: str) -> str:
        return f"{key} and {part}"

    @entry(path="/product/new/form")
    def get_form(self) -> str:
        return "form"

    def get_admin(self) -> str:
        return "admin"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/product/new", "literal"),
        ("GET", "/product/old", "variable old"),
        ("GET", "/product/new/form", "form"),
        ("GET", "/product/new/else", "new and else"),
        ("POST", "/product/new", "posted new"),
        ("GET", "/product/a%2Fb", "variable a/b"),
        ("GET", "/product/a%252Fb", "variable a%2Fb"),
        ("GET", "/product/100%25", "variable 100%"),
        ("GET", "/product/100%", "variable 100%"),
        ("GET", "/product/%zz", "variable %zz"),
        ("GET", "/product/caf%C3%A9", "variable café"),
        ("GET", "/product/a+b", "variable a+b"),
        ("GET", "/%61dmin", "admin"),
        ("GET", "/admin/", "admin"),
    ],
)
def test_a_path_leads_to_one_entry(call: Callable[..., Any], method: str, path: str, body: str) -> None:
    assert call(Shop(), method, path)["body"] == body


@pytest.mark.parametrize(
    "path",
    [
        "//admin",
        "/admin//",
        "//",
        "/Admin",
        "/product",
        "/product/",
        "/product%2Fx",
        "/./admin",
        "/a/../admin",
    ],
)
def test_an_odd_spelling_leads_nowhere(call: Callable[..., Any], path: str) -> None:
    assert call(Shop(), "GET", path)["statusCode"] == 404


@pytest.mark.parametrize("path", ["/product/%FF", "admin", "*"])
def test_a_broken_path_is_a_bad_request(call: Callable[..., Any], path: str) -> None:
    assert call(Shop(), "GET", path)["statusCode"] == 400


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/product/new", "GET, HEAD, POST"),
        ("DELETE", "/product/old", "GET, HEAD, POST"),
        ("POST", "/admin", "GET, HEAD"),
        ("NONSENSE", "/admin", "GET, HEAD"),
    ],
)
def test_a_method_without_entry_is_a_405_that_says_which_have(
    call: Callable[..., Any], method: str, path: str, allow: str
) -> None:
    answer = call(Shop(), method, path)
    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, allow)
