"""What things are called on AWS. Names follow from project, stage and service, so no stack must ask another.

{project}-{stage}-{name}    the stack, its function or state machine, its queue; with -dead the dead letters,
                            with .fifo the queues that keep an order
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coworks.deploy.errors import DeployError

if TYPE_CHECKING:
    from collections.abc import Iterable

# A function: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
MOST_OF_A_FUNCTION: Final = 64
# A state machine, and a queue: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MOST_OF_A_MACHINE: Final = 80
# The alias that everybody calls: it moves when a deployment has succeeded.
ALIAS: Final = "live"
FIFO: Final = ".fifo"

_STAGE: Final = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a project's things in one stage."""

    project: str
    stage: str

    def of(self, name: str) -> str:
        """The stack of a service or workflow, and its function or state machine."""
        return f"{self.project}-{self.stage}-{name}"

    def stack(self, name: str) -> str:
        """The stack: CloudFormation takes no underscores."""
        return self.of(name).replace("_", "-")

    def function_arn(self, service: str) -> dict[str, Any]:
        """What calls go to: the function's alias."""
        return _arn(f"lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{self.of(service)}:{ALIAS}")

    def machine_arn(self, workflow: str) -> dict[str, Any]:
        """A state machine, whose alias executions are started by."""
        return _arn(f"states:${{AWS::Region}}:${{AWS::AccountId}}:stateMachine:{self.of(workflow)}")

    def executions_arn(self, workflow: str) -> dict[str, Any]:
        return _arn(f"states:${{AWS::Region}}:${{AWS::AccountId}}:execution:{self.of(workflow)}:*")

    def queue_arn(self, service: str, *, fifo: bool = False) -> dict[str, Any]:
        return _arn(f"sqs:${{AWS::Region}}:${{AWS::AccountId}}:{self.of(service)}{FIFO if fifo else ''}")

    def topic_arn(self, topic: str) -> str | dict[str, Any]:
        """A topic by its name, which is in no stack of ours; an ARN stays as it is."""
        return (
            topic if topic.startswith("arn:") else _arn(f"sns:${{AWS::Region}}:${{AWS::AccountId}}:{topic}")
        )


def check_names(names: Names, services: Iterable[str], workflows: Iterable[str]) -> None:
    """Raises `DeployError` for a name that AWS does not take, or two that would be one there."""
    for label, text in (("stage", names.stage), ("project", names.project)):
        if not _STAGE.fullmatch(text):
            raise DeployError(
                f'the {label} "{text}" cannot be part of a name on AWS',
                hint="use lower-case letters, digits and -",
            )
    stacks: dict[str, str] = {}
    several = [(one, MOST_OF_A_FUNCTION, "function") for one in services]
    several += [(one, MOST_OF_A_MACHINE, "state machine") for one in workflows]
    for name, most, kind in several:
        _check_length(names.of(name), most, kind)
        other = stacks.setdefault(names.stack(name).lower(), name)
        if other != name:
            raise DeployError(
                f'"{other}" and "{name}" would both be the stack {names.stack(name)}',
                hint="rename one of the two files",
            )


def _check_length(name: str, most: int, kind: str) -> None:
    if len(name) > most:
        raise DeployError(
            f"{name} has {len(name)} characters, and AWS takes {most} as the name of a {kind}",
            hint="give the project a shorter name ([tool.coworks] name), or the file, or the stage",
        )


def _arn(rest: str) -> dict[str, Any]:
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:{rest}"}
