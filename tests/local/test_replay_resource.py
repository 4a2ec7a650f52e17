"""Executions that begin at a step, by HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.local.conftest import Serve

FILES = {"biz/add.yml": 'states: [{name: Add, set: {total: "{% $data.n + 1 %}"}}]'}
AT = {"state": "Add", "input": {}, "variables": {"data": {"n": 4}}, "reason": {}}


def test_an_execution_begins_at_the_step(serve_project: Serve) -> None:
    running = serve_project(FILES)
    asked = {"workflow": "add", "input": {}, "at": AT}
    answer = running.ask("POST", "/_replays", json.dumps(asked))
    assert answer.status == 202
    running.system.engine.wait("add", answer.json["id"], 20)
    events = running.system.engine.get_execution_history("add", answer.json["id"])
    assert events[-2]["stateExitedEventDetails"]["assignedVariables"] == {"total": "5"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/_replays", None, 405),
        ("POST", "/_replays/more", {}, 404),
        ("POST", "/_replays", {"workflow": "add"}, 400),
        ("POST", "/_replays", {"workflow": "add", "input": {}, "at": {**AT, "more": 1}}, 400),
        ("POST", "/_replays", {"workflow": "add", "input": {}, "at": {**AT, "variables": []}}, 400),
        ("POST", "/_replays", {"workflow": "add", "input": {}, "at": {**AT, "state": "Sub"}}, 409),
        ("POST", "/_replays", {"workflow": "sub", "input": {}, "at": AT}, 409),
    ],
)
def test_what_is_asked_wrongly_is_refused(
    serve_project: Serve, method: str, path: str, body: Any, status: int
) -> None:
    running = serve_project(FILES)
    assert running.ask(method, path, json.dumps(body)).status == status
    assert running.system.engine.list_executions("add") == []
