"""The operations on activities.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateActivity.html,
API_DescribeActivity.html, API_ListActivities.html, API_DeleteActivity.html, API_GetActivityTask.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coworks.engine.api import shapes
from coworks.engine.api.arns import activity_name, new_name
from coworks.engine.api.errors import ApiError, no_activity
from coworks.engine.api.operation import Later, Operation, Parameters
from coworks.engine.api.tags import tags_of
from coworks.engine.errors import ActivityAlreadyExistsError, ActivityDoesNotExistError
from coworks.engine.page_tokens import read_token, write_token

if TYPE_CHECKING:
    from concurrent.futures import Future

    from coworks.engine.engine import Engine
    from coworks.engine.records import Activity
    from coworks.engine.tasks import ActivityTask

POLLED_FOR: Final = 60.0
"""Seconds that a worker is kept waiting for a task, as on AWS."""


def create(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    name = new_name(parameters["name"], "an activity")
    tags = tags_of(parameters.get("tags", []))
    encryption = parameters.get("encryptionConfiguration")
    try:
        created = engine.activities.create(name, tags, {"encryption": encryption} if encryption else None)
    except ActivityAlreadyExistsError:
        arn = engine.arns.activity(name)
        raise ApiError("ActivityAlreadyExists", f"Activity Already Exists: '{arn}'") from None
    return {"activityArn": engine.arns.activity(name), "creationDate": created.created}


def describe(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    arn = parameters["activityArn"]
    try:
        found = engine.activities.describe(activity_name(engine.arns, arn))
    except ActivityDoesNotExistError:
        raise no_activity(arn) from None
    encryption = found.encryption or {"type": "AWS_OWNED_KEY"}
    return {**_listed(engine, found), "encryptionConfiguration": encryption}


def list_activities(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    after = read_token("activities", parameters.get("nextToken"))
    limit = parameters.get("maxResults") or 100
    rest = [one for one in engine.activities.list() if after is None or one.name > after]
    told: dict[str, Any] = {"activities": [_listed(engine, one) for one in rest[:limit]]}
    return told | ({"nextToken": write_token("activities", rest[limit - 1].name)} if rest[limit:] else {})


def delete(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    engine.activities.delete(activity_name(engine.arns, parameters["activityArn"]))
    return {}


def get_task(engine: Engine, parameters: Parameters) -> Later:
    arn = parameters["activityArn"]
    try:
        coming = engine.poll_activity(activity_name(engine.arns, arn), parameters.get("workerName"))
    except ActivityDoesNotExistError:
        raise no_activity(arn) from None
    return Later(coming, _task, POLLED_FOR, poll=True)


def _task(coming: Future[ActivityTask] | None) -> dict[str, Any]:
    """The task; nulls when none came."""
    task = coming and coming.result()
    return {"taskToken": task and task.token, "input": task and task.input}


def _listed(engine: Engine, activity: Activity) -> dict[str, Any]:
    return {
        "activityArn": engine.arns.activity(activity.name),
        "name": activity.name,
        "creationDate": activity.created,
    }


_ACTIVITY = shapes.Structure({"activityArn": shapes.ARN}, ("activityArn",))

OPERATIONS = {
    "CreateActivity": Operation(
        create,
        shapes.Structure(
            {"name": shapes.NAME, "tags": shapes.TAGS, "encryptionConfiguration": shapes.ENCRYPTION},
            ("name",),
        ),
    ),
    "DescribeActivity": Operation(describe, _ACTIVITY),
    "ListActivities": Operation(
        list_activities, shapes.Structure({"maxResults": shapes.PAGE, "nextToken": shapes.TOKEN})
    ),
    "DeleteActivity": Operation(delete, _ACTIVITY),
    "GetActivityTask": Operation(
        get_task,
        shapes.Structure({"activityArn": shapes.ARN, "workerName": shapes.NAME}, ("activityArn",)),
    ),
}
