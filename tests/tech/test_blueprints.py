"""Blueprints are classes that lend their entries to services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coworks.errors import CoWorksError, DefinitionError
from coworks.tech import AuthRequest, Blueprint, TechMicroService, entry

if TYPE_CHECKING:
    from collections.abc import Callable


class Admin(Blueprint):
    def get(self) -> str:
        return "admin"

    def get_routes(self) -> list[str]:
        return [route.path for route in self.app.entries]

    def get_path(self) -> str:
        return self.current_request.path

    @entry(public=True)
    def get_health(self) -> str:
        return "up"


class Shop(TechMicroService):
    public = True

    def get(self) -> str:
        return "shop"


def test_the_entries_of_a_blueprint_are_below_its_prefix(call: Callable[..., Any]) -> None:
    app = Shop()
    app.register_blueprint(Admin(), url_prefix="/admin")
    assert call(app, "GET", "/")["body"] == "shop"
    assert call(app, "GET", "/admin")["body"] == "admin"
    assert call(app, "GET", "/admin/path")["body"] == "/admin/path"
    assert call(app, "GET", "/admin/routes")["body"] == [
        "/", "/admin", "/admin/routes", "/admin/path", "/admin/health",
    ]  # fmt: skip


def test_a_blueprint_on_one_service_is_not_on_another(call: Callable[..., Any]) -> None:
    Shop().register_blueprint(Admin(), url_prefix="/admin")
    assert call(Shop(), "GET", "/admin")["statusCode"] == 404
    assert [route.path for route in Shop.entries] == ["/"]


def test_a_class_may_declare_its_blueprints(call: Callable[..., Any]) -> None:
    class Declared(Shop):
        blueprints = {"/admin": Admin}  # noqa: RUF012 - as users write it

    assert call(Declared(), "GET", "/admin/health")["body"] == "up"
    assert [route.path for route in Declared.entries][:2] == ["/", "/admin"]
    assert call(Declared(), "GET", "/admin/routes")["statusCode"] == 200


def test_the_service_says_whether_a_blueprint_is_public(call: Callable[..., Any]) -> None:
    class Guarded(TechMicroService):
        def auth(self, auth_request: AuthRequest) -> bool:
            return False

    app = Guarded()
    app.register_blueprint(Admin(), url_prefix="admin/")
    assert call(app, "GET", "/admin")["statusCode"] == 401
    assert call(app, "GET", "/admin/health")["statusCode"] == 200


def test_a_blueprint_may_stay_guarded_on_a_public_service() -> None:
    class Closed(Admin):
        public = False

    app = Shop()
    app.register_blueprint(Closed(), url_prefix="/closed")
    assert {route.path: route.public for route in app.entries} == {
        "/": True, "/closed": False, "/closed/routes": False, "/closed/path": False, "/closed/health": True,
    }  # fmt: skip


def test_a_collision_is_refused_and_changes_nothing(call: Callable[..., Any]) -> None:
    app = Shop()
    with pytest.raises(DefinitionError, match=r"Shop\.get and Admin\.get both answer GET /") as refusal:
        app.register_blueprint(Admin())
    assert refusal.value.hint
    assert call(app, "GET", "/health")["statusCode"] == 404


def test_one_blueprint_is_registered_once() -> None:
    admin = Admin()
    Shop().register_blueprint(admin, url_prefix="/admin")
    with pytest.raises(DefinitionError, match="registered already"):
        Shop().register_blueprint(admin, url_prefix="/admin")


def test_a_prefix_has_no_variable() -> None:
    with pytest.raises(DefinitionError, match="has a variable"):
        Shop().register_blueprint(Admin(), url_prefix="/{tenant}")


def test_outside_of_a_service_or_a_request_a_blueprint_says_so() -> None:
    with pytest.raises(DefinitionError, match="Admin is registered on no service"):
        _ = Admin().app
    with pytest.raises(CoWorksError, match="no request is being answered here"):
        _ = Admin().current_request
    with pytest.raises(CoWorksError, match="no request is being answered here"):
        _ = Shop().current_request
