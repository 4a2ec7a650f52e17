"""Whatever event comes: the HTTP doors answer, orders raise an error of ours, and nothing inside gets out."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coworks.errors import CoWorksError
from coworks.tech import AuthRequest, CORSConfig, InternalServerError, TechMicroService, entry

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

    def on_message(self, message: dict[str, Any]) -> None: ...
    def on_notification(self, notification: dict[str, Any]) -> None: ...
    def on_event(self, event: dict[str, Any]) -> None: ...
    def on_object(self, stored: dict[str, Any]) -> None: ...


class Listed(Target):
    cors = CORSConfig(["https://a.example"], allow_credentials=True)


APP, CORS_APP = Target(), Listed()

text = st.text(max_size=12) | st.sampled_from(
    ["", "%", "%FF", "%2F", "\ud800", "\x00", "\r\n", "é", "a" * 3000]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
methods = st.sampled_from(["GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "get", ""]) | text
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
origins = st.sampled_from(["https://a.example", "https://b.example", "\r\nX: y"]) | text
headers = (
    st.dictionaries(text, text, max_size=3)
    | content_types.map(lambda value: {"content-type": value})
    | st.fixed_dictionaries(
        {"Origin": origins, "Access-Control-Request-Method": methods, "Access-Control-Request-Headers": text}
    )
)
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


balancer_events = st.builds(
    lambda event, about: {**event, "requestContext": about},
    rest_events,
    st.fixed_dictionaries({"elb": json_values}),
)
arns = st.builds("arn:aws:execute-api:eu-west-1:1:api/{}/{}{}".format, text, methods, paths)
policy_events = st.fixed_dictionaries(
    {"type": st.sampled_from(["TOKEN", "REQUEST"]), "methodArn": sometimes_odd(arns)},
    optional={
        "version": sometimes_odd(st.just("1.0")),
        "authorizationToken": sometimes_odd(text | st.just("t")),
        "path": sometimes_odd(paths),
        "httpMethod": sometimes_odd(methods),
        "headers": sometimes_odd(headers | st.just({"Authorization": "t"})),
        "requestContext": json_values,
    },
)
simple_events = st.builds(
    lambda event, arn: {**event, "type": "REQUEST", "version": "2.0", "routeArn": arn},
    http_events,
    sometimes_odd(arns),
)
messages = orders.map(json.dumps) | bodies


def records(*sources: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Events of records of these sources, told as SQS or as SNS tells them."""
    record = st.fixed_dictionaries(
        {"eventSource": st.sampled_from(sources)},
        optional={name: sometimes_odd(values) for name, values in fields.items()},
    ).map(lambda record: {**record, "EventSource": record["eventSource"]})
    return st.builds(
        lambda first, rest: {"Records": [first, *rest]},
        record,
        st.lists(sometimes_odd(record), max_size=2),
    )


queue_events = records(
    "aws:sqs",
    messageId=text,
    body=messages,
    eventSourceARN=st.sampled_from(["arn:q", "arn:q.fifo"]),
    attributes=st.fixed_dictionaries({"MessageGroupId": sometimes_odd(text)}),
)
other_events = (
    records(
        "aws:sns", "aws:s3",
        Sns=st.fixed_dictionaries({"Message": sometimes_odd(messages)}),
        s3=st.fixed_dictionaries(
            {
                "bucket": sometimes_odd(st.fixed_dictionaries({"name": sometimes_odd(text)})),
                "object": sometimes_odd(st.fixed_dictionaries({"key": sometimes_odd(text)})),
            }
        ),
    )
    | st.fixed_dictionaries({"detail-type": text, "source": text, "detail": orders | json_values})
    | st.fixed_dictionaries({"awslogs": json_values})
    | st.fixed_dictionaries({"alarmData": json_values})
    | json_values
)  # fmt: skip


def check_answer(answer: dict[str, Any]) -> None:
    assert type(answer["statusCode"]) is int
    assert 200 <= answer["statusCode"] <= 499, "no 500: nothing in this service fails by itself"
    headers = answer.get("headers", {})
    assert all(isinstance(value, str) for value in headers.values())
    for name, values in answer.get("multiValueHeaders", {}).items():
        assert isinstance(name, str)
        assert all(isinstance(value, str) for value in values)
    if headers.get("Access-Control-Allow-Credentials"):
        assert headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert isinstance(answer["body"], str)
    answer["body"].encode()
    json.dumps(answer)
    if answer["statusCode"] >= 400 and answer["body"]:
        assert json.loads(answer["body"])["status"] == answer["statusCode"]


@given(http_events)
def test_the_http_api_always_answers(event: dict[str, Any]) -> None:
    check_answer(APP(event, None))
    check_answer(CORS_APP(event, None))


@given(rest_events)
def test_the_rest_api_always_answers(event: dict[str, Any]) -> None:
    check_answer(APP(event, None))
    check_answer(CORS_APP(event, None))


@given(balancer_events)
def test_a_load_balancer_always_gets_an_answer(event: dict[str, Any]) -> None:
    for app in (APP, CORS_APP):
        answer = app(event, None)
        check_answer(answer)
        assert answer["statusDescription"].startswith(f"{answer['statusCode']} ")
        assert ("headers" in answer) is not ("multiValueHeaders" in answer)


@given(policy_events)
def test_a_gateway_always_gets_a_policy(event: dict[str, Any]) -> None:
    answer = APP(event, None)
    (statement,) = answer["policyDocument"]["Statement"]
    assert statement["Effect"] in ("Allow", "Deny")
    assert statement["Resource"]
    assert all(isinstance(resource, str) for resource in statement["Resource"])
    assert all(isinstance(value, (str, int, float)) for value in answer.get("context", {}).values())
    json.dumps(answer)


@given(simple_events)
def test_a_gateway_always_gets_a_simple_answer(event: dict[str, Any]) -> None:
    answer = CORS_APP(event, None)
    assert answer.keys() == {"isAuthorized", "context"}
    assert type(answer["isAuthorized"]) is bool
    assert all(isinstance(value, (str, int, float)) for value in answer["context"].values())


@given(queue_events)
def test_a_queue_is_told_what_failed_or_gets_an_error_of_ours(event: dict[str, Any]) -> None:
    try:
        answer = APP(event, None)
    except CoWorksError as error:
        assert str(error)
    else:
        sent = [record["messageId"] for record in event["Records"]]
        assert [failure["itemIdentifier"] in sent for failure in answer["batchItemFailures"]].count(
            False
        ) == 0


@given(other_events)
def test_the_other_doors_answer_nothing_or_raise_an_error_of_ours(event: Any) -> None:
    try:
        assert APP(event, None) is None
    except CoWorksError as error:
        assert str(error)


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


class BrokenAuth(Target):
    def auth(self, auth_request: AuthRequest) -> bool:
        raise RuntimeError(SECRET)


@given(policy_events | simple_events)
def test_an_auth_that_fails_never_shows(event: dict[str, Any]) -> None:
    try:
        assert SECRET not in str(BrokenAuth()(event))
    except InternalServerError as error:
        assert SECRET not in error.explain()
