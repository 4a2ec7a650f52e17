"""What the tests of workflows share: the sample of the guide, a checked compile, and two services."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from tests.biz.accepting import complaints

from coworks.biz import EntryContract, ParameterContract, ServiceContract, compile_workflow
from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore, lambda_invoker
from coworks.project.workflows import predefined_workflows

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.engine import Invoke


@dataclass(frozen=True, slots=True)
class Ran:
    """How an execution ended."""

    status: str
    output: Any
    error: str | None
    cause: str | None


class RunText(Protocol):
    """Runs the text of a workflow on the embedded engine; `answer` is told the service and the order."""

    def __call__(self, text: str, data: Any, answer: Callable[[str, dict[str, Any]], Any]) -> Ran: ...


SAMPLE = """\
comment: Tell the team when the server is down
on:
  - every: 5 minutes
input:
  url: https://www.example.com
timeout: 2 minutes
states:
  - name: Check server
    tech: {service: check, get: /status, query: {url: "{% $data.url %}"}}
    retry: 2
  - name: Alive?
    choices:
      - when: $check_server.status = 200
        goto: End
  - name: Tell the team
    tech:
      service: mail
      post: /send
      body:
        to_addrs: [ops@example.com]
        subject: Server is down
        body: "{% $data.url %} answers {% $check_server.status %}"
"""


# Advice about timeouts and loops has tests of its own, in `test_advice.py`.
ADVICE = {"B123", "B124"}


def argument(name: str, type_: str | None, *, required: bool = False) -> ParameterContract:
    return ParameterContract(name, required, "argument", type_)


CHECK = ServiceContract(
    "check",
    (
        EntryContract("GET", "/status", (argument("url", "str", required=True), argument("tries", "int"))),
        EntryContract("GET", "/page/{number}", (ParameterContract("number", True, "path", "int"),)),
    ),
)
MAIL = ServiceContract(
    "mail",
    (
        EntryContract(
            "POST",
            "/send",
            (
                argument("to_addrs", "list", required=True),
                argument("subject", "str"),
                argument("body", "str"),
                argument("urgent", "bool"),
                argument("copies", "int"),
            ),
        ),
    ),
)
STORE = ServiceContract(
    "store",
    (
        EntryContract(
            "PUT",
            "/item/{key}",
            (ParameterContract("key", True, "path", "str"), ParameterContract("body", True, "body")),
        ),
        EntryContract("POST", "/any", takes_rest=True),
    ),
)


@pytest.fixture
def sample() -> str:
    return SAMPLE


@pytest.fixture
def services() -> dict[str, ServiceContract]:
    broken = ServiceContract("broken", None)
    return {service.name: service for service in (CHECK, MAIL, STORE, broken)}


@pytest.fixture
def machine() -> Callable[[str], dict[str, Any]]:
    """Compile a text that has no problem into a state machine that AWS's rules accept."""

    def compile_checked(text: str) -> dict[str, Any]:
        compiled = compile_workflow("w", text, file="w.yml", library=predefined_workflows())
        assert [one.render() for one in compiled.problems if one.code not in ADVICE] == []
        assert compiled.definition is not None
        assert complaints(compiled.definition) == []
        return compiled.definition

    return compile_checked


@pytest.fixture
def state(machine: Callable[[str], dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
    """The state of one step, written as the lines under its name."""

    def compile_step(lines: str) -> dict[str, Any]:
        step: dict[str, Any] = machine(f"states:\n  - name: Step\n{lines}")["States"]["Step"]
        return step

    return compile_step


@pytest.fixture
def problems() -> Callable[[str], list[str]]:
    """The first lines of the problems of a text, without the name of the file."""

    def tell(text: str) -> list[str]:
        compiled = compile_workflow("w", text, file="w.yml")
        told = [one.render().splitlines()[0] for one in compiled.problems if one.code not in ADVICE]
        return [one.removeprefix("w.yml:") for one in told]

    return tell


def run_machine(definition: dict[str, Any], data: Any, invoke: Invoke, clock: ManualClock) -> Ran:
    """Run a machine to its end."""
    engine = Engine(MemoryStore(), invoke, clock=clock, workers=InlineWorkers())
    engine.put_state_machine("w", definition)
    started = engine.start_execution("w", json.dumps(data))
    engine.run_through()
    ended = engine.describe_execution("w", started.name)
    output = None if ended.output is None else json.loads(ended.output)
    return Ran(str(ended.status), output, ended.error, ended.cause)


@pytest.fixture
def run_text(machine: Callable[[str], dict[str, Any]]) -> RunText:
    def run(text: str, data: Any, answer: Callable[[str, dict[str, Any]], Any]) -> Ran:
        def call(function: str, order: dict[str, Any]) -> Any:
            return {"statusCode": 200, "body": answer(function.strip("${}"), order)}

        return run_machine(machine(text), data, lambda_invoker(call), ManualClock())

    return run
