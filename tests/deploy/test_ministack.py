"""The whole way on an emulator of AWS: deploy, call, change, plan, roll back, delete.

MiniStack has no versions and aliases of state machines: the client that the deployer is given leaves them out
of what it sends (`test_templates.py` and cfn-lint hold them), and remembers what it was given.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
import pytest
from tests.deploy.conftest import HERE

from coworks.deploy.packages import Uv
from coworks.deploy.packaging import build_packages
from coworks.deploy.plan import StackPlan, plan_stack
from coworks.deploy.selection import select
from coworks.deploy.stacks import Clients, Deployer
from coworks.deploy.stacks.calls import CallFailedError, invoke, log_lines
from coworks.deploy.template import Template
from coworks.deploy.template.function import Code
from coworks.deploy.templates import names_of, templates_of
from coworks.project import Project

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the emulator runs on Linux"),
]

Load = Callable[..., Project]

HELLO = """
    from coworks import TechMicroService, entry
    class Hello(TechMicroService):
        def auth(self, auth_request):
            return auth_request.token == "Bearer me"
        def get_word(self, name):
            return {"text": f"hello {name}"}
        def post_note(self, *, text):
            print("noted", text)
        @entry(public=True)
        def get_open(self):
            return "open"
"""
GREET = """
    on:
      - every: 5 minutes
    states:
      - name: Greet
        tech: {service: hello, get: /word/ada}
"""
_UNKNOWN = {"AWS::StepFunctions::StateMachineVersion", "AWS::StepFunctions::StateMachineAlias"}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """MiniStack on a free port, in a process of its own."""
    folder = tmp_path_factory.mktemp("ministack")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment = {**os.environ, "GATEWAY_PORT": str(port), "HOME": str(folder)}
    program = str(Path(sys.executable).with_name("ministack"))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program], cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("MiniStack did not start")


class WithoutMachineVersions:
    """CloudFormation, without the two kinds of resources that MiniStack does not know."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._given: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def create_change_set(self, *, StackName: str, TemplateBody: str, **given: Any) -> Any:
        self._given[StackName] = TemplateBody
        body = json.loads(TemplateBody)
        if "StateMachine" in body["Resources"]:
            body = json.loads(json.dumps(body).replace('{"Ref": "Alias"}', '{"Ref": "StateMachine"}'))
        known = {key: one for key, one in body["Resources"].items() if one["Type"] not in _UNKNOWN}
        sent = json.dumps({**body, "Resources": known})
        return self._client.create_change_set(StackName=StackName, TemplateBody=sent, **given)

    def get_template(self, *, StackName: str, **given: Any) -> dict[str, str]:
        return {"TemplateBody": self._given[StackName]}


@pytest.fixture(scope="module")
def session(endpoint: str) -> Callable[[str], Any]:
    made = boto3.session.Session("test", "test", region_name="us-east-1")
    return lambda name: made.client(name, endpoint_url=endpoint)


def deployer_clients(session: Callable[[str], Any]) -> Clients:
    cloudformation = WithoutMachineVersions(session("cloudformation"))
    others = (session(name) for name in ("s3", "lambda", "logs", "stepfunctions"))
    return Clients("us-east-1", "000000000000", cloudformation, *others)


@pytest.fixture
def deployer(session: Callable[[str], Any]) -> Deployer:
    return Deployer(deployer_clients(session), "shop", look_every=0.05)


class Stage:
    """The stage `dev` of a project, deployed from the files that it is given."""

    def __init__(self, load: Load, deployer: Deployer, folder: Path) -> None:
        self._load, self._deployer, self._folder = load, deployer, folder
        self.templates: list[Template] = []

    def plan(self, files: Mapping[str, str]) -> list[StackPlan]:
        project = self._load({**files, "pyproject.toml": f'[tool.coworks]\npython = "{HERE}"\n'})
        chosen = select(project)
        self._packages = build_packages(project.settings, chosen.services, Uv(), self._folder)
        self._names = names_of(project)
        self.templates = templates_of(project, chosen, self._packages)
        return [plan_stack(self._deployer.deployed(one), one) for one in self.templates]

    def deploy(self, files: Mapping[str, str]) -> dict[str, str]:
        """Deploys what changed; the outputs of all stacks by stack and key."""
        plans = self.plan(files)
        self._deployer.upload(self._packages, lambda one: Code(one.digest, "").key(self._names, one.service))
        outcomes = self._deployer.deploy([one.template for one in plans if not one.is_same])
        assert [one.error for one in outcomes if one.error] == []
        return {f"{one.name}.{key}": value for one in outcomes for key, value in one.outputs.items()}


def call(endpoint: str, url: str, path: str, token: str = "") -> tuple[int, str]:
    """A call of an HTTP API: MiniStack tells them apart by the Host."""
    headers = {"Host": url.removeprefix("http://")} | ({"Authorization": token} if token else {})
    try:
        with urlopen(Request(f"{endpoint}{path}", headers=headers)) as told:
            return told.status, told.read().decode()
    except HTTPError as error:
        with error:
            return error.code, ""


def ended(states: Any, machine: str) -> dict[str, Any]:
    execution = states.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    while (told := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(0.1)
    return dict(told)


def test_the_whole_way(
    load: Load, deployer: Deployer, session: Callable[[str], Any], endpoint: str, tmp_path: Path
) -> None:
    stage = Stage(load, deployer, tmp_path / "packages")
    files = {"tech/hello.py": HELLO, "biz/greet.yml": GREET}
    outputs = stage.deploy(files)
    url = outputs["hello.Url"]
    answers = [call(endpoint, url, "/word/ada", token)[0] for token in ("", "Bearer no", "Bearer me")]
    assert answers == [401, 403, 200]
    assert call(endpoint, url, "/open") == (200, "open")
    assert call(endpoint, url, "/nowhere")[0] == 404

    order = {"coworks": 1, "method": "POST", "path": "/note", "body": {"text": "by queue"}}
    sqs = session("sqs")
    sqs.send_message(QueueUrl=outputs["hello.QueueUrl"], MessageBody=json.dumps(order))
    group = "/aws/lambda/shop-dev-hello"
    until(lambda: "noted by queue" in logged(session("logs"), group))

    about = deployer_clients(session)
    answer = invoke(about, "shop-dev-hello", {**order, "method": "GET", "path": "/word/bob", "body": None})
    assert answer == {"text": "hello bob"}
    # MiniStack calls every error Runtime.HandlerError; `test_boot.py` holds the name under AWS's own client.
    with pytest.raises(CallFailedError, match="nothing answers at this address"):
        invoke(about, "shop-dev-hello", {"coworks": 1, "method": "GET", "path": "/nowhere"})
    assert any("noted by queue" in line for _, line in log_lines(about, group, 0))

    run = ended(session("stepfunctions"), outputs["greet.StateMachineArn"])
    assert (run["status"], json.loads(run["output"])) == ("SUCCEEDED", {"text": "hello ada"})
    assert [one.is_same for one in stage.plan(files)] == [True, True]

    changed = {
        "tech/hello.py": HELLO.replace('f"hello', 'f"bye').replace("get_open", "get_health"),
        "biz/greet.yml": GREET
        + "      - name: Rest\n        pass: true\n".replace("pass: true", "wait: 1 seconds"),
    }
    hello, greet = stage.plan(changed)
    assert {(one.action, one.name) for one in hello.changes} == {
        ("change", "function shop-dev-hello"), ("add", "route GET /health"), ("add", "route HEAD /health"),
        ("remove", "route GET /open"), ("remove", "route HEAD /open"),
    }  # fmt: skip
    assert [one.name for one in greet.changes] == ["state machine shop-dev-greet"]
    stage.deploy(changed)
    assert call(endpoint, url, "/word/ada", "Bearer me") == (200, '{"text":"bye ada"}')
    assert call(endpoint, url, "/open")[0] == 404

    former = deployer.former(stage.templates[0])
    assert former is not None
    (back,) = deployer.deploy([former])
    assert back.error is None
    assert call(endpoint, url, "/word/ada", "Bearer me") == (200, '{"text":"hello ada"}')

    assert [one.error for one in deployer.delete(stage.templates)] == [None, None]
    assert session("lambda").list_functions()["Functions"] == []
    assert session("stepfunctions").list_state_machines()["stateMachines"] == []
    assert sqs.list_queues().get("QueueUrls", []) == []
    assert session("apigatewayv2").get_apis()["Items"] == []


BIG_ORDER = """
    on:
      - event: {source: [shop], detail-type: [Order placed]}
        data: {order: "{% $event.detail.id %}", why: "from {% $event.detail.country %}"}
      - topic: stock
    states:
      - name: Note
        set: {noted: true}
"""


def test_an_event_starts_a_workflow(
    load: Load, deployer: Deployer, session: Callable[[str], Any], tmp_path: Path
) -> None:
    """MiniStack's pipes do not read queues: `test_starters.py` holds what a message gives to a workflow."""
    session("sns").create_topic(Name="stock")
    stage = Stage(load, deployer, tmp_path / "packages")
    machine = stage.deploy({"biz/big_order.yml": BIG_ORDER})["big_order.StateMachineArn"]
    detail = json.dumps({"id": 7, "country": "fr"})
    entry = {"Source": "shop", "DetailType": "Order placed", "Detail": detail}
    session("events").put_events(Entries=[entry, {**entry, "Source": "other"}])
    states = session("stepfunctions")
    until(lambda: states.list_executions(stateMachineArn=machine)["executions"])
    (started,) = states.list_executions(stateMachineArn=machine)["executions"]
    told = states.describe_execution(executionArn=started["executionArn"])
    assert json.loads(told["input"]) == {"order": 7, "why": "from fr"}
    assert [one.error for one in deployer.delete(stage.templates)] == [None]


def test_the_commands(
    cws: Callable[..., subprocess.CompletedProcess[str]],
    load: Load,
    endpoint: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = load({"tech/hello.py": HELLO, "pyproject.toml": f'[tool.coworks]\npython = "{HERE}"\n'}).root
    given = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    for name, value in {**given, "AWS_DEFAULT_REGION": "us-east-1", "CWS_STAGE": "cli"}.items():
        monkeypatch.setenv(name, value)
    deployed = cws("-p", root, "deploy", "--yes")
    assert deployed.returncode == 0, deployed.stderr
    assert "hello: Function CREATE_COMPLETE" in deployed.stdout
    assert "shop-cli-hello: deployed" in deployed.stdout
    again = cws("-p", root, "deploy", "--yes")
    assert (again.returncode, again.stdout.split(":")[0]) == (0, "nothing to do")
    assert cws("-p", root, "status").stdout.split("\n")[1].split() == [
        "hello",
        "shop-cli-hello",
        "CREATE_COMPLETE",
    ]
    assert "hello  Url  http" in cws("-p", root, "info").stdout
    assert json.loads(cws("-p", root, "invoke", "hello", "get", "/word/eve").stdout) == {"text": "hello eve"}
    assert "shop-cli-hello: deleted" in cws("-p", root, "delete", "--yes").stdout
    assert "not deployed" in cws("-p", root, "status").stdout


def logged(logs: Any, group: str) -> str:
    try:
        events = logs.filter_log_events(logGroupName=group)["events"]
    except logs.exceptions.ResourceNotFoundException:
        return ""
    return "\n".join(event["message"] for event in events)


def until(is_so: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.2)
