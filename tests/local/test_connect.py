"""Services call each other: in process by order, or over HTTP by address."""

from __future__ import annotations

import pytest
from tests.local.conftest import Serve

from coworks.tech import ForbiddenError, NotFoundError
from coworks.tech.clients import connect

FILES = {
    "tech/stock.py": """
        from coworks import NotFoundError, TechMicroService
        class Stock(TechMicroService):
            def auth(self, auth_request):
                return auth_request.token == "key"
            def get_item(self, key, *, lang="en"):
                if key == "none":
                    raise NotFoundError("sold out")
                return {"key": key, "lang": lang}
            def post_item(self, *, name):
                return name
    """,
    "tech/shop.py": """
        from coworks import TechMicroService, connect
        class Shop(TechMicroService):
            public = True
            def get_offer(self, key):
                return {"offer": connect("stock").get_item(key, lang="fr")}
    """,
}


def test_a_service_gives_an_order_to_another_which_http_would_not_let_in(serve_project: Serve) -> None:
    running = serve_project(FILES)
    assert running.ask("GET", "/stock/item/tea").status == 401
    assert running.ask("GET", "/shop/offer/tea").json == {"offer": {"key": "tea", "lang": "fr"}}


def test_an_error_of_the_other_is_the_callers_answer(serve_project: Serve) -> None:
    answer = serve_project(FILES).ask("GET", "/shop/offer/none")
    assert (answer.status, answer.json["detail"]) == (404, "sold out")


def test_over_http_auth_decides_and_errors_come_back_as_their_classes(serve_project: Serve) -> None:
    url = f"{serve_project(FILES).system.url}/stock"
    stock = connect("stock", url=url, token="key")
    assert stock.get_item("a/b", lang="de") == {"key": "a/b", "lang": "de"}
    assert stock.post_item(name="tea") == "tea"
    with pytest.raises(NotFoundError, match="sold out"):
        stock.get_item("none")
    with pytest.raises(ForbiddenError):
        connect("stock", url=url, token="wrong").get_item("x")
