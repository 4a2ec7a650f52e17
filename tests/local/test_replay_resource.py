"""Executions that begin at a step, by HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.local.conftest import Running, Serve

from coworks.local.replay_resource import key_of

FILES = {"biz/add.yml": 'states: [{name: Add, set: {total: "{% $data.n + 1 %}"}}]'}
AT = {"state": "Add", "input": {}, "variables": {"data": {"n": 4}}, "reason": {}}


def key_in(running: Running) -> str:
    return key_of(running.system.project.settings.state_folder)


def test_an_execution_begins_at_the_step(serve_project: Serve) -> None:
    running = serve_project(FILES)
    asked = {"workflow": "add", "input": {}, "at": AT, "key": key_in(running)}
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
        ("POST", "/_replays", {"workflow": "add", "input": {}, "key": "", "at": {**AT, "more": 1}}, 400),
        (
            "POST",
            "/_replays",
            {"workflow": "add", "input": {}, "key": "", "at": {**AT, "variables": []}},
            400,
        ),
        ("POST", "/_replays", {"workflow": "add", "input": {}, "key": "", "at": {**AT, "state": "Sub"}}, 409),
        ("POST", "/_replays", {"workflow": "sub", "input": {}, "key": "", "at": AT}, 409),
    ],
)
def test_what_is_asked_wrongly_is_refused(
    serve_project: Serve, method: str, path: str, body: Any, status: int
) -> None:
    running = serve_project(FILES)
    told = {**body, "key": key_in(running)} if body and "key" in body else body
    assert running.ask(method, path, json.dumps(told)).status == status
    assert running.system.engine.list_executions("add") == []


def test_who_does_not_know_the_key_gets_past_no_approval(serve_project: Serve) -> None:
    running = serve_project(FILES)
    asked = {"workflow": "add", "input": {}, "at": AT, "key": "guessed"}
    assert running.ask("POST", "/_replays", json.dumps(asked)).status == 403
    assert running.system.engine.list_executions("add") == []
    key_file = running.system.project.settings.state_folder / "replay_key"
    assert key_file.stat().st_mode & 0o077 == 0
