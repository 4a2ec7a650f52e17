"""Runs as people look at them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from coworks.console.rendering import render
from coworks.console.runs import list_runs, run_view
from coworks.engine import ExecutionDoesNotExistError, Status
from coworks.local import System, serving
from coworks.project import load_project

FILES = {
    "tech/check.py": """
        from coworks import BadRequestError, TechMicroService
        class Check(TechMicroService):
            public = True
            def get_status(self, *, url: str):
                if url != "good":
                    raise BadRequestError(f"{url} is no address")
                return {"status": 200}
    """,
    "biz/watch.yml": """
        input: {url: good}
        states:
          - name: Check server
            tech: {service: check, get: /status, query: {url: "{% $data.url %}"}}
            timeout: 5 seconds
          - name: All
            foreach:
              items: [1, 2]
              steps:
                - name: One
                  success: {output: {n: "{% $item %}"}}
    """,
    "biz/wait.yml": "states: [{name: Rest, wait: 1 hour}]",
}


@pytest.fixture
def system(make_project: Callable[[Mapping[str, str]], Path]) -> Iterator[System]:
    with serving(load_project(make_project(FILES))) as running:
        yield running


def ran(system: System, workflow: str, data: object = None) -> str:
    started = system.engine.start_execution(workflow, json.dumps(data or {}))
    return system.engine.wait(workflow, started.name, 20).name


def test_a_run_tells_what_each_step_did(system: System) -> None:
    view = run_view(system, "watch", ran(system, "watch"))
    assert [(one.name, one.status, one.item) for one in view.steps] == [
        ("Check server", "SUCCEEDED", None),
        ("All", "SUCCEEDED", None),
        ("One", "SUCCEEDED", 0),
        ("One", "SUCCEEDED", 1),
    ]
    assert (view.steps[0].line, view.steps[0].output, view.steps[0].tries) == (3, {"status": 200}, 1)
    assert [one.sent for one in view.steps] == [{"query": {"url": "good"}}, None, None, None]
    assert view.output == [{"n": 1}, {"n": 2}]
    assert view.is_over and view.seconds is not None and view.picture is not None
    assert 'stroke="#2e7d46"' in view.picture


def test_a_run_that_failed_tells_where_and_why_in_plain_words(system: System) -> None:
    view = run_view(system, "watch", ran(system, "watch", {"url": "bad"}))
    assert (view.culprit, view.line) == ("Check server", 3)
    assert (view.steps[0].failed, view.steps[0].error, view.steps[0].cause) == (
        True,
        "BadRequestError",
        "bad is no address",
    )
    shown = render("run_steps", view=view, may_operate=True)
    assert "Failed at “Check server” (line 3)" in shown
    assert "BadRequestError: bad is no address" in shown
    assert "Traceback" not in shown


def test_a_run_under_way_is_followed_and_stopped(system: System) -> None:
    started = system.engine.start_execution("wait")
    view = run_view(system, "wait", started.name)
    assert (view.is_over, view.seconds, [one.status for one in view.steps]) == (False, None, ["RUNNING"])
    system.engine.stop_execution("wait", started.name, cause="Enough.")
    view = run_view(system, "wait", started.name)
    assert (view.is_over, view.execution.cause) == (True, "Enough.")


def test_a_run_of_a_workflow_that_is_gone_is_shown_without_a_picture(system: System) -> None:
    system.engine.put_state_machine("gone", {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    view = run_view(system, "gone", ran(system, "gone"))
    assert view.picture is None and [one.name for one in view.steps] == ["A"]
    with pytest.raises(ExecutionDoesNotExistError):
        run_view(system, "gone", "../etc")


def test_runs_are_listed_by_workflow_and_state_and_shown_as_text(system: System) -> None:
    good, bad = ran(system, "watch"), ran(system, "watch", {"url": "<script>"})
    both, has_older = list_runs(system.engine, "watch", None)
    assert [one.name for one in both] == [bad, good] and not has_older
    failed, _ = list_runs(system.engine, None, Status.FAILED)
    assert [one.name for one in failed] == [bad]
    older, _ = list_runs(system.engine, None, None, before=(both[0].started, both[0].id))
    assert good in [one.name for one in older] and bad not in [one.name for one in older]
    rows = render(
        "runs", runs=both, workflows=["<b>"], workflow="", statuses=list(Status), status="", older=""
    )
    assert bad in rows and "<b>" not in rows
