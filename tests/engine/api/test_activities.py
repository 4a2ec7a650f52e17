"""The operations on activities, and workers that wait behind a real server."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

from tests.engine.api.conftest import ROLE, Caller

from coworks.engine import Engine, Invoke, lambda_invoker
from coworks.engine.api import ApiApp

ARN = "arn:aws:states:us-east-1:000000000000:activity:dig"
WORK = json.dumps({"StartAt": "Work", "States": {"Work": {"Type": "Task", "Resource": ARN, "End": True}}})


def test_activities_come_in_pages(call: Caller) -> None:
    for name in ("c", "a", "b"):
        call("CreateActivity", name=name)
    first = call("ListActivities", maxResults=2)
    rest = call("ListActivities", nextToken=first["nextToken"])
    assert [[one["name"] for one in page["activities"]] for page in (first, rest)] == [["a", "b"], ["c"]]
    assert "nextToken" not in rest


def test_an_activity_has_tags(call: Caller) -> None:
    call("CreateActivity", name="dig", tags=[{"key": "team", "value": "red"}])
    call("TagResource", resourceArn=ARN, tags=[{"key": "cost", "value": "1"}])
    call("UntagResource", resourceArn=ARN, tagKeys=["team"])
    assert call("ListTagsForResource", resourceArn=ARN) == {"tags": [{"key": "cost", "value": "1"}]}
    call("DeleteActivity", activityArn=ARN)
    assert call.error("ListTagsForResource", resourceArn=ARN)[0] == "ResourceNotFound"


def test_names_and_arns_are_checked(call: Caller) -> None:
    assert call.error("CreateActivity", name="a b") == ("InvalidName", "Invalid Name: 'a b'")
    assert call.error("GetActivityTask", activityArn="x") == (
        "InvalidArn",
        "Invalid Arn: 'Invalid ARN prefix: x'",
    )
    gone = ("ActivityDoesNotExist", f"Activity Does Not Exist: '{ARN}'")
    assert call.error("GetActivityTask", activityArn=ARN) == gone
    assert call("DeleteActivity", activityArn=ARN) == {}


def test_a_worker_takes_a_task_by_the_api(call: Caller, engine: Engine) -> None:
    call("CreateActivity", name="dig")
    call("StartExecution", stateMachineArn=call.create(definition=WORK), input='{"n":1}')
    engine.work()
    task = call("GetActivityTask", activityArn=ARN, workerName="Ada")
    assert task["input"] == '{"n":1}'
    assert call("SendTaskSuccess", taskToken=task["taskToken"], output="1") == {}


def test_workers_that_wait_hold_nobody_up(client_for: Callable[[Invoke], Any]) -> None:
    """More of them than a server has threads; all get their task as it comes."""
    client = client_for(lambda_invoker(lambda function, payload: payload))
    client.create_activity(name="dig")
    machine = client.create_state_machine(name="work", definition=WORK, roleArn=ROLE)["stateMachineArn"]
    seen: list[str] = []
    workers = [
        threading.Thread(target=lambda: seen.append(client.get_activity_task(activityArn=ARN)["input"]))
        for _ in range(50)
    ]
    for worker in workers:
        worker.start()
    for number in range(50):
        client.start_execution(stateMachineArn=machine, input=str(number))
    for worker in workers:
        worker.join(30)
    assert sorted(map(int, seen)) == list(range(50))


def test_a_worker_that_hangs_up_takes_no_task_with_it(call: Caller, engine: Engine) -> None:
    call("CreateActivity", name="dig")
    body = json.dumps({"activityArn": ARN}).encode()
    came = iter([{"type": "http.request", "body": body}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(came)

    async def send(message: Any) -> None:
        raise AssertionError("there is nobody to send to")

    headers = [
        (b"host", b"localhost"),
        (b"content-length", b"%d" % len(body)),
        (b"x-amz-target", b"AWSStepFunctions.GetActivityTask"),
    ]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    asyncio.run(ApiApp(call.api)(scope, receive, send))
    call("StartExecution", stateMachineArn=call.create(definition=WORK), input="7")
    engine.work()
    assert call("GetActivityTask", activityArn=ARN)["input"] == "7"
