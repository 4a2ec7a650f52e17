"""The HTTP doors: what each event carries reaches the entry, and each answer has its door's form."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from coworks.errors import CoWorksError
from coworks.tech import Request, TechMicroService, UnknownEventError

if TYPE_CHECKING:
    from collections.abc import Callable


class Echo(TechMicroService):
    public = True

    def get(self, **query: Any) -> dict[str, Any]:
        request = self.current_request
        return {"path": request.path, "query": query, "cookie": request.headers.get("Cookie")}

    def get_x(self, **query: Any) -> dict[str, Any]:
        return self.get(**query)

    def get_dev_x(self) -> dict[str, Any]:
        return self.get()

    def post(self, body: Any) -> Any:
        return body


@pytest.mark.parametrize(
    ("stage", "raw_path", "path"),
    [
        ("$default", "/x", "/x"),
        ("$default", "", "/"),
        ("dev", "/dev/x", "/x"),
        ("dev", "/dev", "/"),
        ("dev", "/dev/", "/"),
        ("dev", "/dev/dev/x", "/dev/x"),
        ("dev", "/x", "/x"),
        ("prod", "/dev/x", "/dev/x"),
    ],
)
def test_the_http_api_puts_its_stage_before_the_path(
    call: Callable[..., Any], stage: str, raw_path: str, path: str
) -> None:
    assert call(Echo(), "GET", raw_path, stage=stage)["body"]["path"] == path


@pytest.mark.parametrize(
    ("path", "whole", "seen"),
    [
        ("/x", "/dev/x", "/x"),
        ("/dev/x", "/dev/x", "/x"),
        ("/dev/x", "/dev/dev/x", "/dev/x"),
        ("/x", "/base/x", "/x"),
    ],
)
def test_the_rest_api_leaves_its_stage_out_of_the_path(
    rest_event: Callable[..., Any], path: str, whole: str, seen: str
) -> None:
    event = rest_event("GET", path, requestContext={"stage": "dev", "path": whole})
    assert f'"path":"{seen}"' in Echo()(event)["body"]


@pytest.mark.parametrize(
    ("resource", "parameters", "path", "seen"),
    [
        ("/{proxy+}", {"proxy": "x"}, "/shop/x", "/x"),
        ("/{proxy+}", {"proxy": "x"}, "/shop/x/", "/x"),
        ("/{proxy+}", {"proxy": "/x"}, "/x/x", "/x"),
        ("/{proxy+}", {"proxy": "a b/x"}, "/shop/a%20b/x", "/a%20b/x"),
        ("/{proxy+}", {"proxy": "x"}, "/x", "/x"),
        ("/{first}/{proxy+}", {"first": "dev", "proxy": "x"}, "/shop/dev/x", "/dev/x"),
        ("/", None, "/shop", "/"),
        ("/{proxy+}", {"proxy": "other"}, "/shop/x", "/shop/x"),
        ("/{proxy+}", None, "/x", "/x"),
        (None, None, "/x", "/x"),
    ],
)
def test_the_base_path_of_a_domain_is_no_part_of_the_path(
    rest_event: Callable[..., Any],
    http_event: Callable[..., Any],
    resource: str | None,
    parameters: dict[str, str] | None,
    path: str,
    seen: str,
) -> None:
    about = {"stage": "prod", "path": path}
    event = rest_event("GET", path, resource=resource, pathParameters=parameters, requestContext=about)
    assert _path_in(event) == seen
    event = http_event("GET", path, routeKey=f"ANY {resource}", pathParameters=parameters, stage="prod")
    assert _path_in(event) == seen


def _path_in(event: dict[str, Any]) -> str:
    class Anywhere(TechMicroService):
        public = True

        def handle_exception(self, request: Request, error: Exception) -> object:
            return request.path

    answer: str = Anywhere()(event)["body"]
    return answer


def test_cookies_of_the_http_api_are_a_header(call: Callable[..., Any]) -> None:
    assert call(Echo(), "GET", "/", cookies=["a=1", "b=2"])["body"]["cookie"] == "a=1; b=2"


def test_the_rest_api_joins_repeated_headers_and_lists_repeated_parameters(
    rest_event: Callable[..., Any],
) -> None:
    event = rest_event(
        "GET",
        "/",
        multiValueHeaders={"Cookie": ["a=1", "b=2"], "Accept": ["x"]},
        queryStringParameters={"tag": "b", "one": "1%2B"},
        multiValueQueryStringParameters={"tag": ["a", "b"], "one": ["1%2B"]},
    )
    assert Echo()(event)["body"] == '{"path":"/","query":{"tag":["a","b"],"one":"1%2B"},"cookie":"a=1; b=2"}'


def test_the_rest_api_may_have_single_values_only(rest_event: Callable[..., Any]) -> None:
    event = rest_event("GET", "/", queryStringParameters={"tag": "b"}, headers={"cookie": "a=1"})
    assert Echo()(event)["body"] == '{"path":"/","query":{"tag":"b"},"cookie":"a=1"}'


@pytest.mark.parametrize("door", ["http_event", "rest_event"])
def test_bytes_pass_both_ways(request: pytest.FixtureRequest, door: str) -> None:
    event = request.getfixturevalue(door)
    content = bytes(range(256))
    sent = base64.b64encode(content).decode()
    answer = Echo()(
        event("POST", "/", body=sent, isBase64Encoded=True, headers={"content-type": "image/png"}), None
    )
    assert (answer["isBase64Encoded"], base64.b64decode(answer["body"])) == (True, content)
    assert answer["headers"] == {"Content-Type": "application/octet-stream"}


@pytest.mark.parametrize(
    "event",
    [
        None,
        "text",
        [],
        {},
        {"Records": [{"eventSource": "aws:new"}]},
        {"type": "OTHER", "httpMethod": "GET", "path": "/"},
        {"Records": []},
        {"Records": ["aws:sqs"]},
    ],
)
def test_an_event_of_no_known_shape_is_an_error_that_says_so(event: Any) -> None:
    with pytest.raises(UnknownEventError, match="an event of no known shape") as refusal:
        Echo()(event)
    assert isinstance(refusal.value, CoWorksError)
    assert refusal.value.hint
    assert '{"coworks": 1' in refusal.value.hint


@pytest.mark.parametrize(
    "change",
    [
        {"requestContext": None},
        {"requestContext": {"http": []}},
        {"requestContext": {"http": {"method": 5}}},
        {"rawPath": 7},
        {"rawQueryString": {}},
        {"rawQueryString": "a=%FF"},
        {"body": "é", "isBase64Encoded": True},
    ],
)
def test_a_broken_event_is_a_bad_request(call: Callable[..., Any], change: dict[str, Any]) -> None:
    assert call(Echo(), "GET", "/", **change)["statusCode"] == 400


@pytest.mark.parametrize("headers", [{"cookie": 5}, {5: "a"}, [], {"cookie": [1]}])
def test_broken_headers_are_a_bad_request_once_they_are_read(call: Callable[..., Any], headers: Any) -> None:
    assert call(Echo(), "GET", "/", headers=headers)["statusCode"] == 400
