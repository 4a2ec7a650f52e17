"""One stack, from how it stands to how it should: by a change set, followed to its end.

It can be interrupted anywhere and called again: what is under way on AWS is waited for, what a failed first
deployment left is taken away, and a stack that is as it should be is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coworks.deploy.errors import DeployError
from coworks.deploy.stacks.aws import code_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NO_CHANGES: Final = ("didn't contain changes", "No updates are to be performed", "no changes")
_NOT_THE_CAUSE: Final = ("Resource creation cancelled", "Resource update cancelled")
_EMPTY: Final = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"})
# The most that CloudFormation takes in the call itself.
MOST_OF_A_BODY: Final = 51_200

_HINTS: Final = (
    (
        "custom-named resource requires replacing",
        "CloudFormation makes no second one of a name: delete the stack (cws delete NAME), then deploy it",
    ),
    ("already exists", "delete that one, or give the project or the stage another name"),
    ("AccessDenied", "the credentials lack this permission: ask who keeps the account"),
    ("not authorized", "the credentials lack this permission: ask who keeps the account"),
    ("limit", "ask AWS for a higher quota, or delete what is not needed any more"),
    ("quota", "ask AWS for a higher quota, or delete what is not needed any more"),
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a resource of a stack."""

    resource: str
    kind: str
    status: str
    reason: str


class StackWriter:
    """Writes one stack. `pause` waits between looks, and raises to leave; `tell` hears of every event."""

    def __init__(
        self, cloudformation: Any, stack: str, pause: Callable[[], None], tell: Callable[[Event], None]
    ) -> None:
        self._cloudformation = cloudformation
        self._stack = stack
        self._pause = pause
        self._tell = tell

    def status(self) -> str | None:
        """How the stack stands, in CloudFormation's words; None when there is none."""
        found = self.described()
        return found["StackStatus"] if found else None

    def described(self) -> dict[str, Any] | None:
        try:
            stacks = self._cloudformation.describe_stacks(StackName=self._stack)["Stacks"]
        except Exception as error:
            if code_of(error) == "ValidationError" and "does not exist" in str(error):
                return None
            raise
        return stacks[0] if stacks and stacks[0]["StackStatus"] != "DELETE_COMPLETE" else None

    def template(self) -> Any:
        """The template that is deployed, None when there is none."""
        if self.status() in {None, "REVIEW_IN_PROGRESS", *_EMPTY}:
            return None
        return self._cloudformation.get_template(StackName=self._stack, TemplateStage="Original")[
            "TemplateBody"
        ]

    def apply(self, source: Mapping[str, str], parameters: Mapping[str, str], name: str) -> bool:
        """Bring the stack to a template (`TemplateBody` or `TemplateURL`); True when something changed.

        Raises `DeployError` with the first resource that failed and AWS's reason.
        """
        is_new = self._settled() in {None, "REVIEW_IN_PROGRESS"}
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        self._cloudformation.create_change_set(
            StackName=self._stack, ChangeSetName=name, ChangeSetType="CREATE" if is_new else "UPDATE",
            Capabilities=["CAPABILITY_IAM"], Parameters=given, **source,
        )  # fmt: skip
        if not self._change_set_is_ready(name):
            self._cloudformation.delete_change_set(StackName=self._stack, ChangeSetName=name)
            return False
        seen = self._event_ids()
        self._cloudformation.execute_change_set(StackName=self._stack, ChangeSetName=name)
        self._follow(seen)
        return True

    def delete(self) -> bool:
        """Delete the stack; False when there is none. Raises `DeployError` when something could not be."""
        if self.status() is None:
            return False
        seen = self._event_ids()
        self._cloudformation.delete_stack(StackName=self._stack)
        while (status := self.status()) is not None and status != "DELETE_FAILED":
            self._pause()
        if status:
            raise self._failure(seen)
        return True

    def _settled(self) -> str | None:
        """How the stack stands once nothing is under way, and nothing is left of a first try that failed."""
        while (
            (status := self.status()) and status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS"
        ):
            self._pause()
        if status in _EMPTY:
            self.delete()
            return None
        if status == "UPDATE_ROLLBACK_FAILED":
            raise DeployError(
                f"the stack {self._stack} could not be rolled back after a failure",
                hint=f"mend what CloudFormation shows, then: aws cloudformation continue-update-rollback "
                f"--stack-name {self._stack}",
            )
        return status

    def _change_set_is_ready(self, name: str) -> bool:
        while True:
            found = self._cloudformation.describe_change_set(StackName=self._stack, ChangeSetName=name)
            status, reason = found["Status"], found.get("StatusReason") or ""
            if status == "CREATE_COMPLETE":
                return True
            if status == "FAILED":
                if any(words in reason for words in _NO_CHANGES):
                    return False
                raise DeployError(f"CloudFormation refused the changes of {self._stack}: {reason}")
            self._pause()

    def _follow(self, seen: set[str]) -> None:
        """Wait for the end and tell of every event; raises when it is not a good one."""
        before = set(seen)
        while True:
            status = self.status() or "DELETE_COMPLETE"
            for event in self._new_events(seen):
                self._tell(event)
            if not status.endswith("_IN_PROGRESS"):
                break
            self._pause()
        if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            raise self._failure(before)

    def _events(self) -> list[dict[str, Any]]:
        pages = self._cloudformation.get_paginator("describe_stack_events").paginate(StackName=self._stack)
        return [event for page in pages for event in page["StackEvents"]][::-1]

    def _event_ids(self) -> set[str]:
        return {event["EventId"] for event in self._events()} if self.status() else set()

    def _new_events(self, seen: set[str]) -> list[Event]:
        fresh = [event for event in self._events() if event["EventId"] not in seen]
        seen.update(event["EventId"] for event in fresh)
        return [_event(event) for event in fresh]

    def _failure(self, before: set[str]) -> DeployError:
        """What failed first, and why: the rest was only taken back because of it."""
        events = self._new_events(set(before))
        failed = [one for one in events if one.status.endswith("_FAILED") and _is_cause(one)]
        if not failed:
            return DeployError(f"the stack {self._stack} did not come up", hint=f"cws status {self._stack}")
        first = failed[0]
        hint = next((hint for words, hint in _HINTS if words.lower() in first.reason.lower()), None)
        return DeployError(
            f"{self._stack}: {first.resource} ({first.kind}) failed: {first.reason}",
            hint=hint or "mend it and deploy again; what ran before runs on",
        )


def _is_cause(event: Event) -> bool:
    return bool(event.reason) and not any(words in event.reason for words in _NOT_THE_CAUSE)


def _event(event: Mapping[str, Any]) -> Event:
    return Event(
        event["LogicalResourceId"],
        event.get("ResourceType", ""),
        event["ResourceStatus"],
        event.get("ResourceStatusReason", ""),
    )
