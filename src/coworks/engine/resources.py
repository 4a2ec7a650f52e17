"""The resource of a task, its name taken apart.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_OF_SERVICES: Final = "arn:aws:states:::"


@dataclass(frozen=True, slots=True)
class Resource:
    """A task's resource as its history events name it.

    `arn:aws:states:::lambda:invoke` is the type "lambda" and the resource "invoke"; the ARN of a function is
    the older form, with events of its own; so is `${mail}`, which the deployment fills in with one.
    """

    arn: str

    @property
    def is_function(self) -> bool:
        return self.arn.startswith(("arn:aws:lambda:", "${"))

    @property
    def is_activity(self) -> bool:
        return ":activity:" in self.arn

    @property
    def is_inside(self) -> bool:
        """True when the engine itself does what is called."""
        return self.is_activity or self.starts_execution or self.lists_executions

    @property
    def lists_executions(self) -> bool:
        return self.called == f"{_OF_SERVICES}aws-sdk:sfn:listExecutions"

    @property
    def starts_execution(self) -> bool:
        return self.called == f"{_OF_SERVICES}states:startExecution"

    @property
    def waits_for_end(self) -> bool:
        """True when the work is an execution, whose end is waited for."""
        return self.pattern in {"sync", "sync:2"}

    @property
    def is_submitted(self) -> bool:
        """True when the answer of the resource is not the end of the work."""
        return bool(self.pattern)

    @property
    def called(self) -> str:
        """What is called: the resource without the way in which it is waited for."""
        return f"{_OF_SERVICES}{self._integration}" if self.pattern else self.arn

    @property
    def pattern(self) -> str:
        """How the work is waited for: "sync", "sync:2", "waitForTaskToken", or not at all."""
        return self.arn.partition(".")[2] if self.arn.startswith(_OF_SERVICES) else ""

    @property
    def type(self) -> str:
        return self._integration.rpartition(":")[0]

    @property
    def action(self) -> str:
        """As the history names it, with the pattern."""
        name = self._integration.rpartition(":")[2]
        return f"{name}.{self.pattern}" if self.pattern else name

    @property
    def _integration(self) -> str:
        return self.arn.removeprefix(_OF_SERVICES).partition(".")[0]
