"""The executions of a stage, asked through boto3 of an engine that speaks Step Functions' API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.engine.api.conftest import ROLE, client_at, serving

from coworks.deploy import DeployError
from coworks.deploy.naming import ALIAS
from coworks.deploy.stacks.executions import DeployedExecutions
from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore, lambda_invoker
from coworks.engine.api import Api
from coworks.errors import UsageError

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:ask"
ASK = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": FUNCTION, "End": True}}})
REST = '{"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 3600, "End": true}}}'
HERE = "arn:aws:states:us-east-1:000000000000:stateMachine"


@dataclass
class Asked:
    """A function that fails until it is mended."""

    is_broken: bool = True

    def __call__(self, function: str, payload: Any) -> Any:
        if self.is_broken:
            raise ValueError("no answer")
        return "answered"


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def states(asked: Asked) -> Iterator[Any]:
    """Step Functions with the machines of a stage, each with a version and the alias that is called."""
    engine = Engine(MemoryStore(), lambda_invoker(asked), clock=ManualClock(1e9), workers=InlineWorkers())
    with serving(Api(engine)) as url:
        client = client_at(url)
        for name, definition in (("shop-dev-ask", ASK), ("shop-dev-rest", REST)):
            made = client.create_state_machine(name=name, definition=definition, roleArn=ROLE, publish=True)
            to = [{"stateMachineVersionArn": made["stateMachineVersionArn"], "weight": 100}]
            client.create_state_machine_alias(name=ALIAS, routingConfiguration=to)
        client.create_state_machine(
            name="shop-dev-quick", definition=REST, roleArn=ROLE, type="EXPRESS", publish=True
        )
        yield client
        client.close()


@pytest.fixture
def deployed(states: Any) -> DeployedExecutions:
    names = ("ask", "rest", "quick", "elsewhere")
    return DeployedExecutions(states, {name: f"{HERE}:shop-dev-{name}" for name in names}, "dev")


def test_an_execution_is_started_by_the_alias_found_and_stopped(
    deployed: DeployedExecutions, states: Any
) -> None:
    name = deployed.start("rest", '{"why": "test"}')
    found = deployed.find(name)
    assert (found.workflow, found.status, found.input) == ("rest", "RUNNING", '{"why": "test"}')
    assert found.started == 1e9
    arn = f"{HERE.replace('stateMachine', 'execution')}:shop-dev-rest:{name}"
    assert states.describe_execution(executionArn=arn)["stateMachineAliasArn"].endswith(f"rest:{ALIAS}")
    assert deployed.running("rest") == 1
    deployed.stop("rest", name)
    stopped = deployed.find(f"rest:{name}")
    assert (stopped.status, stopped.cause) == ("ABORTED", "Stopped by cws.")
    assert deployed.running("rest") == 0


def test_what_failed_is_redriven_and_goes_on(deployed: DeployedExecutions, asked: Asked) -> None:
    name = deployed.start("ask", "{}")
    failed = deployed.find(name)
    assert (failed.status, failed.error) == ("FAILED", "ValueError")
    asked.is_broken = False
    deployed.redrive("ask", name)
    found = deployed.find(name)
    assert (found.status, json.loads(found.output or "")) == ("SUCCEEDED", "answered")
    kinds = [event["type"] for event in deployed.history("ask", name)]
    assert kinds[0] == "ExecutionStarted"
    assert "ExecutionRedriven" in kinds
    with pytest.raises(DeployError, match="Execution is SUCCEEDED and cannot be redriven"):
        deployed.redrive("ask", name)


def test_the_newest_of_all_workflows_come_first_and_failures_tell_their_error(
    deployed: DeployedExecutions,
) -> None:
    started = [deployed.start(workflow, "{}") for workflow in ("rest", "ask", "rest")]
    found = deployed.newest(None, None, 10)
    assert {one.name for one in found} == set(started)
    assert [one.error for one in found if one.workflow == "ask"] == ["ValueError"]
    assert len(deployed.newest(None, None, 2)) == 2
    assert [one.workflow for one in deployed.newest(None, "FAILED", 10)] == ["ask"]


@pytest.mark.parametrize(
    ("ask", "kind", "said", "fix"),
    [
        (lambda of: of.find("nobody"), UsageError, 'no execution "nobody"', "executions list"),
        (lambda of: of.find("rst:x"), UsageError, 'no workflow "rst"', 'did you mean "rest"?'),
        (lambda of: of.start("elsewhere", "{}"), DeployError, '"elsewhere" is not deployed', "cws deploy"),
        (lambda of: of.newest("elsewhere", None, 9), DeployError, "is not deployed", "cws deploy"),
        (lambda of: of.newest("quick", None, 9), DeployError, '"quick" is Express', "cws logs quick"),
    ],
)
def test_what_is_not_there_is_told_with_the_fix(
    deployed: DeployedExecutions,
    ask: Callable[[DeployedExecutions], Any],
    kind: type[Exception],
    said: str,
    fix: str,
) -> None:
    with pytest.raises(kind, match=said) as refused:
        ask(deployed)
    assert fix in (getattr(refused.value, "hint", "") or "")
    assert (deployed.running("elsewhere"), deployed.running("quick")) == (0, 0)
