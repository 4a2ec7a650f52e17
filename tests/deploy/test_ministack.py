"""The whole way on an emulator of AWS (`emulator.py`): deploy, call, change, plan, roll back, delete."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode
from urllib.request import Request, urlopen

import pytest
from aiosmtpd.controller import Controller
from tests.catalog.odoo_server import Odoo
from tests.catalog.post import Post
from tests.deploy.conftest import HERE
from tests.deploy.emulator import CREDENTIALS, REGION, client_of, emulated_aws

from coworks.deploy.packages import Uv
from coworks.deploy.packaging import build_packages
from coworks.deploy.plan import StackPlan, plan_stack
from coworks.deploy.preparation import prepare
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


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with emulated_aws(tmp_path_factory.mktemp("aws")) as address:
        yield address


@pytest.fixture(scope="module")
def session(endpoint: str) -> Callable[[str], Any]:
    return lambda name: client_of(name, endpoint)


def deployer_clients(session: Callable[[str], Any]) -> Clients:
    made = (session(name) for name in ("cloudformation", "s3", "lambda", "logs", "stepfunctions"))
    return Clients(REGION, "000000000000", *made)


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


def call(endpoint: str, url: str, path: str, token: str = "", data: bytes | None = None) -> tuple[int, str]:
    """A call of an HTTP API: MiniStack tells them apart by the Host."""
    headers = {"Host": url.removeprefix("http://")} | ({"Authorization": token} if token else {})
    try:
        with urlopen(Request(f"{endpoint}{path}", data, headers)) as told:
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
    nothing_remains(session)


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
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": endpoint, "CWS_STAGE": "cli"}.items():
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
    compared = cws("-p", root, "diff", "--stage", "cli", "--stage", "other")
    assert (compared.returncode, compared.stdout) == (0, "hello: in cli only\n"), compared.stderr
    assert json.loads(cws("-p", root, "invoke", "hello", "get", "/word/eve").stdout) == {"text": "hello eve"}
    assert "shop-cli-hello: deleted" in cws("-p", root, "delete", "--yes").stdout
    assert "not deployed" in cws("-p", root, "status").stdout


OFFICE = Path(__file__).parents[2] / "samples" / "office"
ORDER = {
    "id": "7",
    "customer": {"name": "Ann", "email": "ann@example.com"},
    "lines": [{"article": "pen", "count": 2, "price": 1.5}],
}
DESK = """
from coworks import TechMicroService


class Desk(TechMicroService):
    def auth(self, auth_request):
        return auth_request.token == "Bearer clerk"

    def get_word(self, name):
        return {"text": f"hello {name}"}

    def post_note(self, *, text):
        print("noted", text)
"""
WELCOME = """
states:
  - name: Welcome
    tech: {service: desk, get: /word/ada}
    timeout: 10 seconds
"""


@pytest.fixture
def odoo() -> Iterator[Odoo]:
    server = Odoo(18)
    yield server
    server.stop()


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    """A mail server that takes everything, and its port."""
    taking = Post()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    controller = Controller(taking, "127.0.0.1", port)
    controller.start()
    yield taking, port
    controller.stop()


@pytest.fixture
def office(tmp_path: Path, session: Callable[[str], Any], odoo: Odoo, post: tuple[Post, int]) -> Path:
    """The sample, with a service that people call over HTTP, set to the servers of this test."""
    root = tmp_path / "office"
    shutil.copytree(OFFICE, root, ignore=shutil.ignore_patterns(".coworks", "__pycache__"))
    (root / "tech/desk.py").write_text(DESK, encoding="utf-8")
    (root / "biz/welcome.yml").write_text(WELCOME, encoding="utf-8")
    settings = (root / "pyproject.toml").read_text(encoding="utf-8").split("\n")
    kept = [line for line in settings if "SMTP_" not in line and "ODOO_URL" not in line]
    mail = f'{{SMTP_HOST = "127.0.0.1", SMTP_PORT = "{post[1]}", MAIL_FROM = "office@example.com"}}'
    erp = f'{{ODOO_URL = "{odoo.url}", ODOO_DATABASE = "shop", ODOO_USER = "ada"}}'
    text = "\n".join(kept)
    text = text.replace('name = "office"', f'name = "office"\npython = "{HERE}"\nenvironment = {mail}')
    text = text.replace("[tool.coworks.services.odoo]", f"[tool.coworks.services.odoo]\nenvironment = {erp}")
    (root / "pyproject.toml").write_text(text, encoding="utf-8")
    secrets = session("secretsmanager")
    secrets.create_secret(Name="office/odoo", SecretString='{"key": "key"}')
    secrets.create_secret(Name="office/approval", SecretString="sixteen letters or more")
    return root


class Office:
    """The sample in a stage."""

    def __init__(self, root: Path, deployer: Deployer) -> None:
        self._root, self._deployer = root, deployer
        self.outputs: dict[str, str] = {}

    def plan(self) -> list[StackPlan]:
        """What would change, without the stacks that would not."""
        self._prepared = prepare(self._root, "dev", ())
        plans = [plan_stack(self._deployer.deployed(one), one) for one in self._prepared.templates]
        return [one for one in plans if not one.is_same]

    def deploy(self) -> None:
        plans = self.plan()
        self._deployer.upload(self._prepared.packages, self._prepared.key_of)
        outcomes = self._deployer.deploy([one.template for one in plans])
        assert [one.error for one in outcomes if one.error] == []
        self.outputs |= {f"{one.name}.{key}": text for one in outcomes for key, text in one.outputs.items()}

    def roll_back(self, *names: str) -> None:
        chosen = [one for one in self._prepared.templates if one.name in names]
        former = [one for template in chosen if (one := self._deployer.former(template))]
        assert [one.error for one in self._deployer.deploy(former)] == [None] * len(names)

    def delete(self) -> None:
        assert [one.error for one in self._deployer.delete(self._prepared.templates) if one.error] == []


def test_the_office_from_its_deployment_to_its_end(
    office: Path,
    session: Callable[[str], Any],
    endpoint: str,
    post: tuple[Post, int],
    odoo: Odoo,
) -> None:
    stage = Office(office, Deployer(deployer_clients(session), "office", look_every=0.05))
    stage.deploy()
    desk, mail = stage.outputs["desk.Url"], stage.outputs["mail.Url"]
    assert [call(endpoint, desk, "/word/ada", token)[0] for token in ("", "Bearer no", "Bearer clerk")] == [
        401, 403, 200,
    ]  # fmt: skip
    assert [call(endpoint, mail, "/send", token, b"{}")[0] for token in ("", "Bearer clerk")] == [401, 403]
    order = {"coworks": 1, "method": "POST", "path": "/note", "body": {"text": "by queue"}}
    session("sqs").send_message(QueueUrl=stage.outputs["desk.QueueUrl"], MessageBody=json.dumps(order))
    until(lambda: "noted by queue" in logged(session("logs"), "/aws/lambda/office-dev-desk"))

    entry = {"Source": "office.web", "DetailType": "Order placed", "Detail": json.dumps(ORDER)}
    session("events").put_events(Entries=[entry])
    letters = post[0].taken
    until(lambda: [one["Subject"] for _, one in letters] == ["Quote 7", "Please confirm quote 7"])
    assert odoo.orders.records[1]["state"] == "draft"
    (link,) = re.findall(r"http\S+/answer\?link=\S+", letters[1][1].get_content())
    url, _, query = link.partition("/answer?")
    given = {"link": parse_qs(query)["link"][0], "decision": "Done"}
    approval = stage.outputs["approval.Url"]
    assert url == approval
    assert call(endpoint, approval, f"/answer?{query}")[0] == 200
    assert call(endpoint, approval, "/answer", data=urlencode(given).encode())[0] == 200
    states = session("stepfunctions")
    machine = stage.outputs["quote.StateMachineArn"]
    until(lambda: [one["status"] for one in states.list_executions(stateMachineArn=machine)["executions"]]
          == ["SUCCEEDED"])  # fmt: skip
    (run,) = states.list_executions(stateMachineArn=machine)["executions"]
    told = states.describe_execution(executionArn=run["executionArn"])["output"]
    assert json.loads(told) == {"order": "7", "sold": True, "quotation": 1}
    assert odoo.orders.records[1]["state"] == "sale"
    assert json.loads(ended(states, stage.outputs["welcome.StateMachineArn"])["output"]) == {
        "text": "hello ada"
    }

    (office / "tech/desk.py").write_text(DESK.replace('f"hello', 'f"bye'), encoding="utf-8")
    (office / "biz/welcome.yml").write_text(f"{WELCOME}  - name: Rest\n    wait: 1\n", encoding="utf-8")
    changes = {one.name: [(each.action, each.name) for each in one.changes] for one in stage.plan()}
    assert changes == {
        "desk": [("change", "function office-dev-desk")],
        "welcome": [("change", "state machine office-dev-welcome")],
    }
    stage.deploy()
    assert call(endpoint, desk, "/word/ada", "Bearer clerk") == (200, '{"text":"bye ada"}')
    stage.roll_back("desk", "welcome")
    assert call(endpoint, desk, "/word/ada", "Bearer clerk") == (200, '{"text":"hello ada"}')
    stage.delete()
    nothing_remains(session)


def nothing_remains(session: Callable[[str], Any]) -> None:
    assert session("lambda").list_functions()["Functions"] == []
    assert session("stepfunctions").list_state_machines()["stateMachines"] == []
    assert session("sqs").list_queues().get("QueueUrls", []) == []
    assert session("apigatewayv2").get_apis()["Items"] == []
    assert session("iam").list_roles()["Roles"] == []
    assert session("scheduler").list_schedules()["Schedules"] == []


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
