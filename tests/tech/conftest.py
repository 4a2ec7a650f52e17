"""Events as AWS sends them, and a short way to call a service through the HTTP door."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def _http_event(
    method: str, path: str, *, query: str = "", body: Any = None, stage: str = "$default", **fields: Any
) -> dict[str, Any]:
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {},
        "requestContext": {"stage": stage, "http": {"method": method, "path": path}},
        "isBase64Encoded": False,
        **fields,
    }
    if body is not None:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event


def _rest_event(method: str, path: str, *, body: Any = None, **fields: Any) -> dict[str, Any]:
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {},
        "multiValueHeaders": None,
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"stage": "dev", "path": f"/dev{path}", "httpMethod": method},
        "body": body,
        "isBase64Encoded": False,
        **fields,
    }


def _order(method: str, path: str, **fields: Any) -> dict[str, Any]:
    return {"coworks": 1, "method": method, "path": path, **fields}


def _call(app: Callable[..., Any], method: str, path: str, **fields: Any) -> Any:
    """The answer through the HTTP door, with its JSON body decoded."""
    answer = app(_http_event(method, path, **fields), None)
    if "json" in answer["headers"].get("Content-Type", ""):
        answer["body"] = json.loads(answer["body"])
    return answer


@pytest.fixture
def http_event() -> Callable[..., dict[str, Any]]:
    return _http_event


@pytest.fixture
def rest_event() -> Callable[..., dict[str, Any]]:
    return _rest_event


@pytest.fixture
def order() -> Callable[..., dict[str, Any]]:
    return _order


@pytest.fixture
def call() -> Callable[..., Any]:
    return _call
