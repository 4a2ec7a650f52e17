"""Who is allowed in: `auth` is asked wherever no authorizer has answered before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coworks.tech import AuthRequest, AuthResponse, ForbiddenError, TechMicroService, entry

if TYPE_CHECKING:
    from collections.abc import Callable

# What a token is worth.
TOKENS: dict[str, Any] = {
    "all": True,
    "none": False,
    "products": ["product/*"],
    "one": ["/product/1"],
    "any-part": ["product/*/parts"],
    "root": ["/"],
    "star": ["*"],
    "nothing": [],
    "long": AuthResponse(["product/*"], "ann", {"role": "clerk"}),
    "mistake": "yes",
    "forgotten": None,
}


class Shop(TechMicroService):
    def auth(self, auth_request: AuthRequest) -> Any:
        return TOKENS.get(auth_request.token, False)

    def get(self) -> str:
        return "root"

    def get_admin(self) -> str:
        return "the office"

    def get_product(self, key: str) -> str:
        return key

    def get_product_(self, key: str, part: str) -> str:
        return part

    @entry(public=True)
    def get_health(self) -> str:
        return "up"

    def get_whoami(self) -> Any:
        auth = self.current_request.auth
        return auth and [auth.principal_id, auth.context]


ACCESS = [
    ("all", "/admin", 200),
    ("none", "/admin", 403),
    ("unknown", "/admin", 403),
    (None, "/admin", 401),
    (None, "/health", 200),
    ("products", "/product/1", 200),
    ("products", "/product/1/parts", 200),
    ("products", "/product/a%2Fb", 200),
    ("products", "/product/..%2Fadmin", 200),
    ("products", "/admin", 403),
    ("products", "/admin/", 403),
    ("products", "/%61dmin", 403),
    ("products", "/", 403),
    ("products", "//admin", 404),
    ("products", "/product/../admin", 200),
    ("products", "/product%2F..%2Fadmin", 404),
    ("one", "/product/1", 200),
    ("one", "/product/1/", 200),
    ("one", "/product/%31", 200),
    ("one", "/product/2", 403),
    ("one", "/product/1/parts", 403),
    ("any-part", "/product/7/parts", 200),
    ("any-part", "/product/7/price", 403),
    ("any-part", "/product/7%2Fparts/price", 403),
    ("root", "/", 200),
    ("root", "/admin", 403),
    ("star", "/admin", 200),
    ("star", "/", 200),
    ("nothing", "/", 403),
    ("long", "/product/1", 200),
    ("long", "/admin", 403),
    ("mistake", "/admin", 500),
    ("forgotten", "/admin", 500),
    (None, "/nowhere", 404),
]


@pytest.mark.parametrize(("token", "path", "status"), ACCESS)
def test_a_token_opens_the_routes_that_auth_gives_it(
    call: Callable[..., Any], token: str | None, path: str, status: int
) -> None:
    headers = {} if token is None else {"Authorization": token}
    answer = call(Shop(), "GET", path, headers=headers)
    assert answer["statusCode"] == status
    assert (answer["body"] == "the office") is (status == 200 and path == "/admin")


def test_a_401_asks_for_a_token(call: Callable[..., Any]) -> None:
    answer = call(Shop(), "GET", "/admin")
    assert answer["headers"]["WWW-Authenticate"] == "Bearer"
    assert answer["body"]["detail"] == "this address needs an Authorization header"


def test_auth_sees_the_request_in_canonical_form(call: Callable[..., Any]) -> None:
    seen: list[AuthRequest] = []

    class Seen(TechMicroService):
        def auth(self, auth_request: AuthRequest) -> bool:
            seen.append(auth_request)
            return True

        def get_content(self, key: str, **rest: Any) -> str:
            return key

    call(Seen(), "GET", "/%63ontent/a%2fb/", query="x=1&x=2", headers={"authorization": "Bearer t"})
    (asked,) = seen
    assert (asked.auth_type, asked.token, asked.method_arn) == ("REQUEST", "Bearer t", None)
    assert (asked.method, asked.path, asked.query) == ("GET", "/content/a%2Fb", {"x": ["1", "2"]})
    assert asked.headers["Authorization"] == "Bearer t"


def test_auth_may_raise_its_own_refusal(call: Callable[..., Any]) -> None:
    class Strict(TechMicroService):
        def auth(self, auth_request: AuthRequest) -> bool:
            raise ForbiddenError("the office is closed")

        def get(self) -> str:
            return "in"

    answer = call(Strict(), "GET", "/")
    assert (answer["statusCode"], answer["body"]["detail"]) == (403, "the office is closed")


@pytest.mark.parametrize(
    ("authorizer", "who"),
    [
        ({"lambda": {"role": "clerk"}}, ["user", {"role": "clerk"}]),
        ({"principalId": "ann", "role": "clerk"}, ["ann", {"principalId": "ann", "role": "clerk"}]),
        ({"jwt": {"claims": {"sub": "ann"}}}, ["user", {"jwt": {"claims": {"sub": "ann"}}}]),
    ],
)
def test_the_answer_of_an_authorizer_is_not_asked_again(
    http_event: Callable[..., Any], authorizer: dict[str, Any], who: list[Any]
) -> None:
    event = http_event("GET", "/whoami")
    event["requestContext"]["authorizer"] = authorizer
    assert Shop()(event)["body"] == str(who).replace("'", '"').replace(", ", ",").replace(": ", ":")


@pytest.mark.parametrize("authorizer", [None, {}, [], "yes", True])
def test_what_is_no_answer_of_an_authorizer_opens_nothing(
    http_event: Callable[..., Any], authorizer: object
) -> None:
    event = http_event("GET", "/admin")
    event["requestContext"]["authorizer"] = authorizer
    assert Shop()(event)["statusCode"] == 401


def test_orders_do_not_ask(order: Callable[..., Any]) -> None:
    assert Shop()(order("GET", "/admin"))["body"] == "the office"


def test_a_service_tells_whether_it_is_open_by_omission() -> None:
    class Open(TechMicroService):
        def get(self) -> None: ...

    class Public(Open):
        public = True

    class EntryPublic(TechMicroService):
        @entry(public=True)
        def get(self) -> None: ...

    assert [(app.has_auth, app.is_open) for app in (Open(), Public(), EntryPublic(), Shop())] == [
        (False, True),
        (False, False),
        (False, False),
        (True, False),
    ]


def test_a_public_service_may_guard_one_entry(call: Callable[..., Any]) -> None:
    class Mostly(TechMicroService):
        public = True

        def auth(self, auth_request: AuthRequest) -> bool:
            return False

        def get(self) -> str:
            return "in"

        @entry(public=False)
        def get_admin(self) -> str:
            return "admin"

    assert call(Mostly(), "GET", "/")["statusCode"] == 200
    assert call(Mostly(), "GET", "/admin")["statusCode"] == 401
