"""The door of a load balancer: coded queries, single or several values, and health checks."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from coworks.tech import AuthRequest, NotFoundError, TechMicroService, entry

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS: list[str] = []


class Echo(TechMicroService):
    def auth(self, auth_request: AuthRequest) -> bool:
        return auth_request.token == "t"

    @entry(public=True)
    def get_echo(self, key: str, **query: Any) -> dict[str, Any]:
        CALLS.append(key)
        return {"key": key, "query": query, "accept": self.current_request.headers.get("Accept")}

    @entry(public=True)
    def get_cookies(self) -> Any:
        return "", 200, {"Set-Cookie": ["a=1", "b=2", "c=3"], "X-Many": ["1", "2"], "X-One": "1"}

    @entry(public=True)
    def post_echo(self, body: Any) -> Any:
        return body, 418 if body == "tea" else 299

    def get_guarded(self) -> str:
        CALLS.append("guarded")
        return "in"

    @entry(public=True)
    def get_gone(self) -> None:
        raise NotFoundError("gone")


def event_of(method: str, path: str, *, several: bool = False, **fields: Any) -> dict[str, Any]:
    event: dict[str, Any] = {
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:1:target"}},
        "httpMethod": method,
        "path": path,
        "body": "",
        "isBase64Encoded": False,
    }  # fmt: skip
    headers, query = fields.pop("headers", {}), fields.pop("query", {})
    if several:
        event["multiValueHeaders"] = {name: [value] for name, value in headers.items()}
        event["multiValueQueryStringParameters"] = query
    else:
        event |= {"headers": headers, "queryStringParameters": query}
    return {**event, **fields}


def test_single_values() -> None:
    answer = Echo()(event_of("GET", "/echo/a%2Fb", query={"a+b": "1%2B+2"}, headers={"accept": "x"}))
    assert answer == {
        "statusCode": 200,
        "statusDescription": "200 OK",
        "headers": {"Content-Type": "application/json"},
        "body": '{"key":"a/b","query":{"a b":"1+ 2"},"accept":"x"}',
        "isBase64Encoded": False,
    }


def test_several_values() -> None:
    query = {"tag": ["%61", "b"], "one": ["1"]}
    answer = Echo()(event_of("GET", "/echo/k", several=True, query=query, headers={"Accept": "x"}))
    assert answer["body"] == '{"key":"k","query":{"tag":["a","b"],"one":"1"},"accept":"x"}'
    assert answer["multiValueHeaders"] == {"Content-Type": ["application/json"]}
    assert "headers" not in answer


def test_repeated_headers() -> None:
    single = Echo()(event_of("GET", "/cookies"))["headers"]
    assert [value for name, value in single.items() if name.lower() == "set-cookie"] == ["a=1", "b=2", "c=3"]
    assert (single["X-Many"], single["X-One"]) == ("1, 2", "1")
    several = Echo()(event_of("GET", "/cookies", several=True))["multiValueHeaders"]
    assert (several["Set-Cookie"], several["X-One"]) == (["a=1", "b=2", "c=3"], ["1"])


@pytest.mark.parametrize(
    ("body", "description"),
    [("tea", "418 Client Error"), ("any", "299 Success")],
)
def test_each_status_has_its_description(body: str, description: str) -> None:
    event = event_of("POST", "/echo", body=body, headers={"content-type": "text/plain"})
    assert Echo()(event)["statusDescription"] == description
    assert Echo()(event_of("GET", "/gone"))["statusDescription"] == "404 Not Found"


def test_bytes_pass_both_ways() -> None:
    content = bytes(range(256))
    sent = base64.b64encode(content).decode()
    answer = Echo()(
        event_of("POST", "/echo", body=sent, isBase64Encoded=True, headers={"content-type": "image/png"})
    )
    assert (answer["isBase64Encoded"], base64.b64decode(answer["body"])) == (True, content)


def test_auth_is_asked() -> None:
    assert Echo()(event_of("GET", "/guarded"))["statusCode"] == 401
    assert Echo()(event_of("GET", "/guarded", headers={"authorization": "t"}))["body"] == "in"


@pytest.mark.parametrize(
    ("path", "status", "body", "called"),
    [
        ("/", 200, "healthy", []),
        ("/guarded", 200, "healthy", []),
        ("/gone", 404, None, []),
        ("/echo/k", 200, None, ["k"]),
    ],
)
@pytest.mark.parametrize("several", [False, True])
def test_a_health_check_needs_no_token_and_calls_what_is_public(
    path: str, status: int, body: str | None, called: list[str], several: bool
) -> None:
    CALLS.clear()
    answer = Echo()(event_of("GET", path, several=several, headers={"user-agent": "ELB-HealthChecker/2.0"}))
    assert answer["statusCode"] == status
    assert body in (None, answer["body"])
    assert called == CALLS


def test_head_has_no_body(http_event: Callable[..., Any]) -> None:
    answer = Echo()(event_of("HEAD", "/echo/k"))
    assert (answer["body"], answer["headers"]) == ("", {"Content-Type": "application/json"})


@pytest.mark.parametrize("change", [{"path": 3}, {"httpMethod": None}, {"headers": []}, {"body": 3}])
def test_a_broken_event_is_a_bad_request(change: dict[str, Any]) -> None:
    answer = Echo()({**event_of("GET", "/echo/k"), **change})
    assert (answer["statusCode"], answer["statusDescription"]) == (400, "400 Bad Request")
