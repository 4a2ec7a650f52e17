"""Deploying and deleting by way of boto3, against moto: which calls, and what happens when one goes wrong."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from tests.deploy.conftest import HELLO, HERE
from tests.deploy.moto_aws import (
    Moto,
    answer,
    asked,
    asked_for,
    change_set_is_pending,
    failing,
    moto,
    refusal,
)

from coworks.deploy import DeployError
from coworks.deploy.plan import plan_stack
from coworks.deploy.preparation import Prepared, prepare
from coworks.deploy.stacks import Clients, Deployer, Outcome

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

FILES = {"hello": HELLO, "bye": HELLO.replace("Hello", "Bye")}
CHANGES = (
    "CreateBucket", "PutPublicAccessBlock", "PutObject", "CreateChangeSet", "ExecuteChangeSet", "DeleteStack",
)  # fmt: skip
ALREADY = ("Queue", "AWS::SQS::Queue", "CREATE_FAILED", "shop-dev-hello already exists")
CANCELLED = ("Role", "AWS::IAM::Role", "CREATE_FAILED", "Resource creation cancelled")


@pytest.fixture(scope="module")
def server() -> Iterator[Moto]:
    with moto() as running:
        yield running


@pytest.fixture
def aws(server: Moto) -> Iterator[Moto]:
    yield server
    server.forget()


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Prepared]:
    """Two services, ready to be deployed with this much memory."""
    found = {}
    for memory in (256, 512):
        root = tmp_path_factory.mktemp("project") / "shop"
        for name, text in FILES.items():
            file = root / "tech" / f"{name}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("\n".join(line[4:] for line in text.split("\n")), encoding="utf-8")
        settings = f'[tool.coworks]\npython = "{HERE}"\nmemory = {memory}\n'
        (root / "pyproject.toml").write_text(settings, encoding="utf-8")
        found[memory] = prepare(root, "dev", ())
    return found


def deployed(clients: Clients, prepared: Prepared, look_every: float = 0.01) -> dict[str, Outcome]:
    deployer = Deployer(clients, "shop", look_every=look_every)
    bodies = deployer.all_deployed(prepared.templates)
    plans = [plan_stack(body, one) for body, one in zip(bodies, prepared.templates, strict=True)]
    deployer.upload(prepared.packages, prepared.key_of)
    return {one.name: one for one in deployer.deploy([one.template for one in plans if not one.is_same])}


def failures(outcomes: dict[str, Outcome]) -> dict[str, DeployError]:
    return {name: one.error for name, one in outcomes.items() if one.error}


def memory(aws: Moto, name: str = "hello") -> int:
    told = aws.functions.get_function_configuration(FunctionName=f"shop-dev-{name}")
    return int(told["MemorySize"])


def test_deploying_and_deleting_ask_aws_for_this_and_leave_nothing(
    aws: Moto, versions: dict[int, Prepared]
) -> None:
    clients, prepared = aws.clients(), versions[256]
    heard = asked(clients, CHANGES)
    deployer = Deployer(clients, "shop", look_every=0.01)
    hello = [one for one in prepared.templates if one.name == "hello"]
    packages = [one for one in prepared.packages if one.service == "hello"]
    deployer.upload(packages, prepared.key_of)
    assert heard == ["CreateBucket", "PutPublicAccessBlock", "PutObject"]
    heard.clear()
    assert [one.changed for one in deployer.deploy(hello)] == [True]
    # The last one keeps the template for a rollback.
    assert heard == ["CreateChangeSet", "ExecuteChangeSet", "PutObject"]
    heard.clear()
    assert deployer.upload(packages, prepared.key_of) == []
    assert [one.changed for one in deployer.delete(hello)] == [True]
    assert heard == ["DeleteStack"]
    assert deployer.describe(hello[0]) is None
    assert aws.functions.list_functions()["Functions"] == []
    assert "QueueUrls" not in aws.client("sqs").list_queues()


def test_a_resource_that_cannot_be_made_is_told_and_the_next_try_begins_anew(
    aws: Moto, versions: dict[int, Prepared]
) -> None:
    clients = aws.clients()
    answer(clients.cloudformation, "ExecuteChangeSet",
           failing("shop-dev-hello", "ROLLBACK_COMPLETE", ALREADY, CANCELLED))  # fmt: skip
    outcomes = deployed(clients, versions[256])
    (error,) = failures(outcomes).values()
    assert error.message == ("shop-dev-hello: Queue (AWS::SQS::Queue) failed: shop-dev-hello already exists")
    assert "another name" in (error.hint or "")
    assert outcomes["bye"].changed
    assert clients.cloudformation.describe_stacks(StackName="shop-dev-hello")["Stacks"][0]["StackStatus"] == (
        "ROLLBACK_COMPLETE"
    )
    again = aws.clients()
    heard = asked(again, CHANGES)
    assert failures(deployed(again, versions[256])) == {}
    assert heard.count("DeleteStack") == 1
    assert memory(aws) == 256


def test_a_change_that_fails_leaves_the_former_version_running(
    aws: Moto, versions: dict[int, Prepared]
) -> None:
    assert failures(deployed(aws.clients(), versions[256])) == {}
    clients = aws.clients()
    update = ("Function", "AWS::Lambda::Function", "UPDATE_FAILED", "User is not authorized to do that")
    answer(clients.cloudformation, "ExecuteChangeSet",
           failing("shop-dev-hello", "UPDATE_ROLLBACK_COMPLETE", update))  # fmt: skip
    (error,) = failures(deployed(clients, versions[512])).values()
    assert "Function (AWS::Lambda::Function) failed: User is not authorized" in error.message
    assert "permission" in (error.hint or "")
    assert (memory(aws), memory(aws, "bye")) == (256, 512)
    deployer = Deployer(aws.clients(), "shop", look_every=0.01)
    plans = [plan_stack(deployer.deployed(one), one) for one in versions[512].templates]
    assert {one.name: one.is_new for one in plans} == {"bye": False, "hello": False}
    assert failures(deployed(aws.clients(), versions[512])) == {}
    assert memory(aws) == 512


@pytest.mark.parametrize(
    ("code", "said", "fix"),
    [
        ("ExpiredToken", "no longer valid", "it goes on"),
        ("Throttling", "AWS asks to go slower", "it goes on"),
        ("AccessDenied", "may not do that", "permission"),
    ],
)
def test_what_aws_refuses_in_the_middle_is_told_and_the_next_run_goes_on(
    aws: Moto, versions: dict[int, Prepared], code: str, said: str, fix: str
) -> None:
    clients = aws.clients(attempts=1)
    answer(clients.cloudformation, "ExecuteChangeSet", lambda _: refusal(code, "no"))
    errors = failures(deployed(clients, versions[256]))
    assert set(errors) == {"hello", "bye"}
    for error in errors.values():
        assert said in error.message
        assert fix in (error.hint or "")
    assert failures(deployed(aws.clients(), versions[256])) == {}
    assert memory(aws) == 256


def test_when_aws_asks_to_go_slower_the_call_is_made_again(aws: Moto, versions: dict[int, Prepared]) -> None:
    clients = aws.clients()
    slower = [refusal("Throttling", "Rate exceeded")]
    answer(clients.cloudformation, "CreateChangeSet", lambda _: slower.pop() if slower else None)
    assert failures(deployed(clients, versions[256])) == {}
    assert slower == []


def test_ctrl_c_in_the_middle_tells_what_is_left_and_the_next_run_goes_on(
    aws: Moto, versions: dict[int, Prepared]
) -> None:
    clients = aws.clients()

    def interrupted(request: AWSPreparedRequest) -> AWSResponse | None:
        if asked_for(request, "StackName") != "shop-dev-hello":
            return None
        os.kill(os.getpid(), signal.SIGINT)
        return change_set_is_pending()

    answer(clients.cloudformation, "DescribeChangeSet", interrupted)
    # The pause between two looks ends when Ctrl-C is pressed, not after these minutes.
    outcomes = deployed(clients, versions[256], look_every=600)
    (error,) = failures(outcomes).values()
    assert "AWS goes on with what it began" in error.message
    assert "run the command again" in (error.hint or "")
    standing = aws.client("cloudformation").describe_stacks(StackName="shop-dev-hello")["Stacks"][0]
    assert standing["StackStatus"] == "REVIEW_IN_PROGRESS"
    assert failures(deployed(aws.clients(), versions[256])) == {}
    assert memory(aws) == 256


def test_stacks_that_do_not_need_each_other_are_deployed_side_by_side(
    aws: Moto, versions: dict[int, Prepared]
) -> None:
    clients = aws.clients()
    both = threading.Barrier(2, timeout=60)

    def wait(_: Any) -> None:
        both.wait()

    answer(clients.cloudformation, "ExecuteChangeSet", wait)
    assert failures(deployed(clients, versions[256])) == {}
    assert both.broken is False


def test_stacks_are_looked_at_side_by_side(aws: Moto, versions: dict[int, Prepared]) -> None:
    clients = aws.clients()
    both = threading.Barrier(2, timeout=60)

    def wait(_: Any) -> None:
        both.wait()

    answer(clients.cloudformation, "DescribeStacks", wait)
    assert Deployer(clients, "shop").all_deployed(versions[256].templates) == [None, None]


def test_a_bucket_in_another_region_is_refused_before_anything_is_sent(
    aws: Moto, versions: dict[int, Prepared]
) -> None:
    aws.client("s3", region="eu-central-1").create_bucket(
        Bucket="ours", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    clients = aws.clients()
    heard = asked(clients, CHANGES)
    deployer = Deployer(clients, "shop", "ours")
    with pytest.raises(DeployError, match="ours is in eu-central-1, and the stage in eu-west-1") as refused:
        deployer.upload(versions[256].packages, versions[256].key_of)
    assert "choose another" in (refused.value.hint or "")
    assert heard == []
