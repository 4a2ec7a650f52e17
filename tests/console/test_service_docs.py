"""What the console tells of a service: its entries with their docstrings and parameters, its document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from coworks.console.forms.entries import ServiceChoice, service_choices
from coworks.console.rendering import render
from coworks.project import load_project

STOCK = '''
from typing import Literal, TypedDict
from coworks import TechMicroService
from coworks.catalog.admin import Admin

class Left(TypedDict):
    article: str
    left: int

class Stock(TechMicroService):
    """What is left."""
    public = True

    def get_left(self, article: str, *, unit: Literal["piece", "box"] = "piece") -> Left:
        """How much is left.

        Counts what is reserved too.
        Never below <b>0</b>.
        """
        return Left(article=article, left=1)

app = Stock()
'''
WITH_ADMIN = f'{STOCK}app.register_blueprint(Admin(), url_prefix="/admin")\n'


def the_service(make_project: Callable[[Mapping[str, str]], Path], text: str) -> ServiceChoice:
    (service,) = service_choices(load_project(make_project({"tech/stock.py": text})))
    return service


def test_an_entry_is_told_with_its_docstring_parameters_and_answer(
    make_project: Callable[[Mapping[str, str]], Path],
) -> None:
    entry = the_service(make_project, STOCK).entries[0]
    shown = render("entry", entry=entry, address="/stock")
    assert "<code>/stock/left/{article}</code>" in shown
    assert "How much is left." in shown
    assert "Counts what is reserved too.\nNever below &lt;b&gt;0&lt;/b&gt;." in shown
    assert '<code>article</code> <span class="chip">required</span>' in shown
    assert "box, piece" in shown and "When empty: piece" in shown
    assert "<code>article</code>, <code>left</code>" in shown


def test_the_page_of_admin_is_found_where_it_is(make_project: Callable[[Mapping[str, str]], Path]) -> None:
    assert the_service(make_project, STOCK).docs is None
    assert the_service(make_project, WITH_ADMIN).docs == "/admin/docs"


def test_the_document_is_shown_without_the_network(
    make_project: Callable[[Mapping[str, str]], Path],
) -> None:
    shown = render("datum", title="OpenAPI", value=the_service(make_project, STOCK).document)
    assert "&#34;openapi&#34;: &#34;3.1.1&#34;" in shown and "<script" not in shown
