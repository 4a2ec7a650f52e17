"""The operations of EventBridge Scheduler, in REST and JSON. There is one group: default.

Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from coworks.local.aws.members import Members
from coworks.local.aws.paging import page_of
from coworks.local.aws.protocols import RestApi, Route, Told, rest_answer
from coworks.local.aws.scheduler.schedules import GROUP, Schedule, Schedules
from coworks.local.aws.targets import target_of
from coworks.local.aws.wire import AwsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.errors import CoWorksError
    from coworks.local.aws.wire import AwsAnswer, AwsRequest

_MEMBERS: Final = Members("ValidationException", "ValidationException")
_NAME: Final = re.compile(r"[\w.-]{1,64}", re.ASCII)
_ONE: Final = re.compile(r"/schedules/([^/]+)")
_KNOWN: Final = (
    "ActionAfterCompletion",
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "KmsKeyArn",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "State",
    "Target",
)
_CHOICES: Final = {"State": ("ENABLED", "DISABLED"), "ActionAfterCompletion": ("NONE", "DELETE")}
_MODES: Final = ("OFF", "FLEXIBLE")
_PAGE: Final = 100
_LAST: Final = 253_402_300_800
"""The end of the year 9999."""

_SHOWN: Final = ("CreationDate", "LastModificationDate", "State")


def scheduler_api(schedules: Schedules) -> RestApi:
    operations = _Operations(schedules)
    routes = (
        Route("POST", _ONE, operations.create),
        Route("PUT", _ONE, operations.update),
        Route("GET", _ONE, operations.get),
        Route("DELETE", _ONE, operations.delete),
        Route("GET", re.compile("/schedules"), operations.list_schedules),
        Route("GET", re.compile("/schedule-groups"), operations.list_groups),
    )
    return RestApi(routes, _refused)


class _Operations:
    def __init__(self, schedules: Schedules) -> None:
        self._schedules = schedules

    def create(self, request: AwsRequest, name: str) -> AwsAnswer:
        if name in self._schedules.all():
            raise AwsError("ConflictException", f"Schedule {name} already exists.", status=409)
        return self._put(name, request.json(), self._schedules.clock.now())

    def update(self, request: AwsRequest, name: str) -> AwsAnswer:
        """The whole of it: what is not told has its default."""
        known = self._named(request, name)
        return self._put(name, request.json(), known.told["CreationDate"])

    def get(self, request: AwsRequest, name: str) -> AwsAnswer:
        known = self._named(request, name)
        return rest_answer({"Name": name, "Arn": known.arn, "GroupName": GROUP, **known.told})

    def delete(self, request: AwsRequest, name: str) -> AwsAnswer:
        self._named(request, name)
        self._schedules.remove(name)
        return rest_answer({})

    def list_schedules(self, request: AwsRequest) -> AwsAnswer:
        asked = request.parameters()
        _check_group(asked.get("ScheduleGroup"))
        prefix, state = asked.get("NamePrefix", ""), asked.get("State")
        size = int(asked["MaxResults"]) if asked.get("MaxResults", "").isdecimal() else _PAGE
        found = {
            name: one
            for name, one in self._schedules.all().items()
            if name.startswith(prefix) and state in (None, one.told["State"])
        }
        names, more = page_of(found, asked.get("NextToken"), min(size or _PAGE, _PAGE))
        return rest_answer({"Schedules": [_told(found[name]) for name in names], **more})

    def list_groups(self, request: AwsRequest) -> AwsAnswer:
        return rest_answer({"ScheduleGroups": [{"Name": GROUP, "State": "ACTIVE"}]})

    def _put(self, name: str, told: Told, created: float) -> AwsAnswer:
        _check_group(told.get("GroupName"))
        if not _NAME.fullmatch(name):
            raise AwsError("ValidationException", f"{name} is no name: use up to 64 letters, digits, . - _")
        kept = {key: told[key] for key in _KNOWN if told.get(key) is not None}
        moments = {"CreationDate": created, "LastModificationDate": self._schedules.clock.now()}
        schedule = Schedule(name, {"State": "ENABLED", **kept, **moments})
        _check(schedule.told)
        schedule.times  # noqa: B018 - it raises for an expression that is none
        self._schedules.put(schedule)
        return rest_answer({"ScheduleArn": schedule.arn})

    def _named(self, request: AwsRequest, name: str) -> Schedule:
        _check_group(request.parameters().get("groupName"))
        found = self._schedules.all().get(name)
        if found is None:
            raise AwsError("ResourceNotFoundException", f"Schedule {name} does not exist.", status=404)
        return found


def _check(told: Mapping[str, Any]) -> None:
    _MEMBERS.text(told, "ScheduleExpression")
    for member in ("ScheduleExpressionTimezone", "Description", "KmsKeyArn"):
        _MEMBERS.optional_text(told, member)
    target, window = _MEMBERS.table(told, "Target"), _MEMBERS.table(told, "FlexibleTimeWindow")
    kind, name = target_of(_MEMBERS.text(target, "Arn"))
    _MEMBERS.optional_text(target, "Input")
    of_queue = _MEMBERS.table(target, "SqsParameters")
    group = _MEMBERS.optional_text(of_queue, "MessageGroupId")
    if kind == "queue" and name.endswith(".fifo") and not group:
        raise AwsError("ValidationException", f"{name} is a FIFO queue: SqsParameters needs a MessageGroupId")
    if _MEMBERS.optional_text(window, "Mode") not in _MODES:
        raise AwsError("ValidationException", f"FlexibleTimeWindow needs a Mode: {' or '.join(_MODES)}.")
    for member, choices in _CHOICES.items():
        if (_MEMBERS.optional_text(told, member) or choices[0]) not in choices:
            raise AwsError("ValidationException", f"{member} is {' or '.join(choices)}.")
    for member in ("StartDate", "EndDate"):
        if not _is_moment(told.get(member, 0)):
            raise AwsError("ValidationException", f"{member} is a number of seconds since 1970.")


def _is_moment(value: object) -> bool:
    """Seconds since 1970 that a calendar can tell."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LAST


def _check_group(name: str | None) -> None:
    if name not in (None, GROUP):
        said = f"Schedule group {name} does not exist; the one here is {GROUP}."
        raise AwsError("ResourceNotFoundException", said, status=404)


def _told(one: Schedule) -> Told:
    shown = {member: one.told[member] for member in _SHOWN}
    return {
        "Name": one.name,
        "Arn": one.arn,
        "GroupName": GROUP,
        "Target": {"Arn": one.told["Target"]["Arn"]},
        **shown,
    }


def _refused(error: CoWorksError) -> AwsError:
    return AwsError("InternalServerException", error.explain(), status=500)
