"""Questions that wait for a person, answered in the console."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from coworks.console.approvals import answer, waiting_approvals
from coworks.console.runs import run_view
from coworks.engine import EngineError
from coworks.errors import CoWorksError
from coworks.local import System, serving
from coworks.project import load_project

FILES = {
    "tech/approval.py": """
        from coworks.catalog.approval import ApprovalMicroService
        app = ApprovalMicroService()
    """,
    "biz/ask.yml": """
        states:
          - name: Ask the boss
            approve: {who: boss@example.com, subject: "Order {% $data.id %}", deadline: 3 days}
          - name: Out
            success: {output: {ok: "{% $ask_the_boss.approved %}", by: "{% $ask_the_boss.by %}"}}
    """,
}


@pytest.fixture
def system(make_project: Callable[[Mapping[str, str]], Path]) -> Iterator[System]:
    with serving(load_project(make_project(FILES))) as running:
        yield running


def asked(system: System, number: int) -> str:
    """A run that waits for its answer."""
    run = system.engine.start_execution("ask", json.dumps({"id": number})).name
    give_up = time.monotonic() + 20
    while run not in {one.run for one in waiting_approvals(system)}:
        assert time.monotonic() < give_up
        time.sleep(0.02)
    return run


def test_a_question_is_found_and_its_answer_moves_the_run_on(system: System) -> None:
    run = asked(system, 7)
    view = run_view(system, "ask", run)
    assert view.steps[0].sent["body"]["subject"] == "Order 7" and "token" not in str(view.steps[0].sent)
    (question,) = view.approvals
    assert (question.subject, question.people, question.step, question.answers) == (
        "Order 7",
        "boss@example.com",
        "Ask the boss",
        ("accept", "refuse"),
    )
    answer(system.engine, question, "accept", " fine ", "ann")
    over = system.engine.wait("ask", run, 20)
    assert json.loads(over.output or "") == {"ok": True, "by": "ann"}
    assert waiting_approvals(system) == ()
    with pytest.raises(EngineError):
        answer(system.engine, question, "refuse", "", "bob")


def test_the_second_answer_refuses_and_other_words_are_no_answer(system: System) -> None:
    (question,) = run_view(system, "ask", asked(system, 8)).approvals
    with pytest.raises(CoWorksError, match='"maybe" is no answer'):
        answer(system.engine, question, "maybe", "", "ann")
    answer(system.engine, question, "refuse", "", "ann")
    over = system.engine.wait("ask", question.run, 20)
    assert json.loads(over.output or "")["ok"] is False


def test_a_run_that_was_stopped_asks_nobody_any_more(system: System) -> None:
    run = asked(system, 9)
    system.engine.stop_execution("ask", run)
    assert waiting_approvals(system) == ()
    assert run_view(system, "ask", run).approvals == ()
