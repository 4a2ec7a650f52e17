"""An entry of a service, asked by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from coworks.console.forms.entries import EntryChoice, service_choices
from coworks.console.forms.fields import FormError
from coworks.console.trying import ask, request_of
from coworks.local import System, serving
from coworks.project import load_project

FILES = {
    "tech/shop.py": """
        from coworks import NotFoundError, TechMicroService
        class Shop(TechMicroService):
            public = True
            def get(self): return "open"
            def get_article(self, name: str, *, tags: list[str] = []):
                if name == "nothing": raise NotFoundError("there is no nothing")
                return {"name": name, "tags": tags}
            def post_order(self, *, article: str, count: int = 1): return {"ordered": [article, count]}
    """
}


@pytest.fixture
def system(make_project: Callable[[Mapping[str, str]], Path]) -> Iterator[System]:
    with serving(load_project(make_project(FILES))) as running:
        yield running


def entry(system: System, key: str) -> EntryChoice:
    found = service_choices(system.project)[0].entry(key)
    assert found
    return found


@pytest.mark.parametrize(
    ("key", "values", "status", "body"),
    [
        ("GET /", {}, 200, "open"),
        (
            "GET /article/{name}",
            {"path:name": "a/b c", "query:tags": "x, y"},
            200,
            {"name": "a/b c", "tags": ["x", "y"]},
        ),
        ("POST /order", {"body:article": "pen", "body:count": "3"}, 200, {"ordered": ["pen", 3]}),
        ("POST /order", {"body:article": "pen"}, 200, {"ordered": ["pen", 1]}),
    ],
)
def test_what_a_form_holds_arrives_and_is_answered(
    system: System, key: str, values: dict[str, str], status: int, body: object
) -> None:
    answer = ask(request_of(system.url, "shop", entry(system, key), values))
    assert (answer.status, answer.body, answer.is_good) == (status, body, True)


def test_a_refusal_is_an_answer(system: System) -> None:
    request = request_of(system.url, "shop", entry(system, "GET /article/{name}"), {"path:name": "nothing"})
    answer = ask(request)
    assert (answer.status, answer.body["detail"], answer.is_good) == (404, "there is no nothing", False)


def test_what_is_missing_is_said_before_anything_is_asked(system: System) -> None:
    with pytest.raises(FormError, match="article is missing"):
        request_of(system.url, "shop", entry(system, "POST /order"), {})


def test_nobody_there_is_no_answer(system: System) -> None:
    answer = ask(request_of("http://127.0.0.1:9", "shop", entry(system, "GET /"), {}))
    assert answer.status == 0 and "No answer came" in answer.body
