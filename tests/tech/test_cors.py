"""CORS: what a browser is told, on every answer and without a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coworks.errors import DefinitionError
from coworks.tech import AuthRequest, CORSConfig, Request, Response, TechMicroService, entry

if TYPE_CHECKING:
    from collections.abc import Callable

SHOP, OTHER = "https://shop.example.com", "https://other.example.com"
SHARED = Response("shared")


class Api(TechMicroService):
    cors: bool | CORSConfig = True

    def auth(self, auth_request: AuthRequest) -> bool:
        return auth_request.token == "t"

    def get(self) -> str:
        return "in"

    def put(self, *, name: str) -> str:
        return name

    @entry(public=True)
    def get_open(self, kind: str) -> Any:
        return {
            "shared": SHARED,
            "own": ("own", 200, {"access-control-allow-origin": "https://mine", "vary": "Accept"}),
            "unsendable": object(),
            "broken": ("x", 200, {"Access-Control-Allow-Origin": "a\nb"}),
        }.get(kind, "open")


class Listed(Api):
    cors = CORSConfig(
        [SHOP, "https://Two.example.com"],
        ["GET"],
        ["Authorization", "X-Name"],
        ["X-Total"],
        max_age=60,
        allow_credentials=True,
    )


def preflight(app: TechMicroService, call: Callable[..., Any], path: str, **headers: str) -> Any:
    return call(app, "OPTIONS", path, headers={"Access-Control-Request-Method": "PUT", **headers})


def test_a_preflight_is_answered_without_a_token(call: Callable[..., Any]) -> None:
    asked = {"origin": SHOP, "access-control-request-headers": "authorization,x-name"}
    answer = preflight(Api(), call, "/", **asked)
    assert (answer["statusCode"], answer["body"]) == (204, "")
    assert answer["headers"] == {
        "Allow": "GET, HEAD, PUT",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, HEAD, PUT",
        "Access-Control-Allow-Headers": "authorization,x-name",
        "Access-Control-Max-Age": "600",
    }


def test_a_preflight_tells_what_the_configuration_says(call: Callable[..., Any]) -> None:
    assert preflight(Listed(), call, "/", origin=SHOP)["headers"] == {
        "Allow": "GET, HEAD, PUT",
        "Access-Control-Allow-Origin": SHOP,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "GET",
        "Access-Control-Allow-Headers": "Authorization, X-Name",
        "Access-Control-Expose-Headers": "X-Total",
        "Access-Control-Max-Age": "60",
        "Vary": "Origin",
    }
    assert preflight(Listed(), call, "/", origin=OTHER)["headers"] == {
        "Allow": "GET, HEAD, PUT", "Vary": "Origin",
    }  # fmt: skip


def test_headers_that_are_none_are_not_echoed(call: Callable[..., Any]) -> None:
    asked = {"access-control-request-headers": "a\r\nSet-Cookie: x"}
    assert "Access-Control-Allow-Headers" not in preflight(Api(), call, "/", **asked)["headers"]


def test_an_unknown_address_has_no_preflight(call: Callable[..., Any]) -> None:
    answer = preflight(Api(), call, "/nowhere", origin=SHOP)
    assert (answer["statusCode"], answer["headers"]["Access-Control-Allow-Origin"]) == (404, "*")


def test_options_without_cors_is_as_before(call: Callable[..., Any]) -> None:
    class Plain(Api):
        cors = False

    answer = preflight(Plain(), call, "/", origin=SHOP)
    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, "GET, HEAD, PUT")
    assert not any(name.startswith("Access") for name in call(Plain(), "GET", "/open/x")["headers"])


def test_an_options_entry_answers_what_is_no_preflight(call: Callable[..., Any]) -> None:
    class Own(Api):
        @entry(path="/", methods="OPTIONS", public=True)
        def tell(self) -> str:
            return "mine"

    assert call(Own(), "OPTIONS", "/")["body"] == "mine"
    assert preflight(Own(), call, "/")["statusCode"] == 204
    assert call(Api(), "OPTIONS", "/")["headers"]["Allow"] == "GET, HEAD, PUT"


ANSWERS: list[tuple[str, str, dict[str, Any], int]] = [
    ("GET", "/", {"headers": {"authorization": "t"}}, 200),
    ("GET", "/", {}, 401),
    ("GET", "/", {"headers": {"authorization": "u"}}, 403),
    ("GET", "/nowhere", {}, 404),
    ("POST", "/", {}, 405),
    ("PUT", "/", {"headers": {"authorization": "t"}, "body": "{"}, 400),
    ("GET", "/open/unsendable", {}, 500),
    ("GET", "/open/broken", {}, 500),
    ("HEAD", "/open/unsendable", {}, 500),
    ("HEAD", "/open/x", {}, 200),
    ("GET", "/%FF", {}, 400),
    ("GET", "//", {}, 404),
]


@pytest.mark.parametrize(("method", "path", "fields", "status"), ANSWERS)
def test_every_answer_tells_the_origin(
    call: Callable[..., Any], method: str, path: str, fields: dict[str, Any], status: int
) -> None:
    for app, origin, told, vary in [
        (Api(), SHOP, "*", None),
        (Api(), None, "*", None),
        (Listed(), SHOP, SHOP, "Origin"),
        (Listed(), "https://two.example.com", "https://two.example.com", "Origin"),
        (Listed(), OTHER, None, "Origin"),
        (Listed(), None, None, "Origin"),
    ]:
        headers = {**fields.get("headers", {}), **({"Origin": origin} if origin else {})}
        answer = call(app, method, path, **{**fields, "headers": headers})
        assert answer["statusCode"] == status
        if path != "/open/broken":
            assert answer["headers"].get("Access-Control-Allow-Origin") == told
        assert answer["headers"].get("Vary") == vary


@pytest.mark.parametrize("key", ["headers", "multiValueHeaders"])
def test_every_http_door_tells_it(rest_event: Callable[..., Any], key: str) -> None:
    abouts: list[dict[str, Any]] = [{"stage": "dev"}, {"elb": {}}]
    for about in abouts:
        for path, status in (("/open/x", 200), ("/%FF", 400)):
            headers = {"Origin": [SHOP] if key == "multiValueHeaders" else SHOP}
            answer = Listed()(rest_event("GET", path, requestContext=about, **{key: headers}))
            sent = answer.get("headers") or answer["multiValueHeaders"]
            assert answer["statusCode"] == status
            assert sent["Access-Control-Allow-Origin"] in (SHOP, [SHOP])


def test_what_the_service_says_itself_has_precedence(call: Callable[..., Any]) -> None:
    headers = call(Listed(), "GET", "/open/own", headers={"origin": SHOP})["headers"]
    assert headers["access-control-allow-origin"] == "https://mine"
    assert headers["vary"] == "Accept, Origin"
    assert "Access-Control-Allow-Origin" not in headers


def test_a_response_that_is_shared_keeps_nothing_of_a_request(call: Callable[..., Any]) -> None:
    call(Listed(), "GET", "/open/shared", headers={"origin": SHOP})
    assert SHARED.headers == {}


def test_middleware_that_fails_is_readable_too(call: Callable[..., Any]) -> None:
    def failing(request: Request, call_next: Any) -> Response:
        raise RuntimeError

    class Around(Api):
        middleware = (failing,)

    assert call(Around(), "GET", "/")["headers"]["Access-Control-Allow-Origin"] == "*"
    assert preflight(Around(), call, "/")["statusCode"] == 204


def test_orders_know_nothing_of_it(order: Callable[..., Any]) -> None:
    assert Api()(order("GET", "/"))["headers"] == {"content-type": "text/plain; charset=utf-8"}


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"allow_credentials": True}, 'allow_credentials with "*"', "allow_origins="),
    ({"allow_origins": [SHOP, "*"], "allow_credentials": True}, 'allow_credentials with "*"', "name them"),
    ({"allow_origins": f"{SHOP}/"}, "the origin 'https://shop.example.com/'", "a scheme and a host"),
    ({"allow_origins": ["shop.example.com"]}, "the origin 'shop.example.com'", "a scheme and a host"),
    ({"allow_origins": ["https://*.example.com"]}, "the origin", "stands for all"),
    ({"allow_headers": ["a\nb"]}, "in allow_headers", "give texts"),
    ({"allow_methods": [1]}, "has 1 in allow_methods", "give texts"),
    ({"max_age": -1}, "has max_age=-1", "seconds"),
    ({"max_age": True}, "has max_age=True", "seconds"),
]


@pytest.mark.parametrize(("options", "message", "hint"), REFUSED)
def test_a_configuration_that_cannot_be_is_refused(options: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        CORSConfig(**options)
    assert message in refusal.value.message
    assert refusal.value.hint
    assert hint in refusal.value.hint


def test_cors_is_true_or_a_configuration() -> None:
    with pytest.raises(DefinitionError, match=r"T\.cors is 'yes'") as refusal:
        type("T", (TechMicroService,), {"cors": "yes"})
    assert refusal.value.hint == "write cors = True or cors = CORSConfig(...)"
