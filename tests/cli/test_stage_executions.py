"""`cws start` and `cws executions` with `--stage`: the words are those of this machine."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer
from tests.engine.api.conftest import ROLE, client_at, serving

from coworks.deploy.naming import ALIAS
from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore, lambda_invoker
from coworks.engine.api import Api
from coworks.engine.names import Arns
from coworks.project import load_project

Cws = Callable[..., subprocess.CompletedProcess[str]]
MakeProject = Callable[[Mapping[str, str]], Path]

ACCOUNT = "123456789012"
INNER = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:shop-dev-inner"
FILES = {
    "biz/note.yml": """
        states:
          - name: Note
            set: {noted: "{% $data.word %}"}
    """
}


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """An AWS of two servers: who is asking is told by moto, executions are run by an engine."""
    arns = Arns("us-east-1", ACCOUNT)
    engine = Engine(
        MemoryStore(),
        lambda_invoker(lambda function, payload: {"statusCode": 200, "headers": {}, "body": {"left": 2}}),
        clock=ManualClock(),
        workers=InlineWorkers(),
        arns=arns,
    )
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    given = {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_REGION": "us-east-1"}
    given |= {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}
    with serving(Api(engine)) as url:
        for name, value in {**given, "AWS_ENDPOINT_URL_SFN": url}.items():
            monkeypatch.setenv(name, value)
        client = client_at(url)

        def put(root: Path) -> None:
            for workflow in load_project(root, stage="dev").workflows:
                name, text = f"shop-dev-{workflow.name}", workflow.to_json().replace("${inner}", INNER)
                made = client.create_state_machine(name=name, definition=text, roleArn=ROLE, publish=True)
                to = [{"stateMachineVersionArn": made["stateMachineVersionArn"], "weight": 100}]
                client.create_state_machine_alias(name=ALIAS, routingConfiguration=to)

        yield put
        client.close()
    moto.stop()


def test_executions_of_a_stage_are_told_as_those_of_this_machine(
    cws: Cws, make_project: MakeProject, stage: Callable[[Path], None]
) -> None:
    root = make_project(FILES)
    stage(root)
    started = cws("-p", root, "start", "note", "--input", '{"word": "yes"}', "--wait", "--stage", "dev")
    assert (started.returncode, json.loads(started.stdout)) == (0, {"word": "yes"}), started.stderr
    listed = cws("-p", root, "executions", "list", "--stage", "dev").stdout.split("\n")
    identity, *told = listed[1].split()
    assert told[:2] == ["note", "SUCCEEDED"]
    shown = json.loads(cws("-p", root, "executions", "show", identity, "--stage", "dev").stdout)
    assert (shown["input"], shown["output"]) == ({"word": "yes"}, {"word": "yes"})
    assert [(step["name"], step["place"]) for step in shown["steps"]] == [("Note", "biz/note.yml:2")]


def test_what_failed_in_a_stage_is_shown_there(
    cws: Cws, make_project: MakeProject, stage: Callable[[Path], None]
) -> None:
    root = make_project({"biz/note.yml": "states: [{name: Note, fail: {error: NoInk}}]"})
    stage(root)
    failed = cws("-p", root, "start", "note", "--wait", "--stage", "dev")
    assert failed.returncode == 1
    (told,) = re.findall("fix: see every step: cws (executions show .+ --stage dev)", failed.stderr)
    assert cws("-p", root, *told.split()).returncode == 0
    unknown = cws("-p", root, "executions", "show", "gone", "--stage", "dev")
    assert "fix: list them: cws executions list --stage dev" in unknown.stderr


def test_an_execution_of_a_stage_is_replayed_there_and_from_a_step_on_this_machine(
    cws: Cws, make_project: MakeProject, stage: Callable[[Path], None]
) -> None:
    root = make_project(FILES)
    stage(root)
    cws("-p", root, "start", "note", "--input", '{"word": "yes"}', "--wait", "--stage", "dev")
    identity = cws("-p", root, "executions", "list", "--stage", "dev").stdout.split("\n")[1].split()[0]
    there = cws("-p", root, "replay", identity, "--with", '{"word": "no"}', "--wait", "--stage", "dev")
    assert (there.returncode, json.loads(there.stdout)) == (0, {"word": "no"}), there.stderr
    assert cws("-p", root, "executions", "list").stdout.count("note") == 0
    changes = '{"data": {"word": "here"}}'
    here = cws(
        "-p", root, "replay", identity, "--from", "Note", "--with", changes, "--wait", "--stage", "dev"
    )
    assert here.returncode == 0, here.stderr
    assert cws("-p", root, "executions", "list").stdout.count("note") == 1
    assert cws("-p", root, "executions", "list", "--stage", "dev").stdout.count("note") == 2


ORDERING = {
    "tech/stock.py": """
        from coworks import TechMicroService
        class Stock(TechMicroService):
            public = True
            def get_left(self, *, item):
                raise RuntimeError("nobody asks me in a test")
    """,
    "biz/inner.yml": "states: [{name: Sold, success: {output: {sold: true}}}]",
    "biz/outer.yml": """
        states:
          - name: How many?
            tech: {service: stock, get: /left, query: {item: "{% $data.item %}"}}
          - name: Sell
            biz: {workflow: inner, data: {left: "{% $how_many.left %}"}}
          - name: Both
            success: {output: ["{% $how_many.left %}", "{% $sell.sold %}"]}
    """,
    "pytest.ini": "[pytest]\n",
}


def test_an_execution_of_a_stage_is_saved_as_a_test_that_passes_here(
    cws: Cws, make_project: MakeProject, stage: Callable[[Path], None]
) -> None:
    root = make_project(ORDERING)
    stage(root)
    ran = cws("-p", root, "start", "outer", "--input", '{"item": "tea"}', "--wait", "--stage", "dev")
    assert json.loads(ran.stdout) == [2, True], ran.stderr
    listed = cws("-p", root, "executions", "list", "--workflow", "outer", "--stage", "dev")
    identity = listed.stdout.split("\n")[1].split()[0]
    saved = cws("-p", root, "executions", "save", identity, "--stage", "dev")
    assert saved.returncode == 0, saved.stderr
    (file,) = (root / "tests").iterdir()
    assert "'How many?': {'left': 2}," in (text := file.read_text(encoding="utf-8"))
    assert "'Sell': {'sold': True}," in text
    tested = cws("-p", root, "test", "-q")
    assert "1 passed" in tested.stdout, tested.stdout + tested.stderr
