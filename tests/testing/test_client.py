"""The test client calls a service as API Gateway would."""

from __future__ import annotations

from typing import Any

import pytest

from coworks import Response, TechMicroService
from coworks.testing import client


class Echo(TechMicroService):
    public = True

    def get_item(self, key: str, *, tag: Any = None) -> dict[str, Any]:
        return {"key": key, "tag": tag, "agent": self.current_request.headers.get("x-agent")}

    def post(self, **fields: Any) -> dict[str, Any]:
        return fields

    def put(self, body: Any) -> bytes:
        return body if isinstance(body, bytes) else str(body).encode()

    def delete(self) -> Response:
        return Response("gone", 410, {"X-Reason": "old"})


def test_query_and_headers_and_encoded_paths_arrive() -> None:
    answer = client(Echo(), headers={"X-Agent": "me"}).get("/item/a b", query={"tag": ["x", "y"]})
    assert answer.json == {"key": "a b", "tag": ["x", "y"], "agent": "me"}


def test_json_and_form_bodies_arrive() -> None:
    caller = client(Echo())
    assert caller.post("/", json={"a": 1}).json == {"a": 1}
    assert caller.post("/", form={"a": "1", "b": ["x", "y"]}).json == {"a": "1", "b": ["x", "y"]}


def test_bytes_go_both_ways() -> None:
    answer = client(Echo()).put("/", body=b"\x00\xff", headers={"Content-Type": "image/png"})
    assert answer.content == b"\x00\xff"


def test_status_headers_and_text_come_back() -> None:
    answer = client(Echo()).delete("/")
    assert (answer.status, answer.text, answer.headers["x-reason"]) == (410, "gone", "old")


def test_two_bodies_are_refused() -> None:
    with pytest.raises(ValueError, match="at most one"):
        client(Echo()).post("/", json={}, form={})
