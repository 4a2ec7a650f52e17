"""An AWS on this machine, for whole deployments: MiniStack, behind a server that makes up for its gaps.

MiniStack's CloudFormation has no versions and aliases of state machines; its Step Functions reads no
expression as a timeout and no Output of a Succeed, and redrives nothing. So the front leaves the former out
of the templates that it sends on, and remembers those that it was given. Executions are MiniStack's, of
definitions in the words that it reads; or, with `engine=True`, those of an engine, of the definitions as they
were deployed. `test_templates.py` holds what is left out, cfn-lint and the tests of the engine hold the rest.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode
from urllib.request import Request, urlopen
from xml.sax.saxutils import escape

import boto3
from tests.engine.api.conftest import ROLE, client_at, serving

from coworks.deploy.naming import ALIAS
from coworks.engine import Engine, MemoryStore
from coworks.engine.api import Api
from coworks.engine.integrations import aws_invoker

REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": REGION}
_SERVICE = re.compile(r"Credential=[^/]+/\d+/[\w-]+/([\w-]+)/aws4_request")
_UNKNOWN = {"AWS::StepFunctions::StateMachineVersion", "AWS::StepFunctions::StateMachineAlias"}
_TEMPLATE = (
    '<GetTemplateResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><GetTemplateResult>'
    "<TemplateBody>{}</TemplateBody></GetTemplateResult></GetTemplateResponse>"
)


@contextmanager
def emulated_aws(folder: Path, *, engine: bool = False) -> Iterator[str]:
    """The address of an AWS whose log is in `folder`; with `engine` one of ours runs the executions."""
    with _ministack(folder) as address, _states(address if engine else None) as states:
        front = _Front(address, states)
        thread = threading.Thread(target=front.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{front.server_port}"
        finally:
            front.shutdown()
            thread.join()
            front.server_close()


@contextmanager
def _ministack(folder: Path) -> Iterator[str]:
    """MiniStack on a free port, in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment = {**os.environ, "GATEWAY_PORT": str(port), "HOME": str(folder)}
    program = str(Path(sys.executable).with_name("ministack"))
    with (folder / "ministack.log").open("wb") as log:
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


@contextmanager
def _states(address: str | None) -> Iterator[StatesOfAnEngine | None]:
    """An engine for the state machines at an address; None without one."""
    if address is None:
        yield None
        return
    engine = Engine(MemoryStore(), aws_invoker(REGION, endpoints={"lambda": address}))
    engine.start()
    try:
        with serving(Api(engine)) as url, closing(client_at(url)) as client:
            yield StatesOfAnEngine(url, client, client_of("stepfunctions", address))
    finally:
        engine.stop()


def client_of(service: str, address: str) -> Any:
    """A client of boto3."""
    return boto3.client(
        service,
        endpoint_url=address,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


class StatesOfAnEngine:
    """An engine's API, which has the state machines that are deployed at an AWS, each with its alias."""

    def __init__(self, url: str, engine: Any, deployed: Any) -> None:
        self.url = url
        self._engine = engine
        self._deployed = deployed
        self._known: dict[str, str] = {}
        self._one_at_a_time = threading.Lock()

    def keep_up(self) -> None:
        """Have the machines that are deployed now, as they are now."""
        with self._one_at_a_time:
            there = {one["stateMachineArn"] for one in self._deployed.list_state_machines()["stateMachines"]}
            for gone in self._known.keys() - there:
                self._engine.delete_state_machine(stateMachineArn=gone)
                del self._known[gone]
            for arn in there:
                self._take(self._deployed.describe_state_machine(stateMachineArn=arn))

    def _take(self, machine: Mapping[str, Any]) -> None:
        arn, definition = machine["stateMachineArn"], machine["definition"]
        if arn not in self._known:
            made = self._engine.create_state_machine(
                name=machine["name"], definition=definition, roleArn=ROLE, type=machine["type"], publish=True
            )
            to = [{"stateMachineVersionArn": made["stateMachineVersionArn"], "weight": 100}]
            self._engine.create_state_machine_alias(name=ALIAS, routingConfiguration=to)
        elif self._known[arn] != definition:
            made = self._engine.update_state_machine(stateMachineArn=arn, definition=definition, publish=True)
            to = [{"stateMachineVersionArn": made["stateMachineVersionArn"], "weight": 100}]
            self._engine.update_state_machine_alias(
                stateMachineAliasArn=f"{arn}:{ALIAS}", routingConfiguration=to
            )
        self._known[arn] = definition


class _Front(ThreadingHTTPServer):
    """Sends requests on; CloudFormation's with what MiniStack knows, Step Functions' to the engine."""

    daemon_threads = True

    def __init__(self, address: str, states: StatesOfAnEngine | None) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.address = address
        self.states = states
        self.given: dict[str, str] = {}


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Front

    def _send_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = _SERVICE.search(self.headers.get("Authorization", ""))
        service = asked[1] if asked else ""
        if service == "cloudformation":
            self._cloudformation(dict(parse_qsl(body.decode(), keep_blank_values=True)))
        elif service == "states" and self.server.states:
            self.server.states.keep_up()
            self._ask(self.server.states.url, body)
        else:
            self._ask(self.server.address, body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _send_on  # noqa: N815 - http.server's names

    def _cloudformation(self, form: dict[str, str]) -> None:
        given, stack = self.server.given, form.get("StackName", "")
        if form["Action"] == "GetTemplate" and stack in given:
            self._answer(200, {"Content-Type": "text/xml"}, _TEMPLATE.format(escape(given[stack])).encode())
            return
        if form["Action"] == "CreateChangeSet":
            given[stack] = form["TemplateBody"]
            form["TemplateBody"] = known_template(form["TemplateBody"], as_it_is=bool(self.server.states))
        self._ask(self.server.address, urlencode(form).encode())

    def _ask(self, address: str, body: bytes) -> None:
        headers = {name: value for name, value in self.headers.items() if name.lower() != "content-length"}
        request = Request(address + self.path, body or None, headers, method=self.command)
        try:
            with urlopen(request) as told:
                self._answer(told.status, told.headers, told.read())
        except HTTPError as error:
            with error:
                self._answer(error.code, error.headers, error.read())

    def _answer(self, status: int, headers: Any, body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "server", "date"):
                self.send_header(name, value)
        length = headers.get("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Says nothing."""


def known_template(text: str, *, as_it_is: bool) -> str:
    """A template without what MiniStack does not know; definitions `as_it_is` or in MiniStack's words."""
    body = json.loads(text)
    if "StateMachine" in body["Resources"]:
        body = json.loads(json.dumps(body).replace('{"Ref": "Alias"}', '{"Ref": "StateMachine"}'))
    known = {key: one for key, one in body["Resources"].items() if one["Type"] not in _UNKNOWN}
    for one in known.values():
        if one["Type"] == "AWS::StepFunctions::StateMachine" and not as_it_is:
            definition = json.loads(one["Properties"]["DefinitionString"], object_hook=_as_ministack_reads)
            one["Properties"]["DefinitionString"] = json.dumps(definition)
    return json.dumps({**body, "Resources": known})


def _as_ministack_reads(state: dict[str, Any]) -> dict[str, Any]:
    """A state that does the same: with a timeout that is a number, and an Output that is not passed over."""
    if isinstance(state.get("TimeoutSeconds"), str):
        state = {**state, "TimeoutSeconds": 600}
    if state.get("Type") == "Succeed" and "Output" in state:
        state = {**state, "Type": "Pass", "End": True}
    return state
