"""Whatever event comes: the HTTP doors answer, orders raise an error of ours, and nothing inside gets out."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coworks.errors import CoWorksError
from coworks.tech import AuthRequest, TechMicroService, entry

SECRET = "the inside of the service"


class Target(TechMicroService):
    def auth(self, auth_request: AuthRequest) -> bool:
        return "t" in auth_request.token

    @entry(public=True)
    def get(self, key: str = "", page: Any = None) -> Any:
        return {"key": key, "page": page, "headers": dict(self.current_request.headers)}

    @entry(public=True)
    def get_a(self, key: str, **rest: Any) -> Any:
        return {key: rest}

    @entry(public=True)
    def post(self, *, needed: Any, **rest: Any) -> Any:
        return [needed, rest]

    @entry(public=True)
    def post_a(self, body: Any) -> Any:
        return body

    def put_a(self, key: str) -> str:
        return key


APP = Target()

text = st.text(max_size=12) | st.sampled_from(
    ["", "%", "%FF", "%2F", "\ud800", "\x00", "\r\n", "é", "a" * 3000]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
methods = st.sampled_from(["GET", "POST", "PUT", "HEAD", "DELETE", "get", ""]) | text
paths = st.lists(st.sampled_from(["a", "b", "%61", "..", "dev"]) | text, max_size=4).map(
    lambda p: "/" + "/".join(p)
)
content_types = st.sampled_from(
    [
        "application/json",
        "application/x-www-form-urlencoded",
        "text/plain; charset=\x00",
        "text/x; charset=utf-7",
        "*",
    ]
)
headers = st.dictionaries(text, text, max_size=3) | content_types.map(lambda value: {"content-type": value})
queries = st.dictionaries(text, text, max_size=3)
bodies = text | json_values.map(lambda value: json.dumps(value, default=str))


def sometimes_odd(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what AWS sends, and now and then anything that JSON can hold."""
    return st.one_of(usual, usual, usual, usual, json_values)


http_events = st.fixed_dictionaries(
    {
        "rawPath": sometimes_odd(paths),
        "requestContext": sometimes_odd(
            st.fixed_dictionaries(
                {"http": sometimes_odd(st.fixed_dictionaries({"method": sometimes_odd(methods)}))},
                optional={"stage": sometimes_odd(st.just("dev")), "authorizer": json_values},
            )
        ),
    },
    optional={
        "rawQueryString": sometimes_odd(text | st.just("key=1&key=2&page=%20")),
        "headers": sometimes_odd(headers),
        "cookies": sometimes_odd(st.lists(text, max_size=2)),
        "body": sometimes_odd(bodies),
        "isBase64Encoded": sometimes_odd(st.booleans()),
    },
)
rest_events = st.fixed_dictionaries(
    {"path": sometimes_odd(paths), "httpMethod": sometimes_odd(methods)},
    optional={
        "requestContext": sometimes_odd(st.fixed_dictionaries({"stage": text, "path": paths})),
        "headers": sometimes_odd(headers),
        "multiValueHeaders": sometimes_odd(st.dictionaries(text, st.lists(text, max_size=2), max_size=3)),
        "queryStringParameters": sometimes_odd(queries),
        "multiValueQueryStringParameters": sometimes_odd(st.dictionaries(text, st.lists(text, max_size=2))),
        "body": sometimes_odd(bodies),
        "isBase64Encoded": sometimes_odd(st.booleans()),
    },
).filter(
    lambda event: not (isinstance(event.get("requestContext"), dict) and "elb" in event["requestContext"])
)
orders = st.fixed_dictionaries(
    {"coworks": st.just(1) | json_values, "method": sometimes_odd(methods), "path": sometimes_odd(paths)},
    optional={
        "query": sometimes_odd(st.dictionaries(text, json_values, max_size=3)),
        "headers": sometimes_odd(headers),
        "body": json_values,
        "isBase64Encoded": sometimes_odd(st.booleans()),
    },
)


def check_answer(answer: dict[str, Any]) -> None:
    assert type(answer["statusCode"]) is int
    assert 200 <= answer["statusCode"] <= 499, "no 500: nothing in this service fails by itself"
    assert all(isinstance(value, str) for value in answer["headers"].values())
    assert isinstance(answer["body"], str)
    answer["body"].encode()
    json.dumps(answer)
    if answer["statusCode"] >= 400 and answer["body"]:
        assert json.loads(answer["body"])["status"] == answer["statusCode"]


@given(http_events)
def test_the_http_api_always_answers(event: dict[str, Any]) -> None:
    check_answer(APP(event, None))


@given(rest_events)
def test_the_rest_api_always_answers(event: dict[str, Any]) -> None:
    check_answer(APP(event, None))


@given(orders)
def test_an_order_answers_or_raises_an_error_of_ours(event: dict[str, Any]) -> None:
    try:
        answer = APP(event, None)
    except CoWorksError as error:
        assert str(error)
    else:
        assert answer.keys() - {"isBase64Encoded"} == {"statusCode", "headers", "body"}
        json.dumps(answer)


class Broken(TechMicroService):
    public = True

    def get(self, **rest: Any) -> Any:
        raise RuntimeError(SECRET)


@given(queries)
def test_an_error_of_the_service_never_shows(query: dict[str, str]) -> None:
    event = {"path": "/", "httpMethod": "GET", "queryStringParameters": query}
    answer = Broken()(event, None)
    assert answer["statusCode"] in (400, 500)
    assert SECRET not in str(answer)
    assert "Traceback" not in str(answer)
