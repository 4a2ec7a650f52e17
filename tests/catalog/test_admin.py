"""The Admin blueprint tells what a service is, to those who may know."""

from __future__ import annotations

import base64
import hashlib
import re

from openapi_spec_validator import validate

from coworks.catalog.admin import Admin
from coworks.tech import TechMicroService
from coworks.testing import Client, client


class Shop(TechMicroService):
    """Sells things."""

    def auth(self, auth_request: object) -> bool:
        return getattr(auth_request, "token", "") == "key"

    def get_item(self, key: str, *, lang: str = "en") -> dict[str, str]:
        """An item."""
        return {"key": key, "lang": lang}


def asking(token: str = "key", prefix: str = "/admin") -> Client:
    app = Shop()
    app.register_blueprint(Admin(), url_prefix=prefix)
    return client(app, headers={"Authorization": token})


def test_routes_are_listed() -> None:
    listed = asking().get("/admin/routes").json
    assert {
        "methods": ["GET"],
        "path": "/item/{key}",
        "entry": "Shop.get_item",
        "public": False,
        "summary": "An item.",
    } in listed


def test_the_context_tells_who_asks() -> None:
    told = asking().get("/admin/context").json
    assert (told["service"], told["method"], told["principal"]) == ("shop", "GET", "user")


def test_the_document_is_valid_and_leads_back_to_the_service() -> None:
    for prefix, server in (("/admin", ".."), ("/a/b", "../.."), ("", ".")):
        document = asking(prefix=prefix).get(f"{prefix}/openapi.json").json
        validate(document)
        assert document["servers"] == [{"url": server}]


def test_nothing_is_told_to_others_but_the_empty_page() -> None:
    stranger = asking("wrong")
    for path in ("/admin/routes", "/admin/context", "/admin/openapi.json"):
        assert stranger.get(path).status == 403
    assert stranger.get("/admin/docs").status == 200


def test_the_page_loads_nothing_from_outside_and_runs_its_own_script_alone() -> None:
    page = asking().get("/admin/docs")
    assert not re.search(r"(src|href)=|@import|url\(|https?:", page.text)
    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page.headers["content-security-policy"]
    assert "innerHTML" not in script
