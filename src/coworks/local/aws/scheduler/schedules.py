"""What schedules do at their times: a delivery of the bus to their target, on disk before it is made.

Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from coworks.engine.names import Arns
from coworks.local.aws.scheduler.expressions import Times, times_of
from coworks.local.aws.targets import delivery_to
from coworks.local.timetable import Timed, Timetable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from coworks.engine.clock import Clock
    from coworks.local.aws.kept import Kept
    from coworks.local.bus.receivers import Delivery

GROUP: Final = "default"
_SCHEDULE: Final = "schedule"
_ARNS: Final = Arns()
_ATTRIBUTE: Final = re.compile(r"<aws\.scheduler\.([a-z-]+)>")


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule. `told` has the members of CreateSchedule, and the moments when it was made and changed."""

    name: str
    told: Mapping[str, Any]

    @property
    def arn(self) -> str:
        return f"arn:aws:scheduler:{_ARNS.region}:{_ARNS.account}:schedule/{GROUP}/{self.name}"

    @property
    def times(self) -> Times:
        """Raises `AwsError` for an expression that is none."""
        zone = self.told.get("ScheduleExpressionTimezone") or "UTC"
        return times_of(
            self.told["ScheduleExpression"], zone, self.told.get("StartDate"), self.told.get("EndDate")
        )


class Schedules:
    """The schedules that were made. `deliver` has a delivery made."""

    def __init__(self, kept: Kept, deliver: Callable[[Delivery], None], clock: Clock) -> None:
        self._kept = kept
        self._deliver = deliver
        self.clock = clock
        self.timetable = Timetable(self._timed(), clock)

    def all(self) -> dict[str, Schedule]:
        return {name: Schedule(name, told) for name, told in self._kept.all(_SCHEDULE).items()}

    def put(self, schedule: Schedule) -> None:
        self._kept.put(_SCHEDULE, schedule.name, schedule.told)
        self.timetable.use(self._timed())

    def remove(self, name: str) -> None:
        self._kept.remove(_SCHEDULE, name)
        self.timetable.use(self._timed())

    def _timed(self) -> list[Timed]:
        return [
            Timed(one.times, partial(self._perform, one))
            for one in self.all().values()
            if one.told.get("State") != "DISABLED"
        ]

    def _perform(self, schedule: Schedule, moment: datetime) -> None:
        target, name = schedule.told["Target"], f"{schedule.name[:40]}-{moment:%Y%m%dT%H%M%SZ}"
        group = (target.get("SqsParameters") or {}).get("MessageGroupId")
        text = _input(schedule, moment)
        self._deliver(delivery_to(target["Arn"], name, schedule.name, text, group))
        is_over = schedule.times.next_after(moment) is None
        if is_over and schedule.told.get("ActionAfterCompletion") == "DELETE":
            self._kept.remove(_SCHEDULE, schedule.name)


def _input(schedule: Schedule, moment: datetime) -> str:
    """What the target is given: its Input, with the attributes that it names, or Scheduler's own event."""
    time, identity = f"{moment:%Y-%m-%dT%H:%M:%SZ}", str(uuid.uuid4())
    attributes = {
        "schedule-arn": schedule.arn,
        "scheduled-time": time,
        "execution-id": identity,
        "attempt-number": "1",
    }
    given = schedule.told["Target"].get("Input")
    if given is not None:
        return _ATTRIBUTE.sub(lambda found: attributes.get(found[1], found[0]), given)
    event = {
        "version": "0",
        "id": identity,
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": _ARNS.account,
        "time": time,
        "region": _ARNS.region,
        "resources": [schedule.arn],
        "detail": {},
    }
    return json.dumps(event)
