"""What the steps of a state machine call, as statements of IAM that name it.

A call whose target only run time knows, and AWS's own APIs, need `permissions` of the workflow: a role is not
opened because a name could not be read.
https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coworks.deploy.errors import DeployError
from coworks.deploy.template.resources import arn
from coworks.deploy.template.roles import Statement, allow

if TYPE_CHECKING:
    from coworks.deploy.naming import Names

_INTEGRATION: Final = re.compile(
    r"arn:[^:]*:states:::(?P<what>.+?)(?P<way>\.sync:2|\.sync|\.waitForTaskToken)?"
)
_SYMBOL: Final = re.compile(r"\$\{(?P<name>[^}]+)\}")
_HERE: Final = "${AWS::Region}:${AWS::AccountId}"
# The rule by which Step Functions hears that a nested execution is over.
_SYNC_RULE: Final = "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"


@dataclass(frozen=True, slots=True)
class Known:
    """What symbols such as `${mail}` may stand for."""

    names: Names
    services: frozenset[str]
    workflows: frozenset[str]

    def arn_of(self, symbol: str) -> dict[str, Any] | None:
        """The ARN that a symbol stands for; None when there is no such service or workflow."""
        if symbol in self.services:
            return self.names.function_arn(symbol)
        return self.names.machine_arn(symbol) if symbol in self.workflows else None


@dataclass(frozen=True, slots=True)
class Call:
    """A Task that calls something: its state, what (`lambda:invoke`), how (`.sync`), and its arguments."""

    state: str
    what: str
    way: str
    arguments: Mapping[str, Any]

    def text(self, key: str) -> str | None:
        """An argument that is written as it is; None when it is missing or worked out at run time."""
        value = self.arguments.get(key)
        return value if isinstance(value, str) and not value.lstrip().startswith("{%") else None


def calls_of(machine: Mapping[str, Any]) -> Iterator[Call]:
    """The calls of a state machine, those inside of Parallel and Map too."""
    for name, state in machine.get("States", {}).items():
        if state.get("Type") == "Task":
            yield _call(name, state)
        inner = [*state.get("Branches", ()), state.get("ItemProcessor"), state.get("Iterator")]
        for one in inner:
            if one:
                yield from calls_of(one)


def symbols_of(machine: Mapping[str, Any]) -> list[str]:
    """The names that stand in `${...}` where a call says whom it calls."""
    called = [call.what for call in calls_of(machine)]
    called += [text for call in calls_of(machine) for key in _TARGETS if (text := call.text(key))]
    return sorted({match["name"] for text in called for match in _SYMBOL.finditer(text)})


def statements_of(
    workflow: str, machine: Mapping[str, Any], known: Known, declared: set[str]
) -> Iterator[Statement]:
    """What the role of a workflow may do beside what is declared. Raises `DeployError`."""
    for call in calls_of(machine):
        rule = _RULES.get(call.what) or (_direct if call.what.startswith(("arn:", "${")) else None)
        statements = rule(call, known) if rule else None
        if statements is not None:
            yield from statements
        elif not declared & set(_actions(call.what)):
            raise _undeclared(workflow, call)


def _call(name: str, state: Mapping[str, Any]) -> Call:
    resource = state.get("Resource", "")
    match = _INTEGRATION.fullmatch(resource)
    arguments = state.get("Arguments", state.get("Parameters", {}))
    given = arguments if isinstance(arguments, Mapping) else {}
    return Call(name, match["what"], match["way"] or "", given) if match else Call(name, resource, "", given)


def _target(text: str, known: Known) -> Any:
    """What a text names: a symbol's ARN, or the ARN that it is."""
    if match := _SYMBOL.fullmatch(text):
        return known.arn_of(match["name"])
    return text if text.startswith("arn:") else None


def _invoke(call: Call, known: Known) -> list[Statement] | None:
    name = call.text("FunctionName")
    if name is None:
        return None
    target = _target(name, known) or arn(f"lambda:{_HERE}:function:{name}")
    return [allow("lambda:InvokeFunction", target)]


def _direct(call: Call, known: Known) -> list[Statement] | None:
    """A function's own ARN as the resource of a Task, as it was written before `lambda:invoke`."""
    target = _target(call.what, known)
    return [allow("lambda:InvokeFunction", target)] if target and ":activity:" not in call.what else []


def _start_execution(call: Call, known: Known) -> list[Statement] | None:
    machine = call.text("StateMachineArn")
    symbol = _SYMBOL.fullmatch(machine) if machine else None
    target = _target(machine, known) if machine else None
    if machine is None or target is None:
        return None
    statements = [allow("states:StartExecution", target)]
    if call.way.startswith(".sync"):
        executions: Any = machine.replace(":stateMachine:", ":execution:") + ":*"
        if symbol:
            executions = known.names.executions_arn(symbol["name"])
        rule = ("events:DescribeRule", "events:PutRule", "events:PutTargets")
        statements.append(allow(("states:DescribeExecution", "states:StopExecution"), executions))
        statements.append(allow(rule, arn(f"events:{_HERE}:{_SYNC_RULE}")))
    return statements


def _list_executions(call: Call, known: Known) -> list[Statement] | None:
    machine = call.text("StateMachineArn")
    target = _target(machine, known) if machine else None
    return [allow("states:ListExecutions", target)] if target else None


def _send_message(call: Call, known: Known) -> list[Statement] | None:
    url = call.text("QueueUrl")
    if url is None:
        return None
    if match := _SYMBOL.fullmatch(url):
        return [allow("sqs:SendMessage", known.names.queue_arn(match["name"]))]
    account, _, queue = url.rpartition("/")
    return [allow("sqs:SendMessage", arn(f"sqs:${{AWS::Region}}:{account.rpartition('/')[2]}:{queue}"))]


def _publish(call: Call, known: Known) -> list[Statement] | None:
    topic = call.text("TopicArn")
    return [allow("sns:Publish", topic)] if topic else None


def _put_events(call: Call, known: Known) -> list[Statement] | None:
    entries = call.arguments.get("Entries")
    if not isinstance(entries, list):
        return None
    buses = sorted(
        {str(entry.get("EventBusName", "default")) for entry in entries if isinstance(entry, dict)}
    )
    if any(bus.lstrip().startswith("{%") for bus in buses):
        return None
    named = [bus if bus.startswith("arn:") else arn(f"events:{_HERE}:event-bus/{bus}") for bus in buses]
    return [allow("events:PutEvents", named)]


def _table(action: str) -> Rule:
    def rule(call: Call, known: Known) -> list[Statement] | None:
        table = call.text("TableName")
        return [allow(f"dynamodb:{action}", arn(f"dynamodb:{_HERE}:table/{table}"))] if table else None

    return rule


Rule = Callable[[Call, Known], "list[Statement] | None"]

_TARGETS: Final = ("FunctionName", "QueueUrl", "StateMachineArn")
_RULES: Final[dict[str, Rule]] = {
    "aws-sdk:sfn:listExecutions": _list_executions,
    "dynamodb:deleteItem": _table("DeleteItem"),
    "dynamodb:getItem": _table("GetItem"),
    "dynamodb:putItem": _table("PutItem"),
    "dynamodb:updateItem": _table("UpdateItem"),
    "events:putEvents": _put_events,
    "lambda:invoke": _invoke,
    "sns:publish": _publish,
    "sqs:sendMessage": _send_message,
    "states:startExecution": _start_execution,
}


def _actions(what: str) -> list[str]:
    """The actions of IAM that an integration is most probably allowed by."""
    service, _, action = what.removeprefix("aws-sdk:").partition(":")
    if service == "http":
        return ["states:InvokeHTTPEndpoint"]
    return [f"{service}:{action[:1].upper()}{action[1:]}"] if action else []


def _undeclared(workflow: str, call: Call) -> DeployError:
    (action, *_) = _actions(call.what) or ["SERVICE:ACTION"]
    return DeployError(
        f'the step "{call.state}" of "{workflow}" calls {call.what}, and the workflow does not tell on what',
        hint=f'declare it: [tool.coworks.workflows.{workflow}] permissions = [{{Action = "{action}", '
        'Resource = "arn:..."}]',
    )
