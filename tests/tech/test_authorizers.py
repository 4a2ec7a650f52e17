"""Authorizers: what `auth` answers to a gateway, and that no spelling of an address gets past it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from coworks.tech import (
    AuthRequest,
    AuthResponse,
    InternalServerError,
    TechMicroService,
    UnauthorizedError,
    entry,
)

if TYPE_CHECKING:
    from collections.abc import Callable

STAGE = "arn:aws:execute-api:eu-west-1:123456789012:abcdef123/dev"

TOKENS: dict[str, Any] = {
    "all": True,
    "none": False,
    "nothing": [],
    "products": ["product/*"],
    "one": ["/product/1"],
    "parts": ["product/*/parts"],
    "root": ["/"],
    "star": ["*"],
    "long": AuthResponse(["product/*"], "ann", {"role": "clerk", "level": 3}),
}


class Shop(TechMicroService):
    def auth(self, auth_request: AuthRequest) -> Any:
        if auth_request.token == "expired":
            raise UnauthorizedError("the token has expired")
        if auth_request.token == "broken":
            raise RuntimeError("the inside")
        return TOKENS.get(auth_request.token, False)

    def get(self) -> str:
        return "root"

    def get_admin(self) -> str:
        return "the office"

    def get_product(self, key: str) -> str:
        return key

    def get_product_(self, key: str, part: str) -> str:
        return f"{key} {part}"

    def get_product__(self, key: str, part: str, detail: str) -> str:
        return f"{key} {part} {detail}"

    @entry(public=True)
    def get_health(self, kind: str) -> str:
        return "up"

    def get_health_kind_log(self) -> str:
        return "the log"


SHOP = Shop()


def token_event(token: str, path: str, method: str = "GET") -> dict[str, Any]:
    return {"type": "TOKEN", "authorizationToken": token, "methodArn": f"{STAGE}/{method}{path}"}


def request_event(token: str, path: str, method: str = "GET") -> dict[str, Any]:
    return {
        "type": "REQUEST",
        "methodArn": f"{STAGE}/{method}{path}",
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {"Authorization": token},
        "requestContext": {"stage": "dev", "path": f"/dev{path}", "httpMethod": method},
    }


def simple_event(token: str, path: str, method: str = "GET") -> dict[str, Any]:
    return {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": f"{STAGE}/{method}{path}",
        "identitySource": [token],
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"authorization": token},
        "requestContext": {"stage": "$default", "http": {"method": method, "path": path}},
    }


def resources(answer: dict[str, Any], effect: str = "Allow") -> list[str]:
    (statement,) = answer["policyDocument"]["Statement"]
    assert statement.keys() == {"Action", "Effect", "Resource"}
    assert (statement["Action"], statement["Effect"]) == ("execute-api:Invoke", effect)
    return [resource.removeprefix(STAGE) for resource in statement["Resource"]]


def test_a_policy_holds_the_routes_of_the_token_and_the_public_entries() -> None:
    answer = SHOP(token_event("long", "/admin"))
    assert answer.keys() == {"principalId", "policyDocument", "context"}
    assert answer["policyDocument"]["Version"] == "2012-10-17"
    assert resources(answer) == ["/*/product/*", "/GET/health/*", "/HEAD/health/*"]
    assert answer["principalId"] == "ann"
    assert answer["context"] == {"role": "clerk", "level": 3, "coworksRoutes": '["product/*"]'}


@pytest.mark.parametrize("event", [token_event, request_event])
@pytest.mark.parametrize("token", ["all", "star"])
def test_the_policy_of_all_routes_is_the_whole_stage(event: Callable[..., Any], token: str) -> None:
    assert resources(SHOP(event(token, "/admin")))[0] == "/*"


def test_another_spelling_of_an_allowed_address_is_in_the_policy() -> None:
    assert resources(SHOP(request_event("one", "/product/%31/")))[-1] == "/GET/product/%31/"
    assert resources(SHOP(request_event("parts", "/product/*/parts")))[-1] == "/HEAD/health/*"


@pytest.mark.parametrize("token", ["none", "nothing", "unknown", ""])
def test_nothing_allowed_is_an_explicit_denial(token: str) -> None:
    class Closed(TechMicroService):
        def auth(self, auth_request: AuthRequest) -> Any:
            return TOKENS.get(auth_request.token, False)

        def get(self) -> None: ...

    for event in (token_event, request_event):
        assert resources(Closed()(event(token, "/")), "Deny") == ["/*"]
    assert Closed()(simple_event(token, "/")) == {"isAuthorized": False, "context": {}}


@pytest.mark.parametrize(
    ("token", "path", "is_authorized"),
    [
        ("long", "/product/1", True),
        ("long", "/admin", False),
        ("none", "/health/x", True),
        ("all", "/admin", True),
    ],
)
def test_a_simple_answer_is_about_this_call(token: str, path: str, is_authorized: bool) -> None:
    answer = SHOP(simple_event(token, path))
    assert answer["isAuthorized"] is is_authorized
    if token == "long" and is_authorized:
        assert answer["context"] == {
            "principalId": "ann", "role": "clerk", "level": 3, "coworksRoutes": '["product/*"]',
        }  # fmt: skip


def test_the_context_reaches_the_entry_as_the_authorizer_gave_it(http_event: Callable[..., Any]) -> None:
    class Who(Shop):
        def get_product(self, key: str) -> Any:
            auth = self.current_request.auth
            return auth and [auth.principal_id, auth.context["role"], "coworksRoutes" in auth.context]

    event = http_event("GET", "/product/1")
    event["requestContext"]["authorizer"] = {"lambda": Who()(simple_event("long", "/product/1"))["context"]}
    assert Who()(event)["body"] == '["ann","clerk",false]'


def test_auth_sees_what_the_gateway_asks() -> None:
    seen: list[AuthRequest] = []

    class Seen(TechMicroService):
        def auth(self, auth_request: AuthRequest) -> bool:
            seen.append(auth_request)
            return self.current_request.path == auth_request.path

        def get(self) -> None: ...

    for event in (token_event, request_event, simple_event):
        Seen()(event("t", "/%61dmin/"))
    assert [(one.auth_type, one.token, one.method, one.path, one.method_arn) for one in seen] == [
        (kind, "t", "GET", "/admin", f"{STAGE}/GET/%61dmin/") for kind in ("TOKEN", "REQUEST", "REQUEST")
    ]


@pytest.mark.parametrize("event", [token_event, request_event, simple_event])
def test_the_service_is_ready_before_it_is_asked(event: Callable[..., Any]) -> None:
    class Prepared(Shop):
        def before_first_request(self) -> None:
            self.tokens = ["t"]

        def auth(self, auth_request: AuthRequest) -> bool:
            return auth_request.token in self.tokens

    assert (
        "Allow" in str(Prepared()(event("t", "/admin"))) or Prepared()(event("t", "/admin"))["isAuthorized"]
    )


@pytest.mark.parametrize("event", [token_event, request_event])
def test_an_expired_token_is_a_401_of_the_gateway(event: Callable[..., Any]) -> None:
    with pytest.raises(UnauthorizedError, match=r"^Unauthorized$"):
        SHOP(event("expired", "/admin"))
    assert resources(SHOP(event("expired", "/health/x")))[0] == "/GET/health/*"
    assert not SHOP(simple_event("expired", "/admin"))["isAuthorized"]


@pytest.mark.parametrize("event", [token_event, request_event, simple_event])
def test_an_auth_that_fails_lets_nobody_in_and_tells_nothing(event: Callable[..., Any]) -> None:
    with pytest.raises(InternalServerError) as failure:
        SHOP(event("broken", "/admin"))
    assert "inside" not in str(failure.value)
    assert failure.value.__suppress_context__


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda: AuthResponse(["*"], context={"roles": ["clerk"]}), "a list as 'roles'"),
        (lambda: AuthResponse(["*"], context={"role": None}), "a NoneType as 'role'"),
        (lambda: AuthResponse([3]), "a int among the routes"),  # type: ignore[list-item]
        (lambda: AuthResponse("product/*"), "the routes are the text 'product/*'"),
        (lambda: ["*", 3], "a int among the routes"),
    ],
)
def test_what_a_gateway_cannot_carry_is_refused_everywhere(
    answer: Callable[[], Any], message: str, http_event: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    class Careless(TechMicroService):
        def auth(self, auth_request: AuthRequest) -> Any:
            return answer()

        def get(self) -> None: ...

    assert Careless()(http_event("GET", "/"))["statusCode"] == 500
    assert message in caplog.text
    with pytest.raises(InternalServerError):
        Careless()(token_event("t", "/"))


@pytest.mark.parametrize(
    "event",
    [
        {"type": "TOKEN"},
        {"type": "TOKEN", "methodArn": "arn", "authorizationToken": "all"},
        {"type": "TOKEN", "methodArn": f"{STAGE}/GET//admin", "authorizationToken": "all"},
        {"type": "REQUEST", "methodArn": f"{STAGE}/GET/admin", "path": 3, "httpMethod": "GET"},
        {**request_event("all", "/admin"), "headers": {"Authorization": 3}},
    ],
)
def test_an_event_that_makes_no_request_is_denied(event: dict[str, Any]) -> None:
    assert SHOP(event)["policyDocument"]["Statement"][0]["Effect"] == "Deny"


def test_preflights_need_no_token() -> None:
    class Open(Shop):
        cors = True

    assert "/OPTIONS/*" in resources(Open()(token_event("none", "/admin")))
    assert Open()(simple_event("", "/admin", "OPTIONS"))["isAuthorized"] is True
    assert Open()(simple_event("", "/nowhere", "OPTIONS"))["isAuthorized"] is False


# ---- no way past -----------------------------------------------------------------------------------------

ODD_PATHS = [
    "/", "/admin", "/admin/", "//admin", "/ADMIN", "/%61dmin", "/%2561dmin", "/admin%2F", "/admin%00",
    "/./admin", "/product/1", "/product/1/", "/product/%31", "/product/2", "/product/1/parts",
    "/product/7/price", "/product/a%2Fb", "/product/7%2Fparts/price", "/product/7/x/parts",
    "/product/../admin", "/product/%2e%2e/admin", "/product/..%2Fadmin", "/product%2F..%2Fadmin",
    "/product/*", "/product/*/parts", "/*", "/product", "/product/", "/product//1", "/health/x",
    "/health/kind/log", "/health/..%2Fadmin", "/health/../admin", "/nowhere", "/é", "/%FF",
]  # fmt: skip
# Spellings that some server somewhere takes for another address.
ODDER_PATHS = [
    "/%252561dmin", "/%25%36%31dmin", "/%2e%2fadmin", "/%252e%252e/admin", "/%5cadmin", "/\\admin", "/admin;",
    "/admin;a=b", "/admin%3Ba=b", "/;/admin", "/product;/1", "/product/1;/parts", "/product/1%3Bx",
    "/admin%20", "/admin%09", "/admin%0D%0A", "/admin.json", "/admin.", "/admin?", "/admin%3Fx", "/admin%23",
    "/admin#x",
    "/health/x;/../../admin", "/health/x%3F/admin", "/health/%252e%252e%252fadmin", "/health//admin",
    "/product/1%252Fparts", "/product/1//", "/product/%2A", "/%2A", "/%C0%AEadmin", "/%61%64%6D%69%6E/",
    "/%2Fadmin", "/admin/%2e", "/ａdmin", "/admin%E2%80%8B", "/%u0061dmin", "/%", "/%6", "/product/%",
]  # fmt: skip
TOKEN_NAMES = [*TOKENS, "unknown"]


def policy_allows(answer: dict[str, Any], arn: str) -> bool:
    """What API Gateway makes of a policy: `*` passes slashes, `?` is any character, a denial wins."""
    found = set()
    for statement in answer["policyDocument"]["Statement"]:
        for resource in statement["Resource"]:
            pattern = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in resource)
            if re.fullmatch(pattern, arn, re.DOTALL):
                found.add(statement["Effect"])
    return found == {"Allow"}


def behind(http_event: Callable[..., Any], path: str, authorizer: dict[str, Any]) -> tuple[int, str]:
    """The answer to a request that the gateway let through with this context."""
    event = http_event("GET", path)
    event["requestContext"]["authorizer"] = authorizer
    answer = SHOP(event)
    return answer["statusCode"], answer["body"]


def alone(http_event: Callable[..., Any], path: str, token: str) -> tuple[int, str]:
    """The answer where no gateway stands in front."""
    answer = SHOP(http_event("GET", path, headers={"authorization": token}))
    return answer["statusCode"], answer["body"]


@pytest.mark.parametrize("ask", [token_event, request_event])
@pytest.mark.parametrize("token", TOKEN_NAMES)
def test_no_spelling_of_an_address_gets_past_a_policy(
    http_event: Callable[..., Any], token: str, ask: Callable[..., Any]
) -> None:
    """Each policy is kept by the gateway and tried on other addresses than the one it was asked for."""
    answers = {path: alone(http_event, path, token) for path in ODD_PATHS + ODDER_PATHS}
    for asked in answers:
        policy = SHOP(ask(token, asked))
        for path in {asked, *(answers if asked in ODD_PATHS else ODD_PATHS)}:
            expected = answers[path]
            if policy_allows(policy, f"{STAGE}/GET{path}"):
                context = {name: str(value) for name, value in policy["context"].items()}
                got = behind(http_event, path, {"principalId": policy["principalId"], **context})
                assert got[0] in (expected[0], 401), (asked, path)
                assert (got[0] == 200) is (expected[0] == 200), (asked, path)
            elif asked == path and "*" not in path:
                assert expected[0] != 200, f"{path} is allowed, and its policy is not"


@pytest.mark.parametrize("token", TOKEN_NAMES)
def test_no_spelling_of_an_address_gets_past_a_simple_answer(
    http_event: Callable[..., Any], token: str
) -> None:
    alone_at = {path: alone(http_event, path, token) for path in ODD_PATHS + ODDER_PATHS}
    for asked in alone_at:
        answer = SHOP(simple_event(token, asked))
        for path in {asked, *ODD_PATHS} if answer["isAuthorized"] else ():
            got = behind(http_event, path, {"lambda": json.loads(json.dumps(answer["context"]))})
            expected = alone_at[path]
            assert got[0] != 200 or got == expected, (asked, path)
            assert asked != path or got == expected, path
        if not answer["isAuthorized"]:
            assert alone_at[asked][0] != 200, asked


@pytest.mark.parametrize("routes", ["", "null", "{}", "[3]", '"*"', "[", 3, None, ["*"]])
def test_routes_that_are_none_open_nothing(http_event: Callable[..., Any], routes: Any) -> None:
    assert behind(http_event, "/admin", {"coworksRoutes": routes, "principalId": "ann"})[0] == 401
