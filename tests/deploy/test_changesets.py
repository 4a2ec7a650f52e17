"""One stack, whatever state it is in and whatever AWS answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from coworks.deploy import DeployError, StageOptions
from coworks.deploy.stacks import asking_aws
from coworks.deploy.stacks.aws import _check_account
from coworks.deploy.stacks.changesets import Event, StackWriter


def answer(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


class CloudFormation:
    """One stack that stands in these ways, one after the other, each time somebody looks."""

    def __init__(self, *statuses: str | None, change_set: tuple[str, str] = ("CREATE_COMPLETE", "")) -> None:
        self.statuses = list(statuses)
        self.change_set = change_set
        self.calls: list[str] = []
        self.kind = ""
        self.events: list[dict[str, str]] = []

    def describe_stacks(self, StackName: str) -> Any:
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status is None:
            raise answer("ValidationError", f"Stack with id {StackName} does not exist")
        return {"Stacks": [{"StackStatus": status}]}

    def create_change_set(self, *, ChangeSetType: str, **given: Any) -> None:
        self.calls.append("create_change_set")
        self.kind = ChangeSetType

    def describe_change_set(self, **given: Any) -> dict[str, str]:
        return {"Status": self.change_set[0], "StatusReason": self.change_set[1]}

    def delete_change_set(self, **given: Any) -> None:
        self.calls.append("delete_change_set")

    def execute_change_set(self, **given: Any) -> None:
        self.calls.append("execute_change_set")

    def delete_stack(self, **given: Any) -> None:
        self.calls.append("delete_stack")

    def get_paginator(self, name: str) -> CloudFormation:
        return self

    def paginate(self, **given: Any) -> Iterator[dict[str, Any]]:
        yield {"StackEvents": self.events[::-1]}


class Run:
    """Applies a template to a stack, and keeps what it heard."""

    def __init__(self, cloudformation: CloudFormation) -> None:
        self.pauses = 0
        self.heard: list[Event] = []
        self.writer = StackWriter(cloudformation, "shop-dev-hello", self._pause, self.heard.append)

    def apply(self) -> bool:
        return self.writer.apply({"TemplateBody": "{}"}, {}, "one")

    def _pause(self) -> None:
        self.pauses += 1
        assert self.pauses < 50


def happened(resource: str, status: str, reason: str = "") -> dict[str, str]:
    return {
        "EventId": f"{resource}-{status}",
        "LogicalResourceId": resource,
        "ResourceType": "AWS::SQS::Queue",
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


def test_a_new_stack_is_created_and_one_there_is_updated() -> None:
    new = CloudFormation(None, None, "CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    assert Run(new).apply()
    assert new.kind == "CREATE"
    old = CloudFormation("CREATE_COMPLETE", "CREATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")
    assert Run(old).apply()
    assert old.kind == "UPDATE"


@pytest.mark.parametrize(
    "reason", ["The submitted information didn't contain changes.", "No updates are to be performed."]
)
def test_no_change_is_success_and_leaves_no_change_set(reason: str) -> None:
    stack = CloudFormation("UPDATE_COMPLETE", change_set=("FAILED", reason))
    assert not Run(stack).apply()
    assert stack.calls == ["create_change_set", "delete_change_set"]


def test_what_a_failed_first_try_left_is_taken_away() -> None:
    stack = CloudFormation(
        "ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE", None, None, "CREATE_COMPLETE"
    )
    assert Run(stack).apply()
    assert stack.calls == ["delete_stack", "create_change_set", "execute_change_set"]
    assert stack.kind == "CREATE"


def test_what_is_under_way_is_waited_for() -> None:
    stack = CloudFormation("UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")
    run = Run(stack)
    assert run.apply()
    assert run.pauses == 2


def test_a_change_set_that_was_never_executed_is_no_stack() -> None:
    stack = CloudFormation("REVIEW_IN_PROGRESS", "REVIEW_IN_PROGRESS", "CREATE_COMPLETE")
    assert Run(stack).apply()
    assert stack.kind == "CREATE"


class Failing(CloudFormation):
    """A stack one of whose queues cannot be made."""

    def execute_change_set(self, **given: Any) -> None:
        self.events = [
            happened("Role", "CREATE_IN_PROGRESS"),
            happened("Other", "CREATE_FAILED", "Resource creation cancelled"),
            happened("Queue", "CREATE_FAILED", "shop-dev-hello already exists"),
            happened("Topic", "CREATE_FAILED", "something else"),
            happened("shop-dev-hello", "ROLLBACK_COMPLETE"),
        ]


def test_a_failure_tells_the_first_resource_its_reason_and_what_to_do() -> None:
    run = Run(Failing(None, None, "ROLLBACK_COMPLETE"))
    with pytest.raises(DeployError, match=r"Queue .* failed: shop-dev-hello already exists") as failed:
        run.apply()
    assert failed.value.hint == "delete that one, or give the project or the stage another name"
    assert [event.resource for event in run.heard] == ["Role", "Other", "Queue", "Topic", "shop-dev-hello"]


def test_what_cannot_be_replaced_under_its_name_says_how_it_is() -> None:
    stack = CloudFormation("UPDATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
    stack.execute_change_set = lambda **given: stack.events.append(  # type: ignore[method-assign]
        happened(
            "StateMachine",
            "UPDATE_FAILED",
            "CloudFormation cannot update a stack when a custom-named resource requires replacing.",
        )
    )
    with pytest.raises(DeployError) as failed:
        Run(stack).apply()
    assert "cws delete NAME" in (failed.value.hint or "")


def test_events_of_an_older_deployment_are_not_told_again() -> None:
    stack = CloudFormation("UPDATE_COMPLETE")
    stack.events = [happened("Queue", "CREATE_FAILED", "long ago")]
    run = Run(stack)
    assert run.apply()
    assert run.heard == []


def test_a_stack_that_could_not_be_rolled_back_says_how_to_go_on() -> None:
    with pytest.raises(DeployError) as refused:
        Run(CloudFormation("UPDATE_ROLLBACK_FAILED")).apply()
    assert "continue-update-rollback" in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("error", "said", "fix"),
    [
        (answer("ExpiredTokenException"), "no longer valid", "log in again"),
        (answer("Throttling"), "go slower", "run the command again"),
        (answer("AccessDenied"), "may not do that", "permission"),
        (NoCredentialsError(), "there are no credentials", "AWS_PROFILE"),
    ],
)
def test_what_aws_refuses_is_told_with_its_fix(error: Exception, said: str, fix: str) -> None:
    with pytest.raises(DeployError, match=said) as told, asking_aws():
        raise error
    assert fix in (told.value.hint or "")


def test_a_mistake_of_ours_is_not_taken_for_one_of_aws() -> None:
    with pytest.raises(KeyError), asking_aws():
        raise KeyError("ours")


def test_credentials_of_another_account_are_refused() -> None:
    with pytest.raises(DeployError, match="is of the account 111111111111, the credentials of 222222222222"):
        _check_account(StageOptions("prod", account="111111111111"), "222222222222")
