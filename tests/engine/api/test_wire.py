"""Bytes in, bytes out: whatever comes is answered in AWS's shape, and the server goes on."""

from __future__ import annotations

import http.client
import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.api.conftest import PASS, Caller, serving

from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore, lambda_invoker
from coworks.engine.api import Api
from coworks.engine.api.api import OPERATIONS

UNKNOWN = "com.amazon.coral.service#UnknownOperationException"
SERIALIZATION = "com.amazon.coral.service#SerializationException"
HALF = r'{"name": "\ud800"}'.encode("utf-16-le")
LIST = {"X-Amz-Target": "AWSStepFunctions.ListStateMachines"}


def new_api() -> Api:
    invoke = lambda_invoker(lambda function, payload: payload)
    return Api(Engine(MemoryStore(), invoke, clock=ManualClock(), workers=InlineWorkers()))


def post(url: str, body: bytes, headers: dict[str, str], method: str = "POST") -> tuple[int, Any, Any]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request(method, "/", body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read()), answer.headers
    finally:
        connection.close()


@pytest.mark.parametrize(
    "target", [None, "", "ListStateMachines", "DynamoDB.ListTables", "AWSStepFunctions.Fly"]
)
def test_an_unknown_target_is_an_unknown_operation(target: str | None) -> None:
    status, headers, told = new_api().answer(target, b"{}")
    assert (status, told["__type"]) == (400, UNKNOWN)
    assert headers["Content-Type"] == "application/x-amz-json-1.0"
    assert re.fullmatch(r"[0-9a-f-]{36}", headers["x-amzn-RequestId"])


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "a',
        b"[]",
        b"7",
        b"\xff",
        b'{"name": NaN}',
        rb'{"name": "\ud800"}',
        HALF,
        b"[" * 100_000,
        b" ",
    ],
    ids=range(9),
)
def test_a_body_that_is_no_json_object_is_not_serialised(body: bytes) -> None:
    status, _, told = new_api().answer("AWSStepFunctions.CreateStateMachine", body)
    assert (status, told["__type"]) == (400, SERIALIZATION)


def test_a_member_of_the_wrong_type_is_not_serialised(call: Caller) -> None:
    assert call.error("ListStateMachines", maxResults="7")[0] == "SerializationException"
    assert call.error("ListStateMachines", maxResults=True)[0] == "SerializationException"
    assert call.error("TagResource", resourceArn="a", tags=[None])[0] == "SerializationException"


def test_every_member_that_is_out_of_bounds_is_told(call: Caller) -> None:
    code, message = call.error("CreateStateMachine", name="n" * 81, definition=PASS, type="FAST")
    assert code == "ValidationException"
    assert message.startswith("3 validation errors detected: ")
    assert "Value at 'roleArn' failed to satisfy constraint: Member must not be null" in message
    assert "Value 'FAST' at 'type'" in message
    assert "at 'name' failed to satisfy constraint: Member must have length less than or equal to 80" in (
        message
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just(PASS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
arns = st.sampled_from(["stateMachine:machine", "execution:machine:one", "stateMachine:machine:1"]).map(
    lambda name: f"arn:aws:states:us-east-1:000000000000:{name}"
)
members = sorted({name for operation in OPERATIONS.values() for name in operation.shape.members})
requests = st.dictionaries(st.sampled_from(members), arns | json_values, max_size=5)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(OPERATIONS)), requests | json_values | st.binary(max_size=50))
def test_whatever_comes_is_answered(operation: str, request: object) -> None:
    body = request if isinstance(request, bytes) else json.dumps(request).encode("utf-8", "replace")
    api = new_api()
    Caller(api).create()
    status, _, told = api.answer(f"AWSStepFunctions.{operation}", body)
    assert status in {200, 400}
    assert json.dumps(told)
    if status == 400:
        assert set(told) == {"__type", "message"}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from('{}[]",:$ \\StartAtesTyp01eé\x00'), max_size=60).map("".join) | json_values)
def test_whatever_definition_and_input_come_they_are_judged(text: object) -> None:
    call = Caller(new_api())
    written = text if isinstance(text, str) else json.dumps(text)
    answers = [
        call.answer("ValidateStateMachineDefinition", definition=written or " "),
        call.answer("StartExecution", stateMachineArn=call.create(), input=written),
        call.answer("CreateStateMachine", name="other", definition=written or " ", roleArn="role"),
    ]
    assert {answer.status for answer in answers} <= {200, 400}


def test_a_get_is_no_operation(call: Caller) -> None:
    with serving(call.api) as url:
        status, told, headers = post(url, b"", {}, method="GET")
    assert (status, told["__type"]) == (400, UNKNOWN)
    assert "x-amzn-requestid" in headers


def test_two_megabytes_are_refused_and_the_server_goes_on(call: Caller) -> None:
    with serving(call.api) as url:
        status, told, _ = post(url, b"[" * 2_000_000, LIST)
        assert (status, told["__type"]) == (413, "RequestEntityTooLargeException")
        assert post(url, b'{"truncated', LIST)[0] == 400
        assert post(url, b"{}", LIST)[:2] == (200, {"stateMachines": []})


def test_a_name_of_elsewhere_does_not_get_in(call: Caller) -> None:
    with serving(call.api) as url:
        assert post(url, b"{}", {**LIST, "Host": "evil.example.com"})[0] == 403
        assert post(url, b"{}", LIST)[0] == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [("sync-127.0.0.1", 200), ("sync-states.localhost:80", 200), ("localhost", 200), ("evil.example", 403)],
)
def test_only_names_of_this_machine_are_answered_to(host: str, status: int) -> None:
    with serving(new_api()) as url:
        assert post(url, b"{}", {**LIST, "Host": host})[0] == status
