"""An AWS in this process, moto behind real sockets, and what may go wrong on the way to it.

moto's CloudFormation makes everything at once and never takes anything back, and it does not know some kinds
of resources. What it lacks is left out of the templates on their way; how a stack stands after a failure is
told to it by the tests. A second change set for a stack that was never made would be a second stack.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from moto.backends import get_backend
from moto.cloudformation.models import Event
from moto.server import ThreadedMotoServer
from urllib3 import HTTPResponse

from coworks.deploy.stacks import Clients

ACCOUNT = "123456789012"
REGION = "eu-west-1"
_UNKNOWN = (
    "AWS::ApiGatewayV2::",
    "AWS::CloudWatch::Alarm",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Permission",
)

Answer = Callable[[AWSPreparedRequest], AWSResponse | None]


class Moto:
    """The server, and clients of it that hear what is asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._given: dict[str, str] = {}
        self.functions = self.client("lambda")

    def client(self, name: str, attempts: int = 2, region: str = REGION) -> Any:
        retries: Any = {"mode": "standard", "max_attempts": attempts}
        return boto3.client(
            name,
            region,
            endpoint_url=self.url,
            aws_access_key_id="any",
            aws_secret_access_key="any",
            config=Config(retries=retries),
        )

    def clients(self, attempts: int = 2) -> Clients:
        nobody: Any = None
        cloudformation = KnownOnly(self.client("cloudformation", attempts), self._given)
        return Clients(REGION, ACCOUNT, cloudformation, self.client("s3", attempts), *[nobody] * 3)

    def forget(self) -> None:
        with urlopen(Request(f"{self.url}/moto-api/reset", method="POST")):
            pass


@contextmanager
def moto() -> Iterator[Moto]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield Moto(f"http://{host}:{port}")
    finally:
        server.stop()


class KnownOnly:
    """CloudFormation, given only the resources that moto knows; it tells templates as they were given."""

    def __init__(self, client: Any, given: dict[str, str]) -> None:
        self._client = client
        self._given = given

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def create_change_set(self, *, TemplateBody: str, **given: Any) -> Any:
        body = json.loads(TemplateBody.replace('"Ref": "Alias"', '"Ref": "Function"'))
        resources = body["Resources"].items()
        body["Resources"] = {key: one for key, one in resources if not one["Type"].startswith(_UNKNOWN)}
        body["Outputs"].pop("Url", None)
        sent = json.dumps(body)
        _forget_reviewed(given["StackName"])
        self._given[sent] = TemplateBody
        return self._client.create_change_set(TemplateBody=sent, **given)

    def get_template(self, **given: Any) -> dict[str, str]:
        kept = self._client.get_template(**given)["TemplateBody"]
        return {"TemplateBody": self._given[kept if isinstance(kept, str) else json.dumps(kept)]}


def _forget_reviewed(stack_name: str) -> None:
    stacks = _cloudformation().stacks
    for key, stack in list(stacks.items()):
        if stack.name == stack_name and stack.status == "REVIEW_IN_PROGRESS":
            del stacks[key]


def _cloudformation() -> Any:
    return get_backend("cloudformation")[ACCOUNT][REGION]


def asked(clients: Clients, operations: Sequence[str]) -> list[str]:
    """A list that grows by the name of each of these operations when it is asked."""
    heard: list[str] = []

    def hear(model: Any, **_: Any) -> None:
        if model.name in operations:
            heard.append(model.name)

    for client in (clients.cloudformation, clients.s3):
        client.meta.events.register("before-call.*.*", hear)
    return heard


def answer(client: Any, operation: str, told: Answer) -> None:
    """Have an operation answered by `told` where it gives an answer, else by the server."""
    service = client.meta.service_model.service_name
    client.meta.events.register(f"before-send.{service}.{operation}", lambda request, **_: told(request))


def refusal(code: str, message: str, status: int = 400) -> AWSResponse:
    """A refusal as CloudFormation sends it."""
    return _xml(
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
        "<RequestId>1</RequestId></ErrorResponse>",
        status,
    )


def failing(stack_name: str, status: str, *events: tuple[str, str, str, str]) -> Answer:
    """For ExecuteChangeSet: the change of this stack fails, with these events, and leaves it as `status`."""

    def told(request: AWSPreparedRequest) -> AWSResponse | None:
        if asked_for(request, "StackName") != stack_name:
            return None
        stack = _cloudformation().get_stack(stack_name)
        for resource, kind, state, reason in events:
            stack.events.append(
                Event(stack.stack_id, stack.name, resource, resource, kind, state, reason, None)
            )
        stack.status = status
        return _xml("<ExecuteChangeSetResponse><ExecuteChangeSetResult/></ExecuteChangeSetResponse>", 200)

    return told


def change_set_is_pending() -> AWSResponse:
    told = "<Status>CREATE_PENDING</Status>"
    result = f"<DescribeChangeSetResult>{told}</DescribeChangeSetResult>"
    return _xml(f"<DescribeChangeSetResponse>{result}</DescribeChangeSetResponse>", 200)


def asked_for(request: AWSPreparedRequest, parameter: str) -> str:
    """A parameter of a request to CloudFormation."""
    body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
    return parse_qs(body)[parameter][0]


def _xml(text: str, status: int) -> AWSResponse:
    raw = HTTPResponse(io.BytesIO(text.encode()), preload_content=False)
    return AWSResponse("http://aws", status, {"Content-Type": "text/xml"}, raw)
