"""The history of a run is stored beside the test, and compared with what a later run does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from coworks.testing import WorkflowRun, run
from coworks.testing.histories import HistorySnapshot, written_history

MakeProject = Callable[[Mapping[str, str]], Path]
FILES = {
    "tech/stock.py": """
        import uuid
        from coworks import NotFoundError, TechMicroService
        class Stock(TechMicroService):
            public = True
            def get_left(self, *, item):
                if item == "tea":
                    raise NotFoundError("no tea")
                return {"left": 2, "asked": str(uuid.uuid4())}
            def post_asked(self, *, token):
                return {"nonce": f"n-{uuid.uuid4().hex}"}
        """,
    "biz/refill.yml": """
        states:
          - name: How many?
            tech: {service: stock, get: /left, query: {item: "{% $data.item %}"}}
            catch: [{on: NotFoundError, goto: Say why}]
            goto: End
          - name: Say why
            set: {why: "{% $error %}"}
        """,
    "biz/hand_over.yml": """
        states:
          - name: Ask
            asl:
              Type: Task
              Resource: arn:aws:states:::lambda:invoke.waitForTaskToken
              Arguments:
                FunctionName: "${stock}"
                Payload:
                  coworks: 1
                  method: POST
                  path: /asked
                  body: {token: "{% $states.context.Task.Token %}"}
              TimeoutSeconds: 60
        """,
}


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    return make_project(FILES)


def test_runs_that_go_the_same_way_have_one_text(project: Path) -> None:
    def text(workflow: str, item: str) -> str:
        return written_history(
            run(workflow, {"item": item}, project=project).history, hide=["n-[0-9a-f]{32}"]
        )

    assert text("refill", "pen") == text("refill", "pen")
    assert '"asked": "<id 1>"' in text("refill", "pen")
    failed = text("refill", "tea")
    assert failed == text("refill", "tea")
    assert '"Cause": "no tea"' in failed
    assert "Traceback" not in failed and str(project) not in failed
    assert text("hand_over", "pen") == text("hand_over", "pen")
    assert '"token": "<token 1>"' in text("hand_over", "pen")


def test_ids_are_numbered_and_what_is_hidden_as_well() -> None:
    one, two = "0f9c6c3e-2a51-4f0d-a6ff-0f4ea3a2f1f2", "1f9c6c3e-2a51-4f0d-a6ff-0f4ea3a2f1f2"
    details = {"output": f'["{two}", "{one}", "{two}", "n-77"]', "outputDetails": {"truncated": False}}
    events = [{"type": "T", "timestamp": 1.0, "id": 1, "tExitedEventDetails": details}]
    (told,) = json.loads(written_history(events, hide=[r"n-\d+"]))
    hidden = ["<id 1>", "<id 2>", "<id 1>", "<hidden 1>"]
    assert told == {"type": "T", "id": 1, "tExitedEventDetails": {"output": hidden}}


def refilled(project: Path, item: str) -> WorkflowRun:
    return run("refill", {"item": item}, project=project)


def test_what_is_stored_is_compared_line_by_line(project: Path, tmp_path: Path) -> None:
    HistorySnapshot(tmp_path, "test_it", update=True)(refilled(project, "pen"))
    compare = HistorySnapshot(tmp_path, "test_it", update=False)
    compare(refilled(project, "pen"))
    with pytest.raises(AssertionError, match=r"no history is stored in .*test_it_2.json; store it: pytest"):
        compare(refilled(project, "pen"))
    other = HistorySnapshot(tmp_path, "test_it", update=False)
    with pytest.raises(AssertionError) as differs:
        other(refilled(project, "cup"))
    told = [line.replace(" ", "") for line in str(differs.value).splitlines()]
    assert '-"item":"pen"' in told and '+"item":"cup"' in told
    assert "pytest --update-histories" in str(differs.value)


TESTS = """
    import pytest
    from coworks.testing import run
    @pytest.mark.parametrize("item", ["pen", "a/b"])
    def test_refill(item, history_snapshot):
        history_snapshot(run("refill", {"item": item}))
    """


def test_pytest_stores_and_compares(make_project: MakeProject) -> None:
    project = make_project(FILES | {"tests/test_refill.py": TESTS, "pytest.ini": "[pytest]\n"})

    def tested(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)

    assert tested().returncode == 1
    assert tested("--update-histories").returncode == 0
    stored = sorted(file.name for file in (project / "tests" / "histories" / "test_refill").iterdir())
    assert stored == ["test_refill[a%2Fb].json", "test_refill[pen].json"]
    assert tested().returncode == 0
