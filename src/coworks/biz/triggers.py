"""What starts a workflow: the list under `on`. One keyword, one small class.

A trigger is pure: it says when it fires next after a moment, and the caller keeps the clock.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, Self
from zoneinfo import ZoneInfo, available_timezones

from coworks.biz.cron import EXAMPLE, CronError, check_cron, next_local
from coworks.biz.durations import describe_duration
from coworks.biz.nodes import Entry, MapNode, plain
from coworks.biz.reading import (
    Shape,
    check_shape,
    item,
    read_duration,
    read_list,
    read_map,
    read_scalar,
    refuse_expressions,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.biz.problems import Report

_HINT: Final = 'write a list, for example "- every: 5 minutes"'
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE: Final = 60


class Trigger(Protocol):
    """What starts a workflow by the clock. `data` becomes the input of the execution."""

    shape: ClassVar[Shape]

    @property
    def data(self) -> Mapping[str, Any]: ...

    @classmethod
    def read(cls, found: dict[str, Entry], report: Report) -> Self | None: ...

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time strictly after an aware moment, in UTC; None when there is none any more."""
        ...

    def describe(self) -> str:
        """When it fires, in plain words."""
        ...

    def expression(self) -> str:
        """When it fires, in the words of EventBridge Scheduler."""
        ...


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many seconds.

    It fires at the multiples of its period since 1970-01-01T00:00Z: the times do not depend on when the clock
    was started, so after a restart none is doubled and none moves.
    """

    shape: ClassVar[Shape] = Shape("a trigger", required=("every",), optional=("data",))

    seconds: int
    data: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, found: dict[str, Entry], report: Report) -> Every | None:
        seconds = read_duration(found["every"], report, code="B402")
        data = _read_data(found, report)
        if seconds is None:
            return None
        trigger = cls(seconds, data)
        if seconds % _MINUTE:
            message = f"runs {trigger.describe()} here; AWS schedules count in whole minutes"
            hint = f"on AWS it will be {trigger.expression()}"
            report.add("B406", found["every"].place, message, hint)
        return trigger

    def next_after(self, moment: datetime) -> datetime:
        elapsed = (moment - _EPOCH) // timedelta(seconds=self.seconds)
        return _EPOCH + (elapsed + 1) * timedelta(seconds=self.seconds)

    def describe(self) -> str:
        words = describe_duration(self.seconds)
        return "every " + (words if words.count(" ") > 1 else words.removeprefix("1 "))

    def expression(self) -> str:
        minutes = math.ceil(self.seconds / _MINUTE)
        return f"rate({minutes} minute{'s' if minutes > 1 else ''})"


@dataclass(frozen=True, slots=True)
class Cron:
    """At the times of a cron expression of AWS (six fields), in the time of a zone."""

    shape: ClassVar[Shape] = Shape("a trigger", required=("cron",), optional=("timezone", "data"))

    fields: str
    timezone: str = "UTC"
    data: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, found: dict[str, Entry], report: Report) -> Cron | None:
        fields = _read_cron(found["cron"], report)
        timezone = _read_timezone(found["timezone"], report) if "timezone" in found else "UTC"
        data = _read_data(found, report)
        return cls(fields, timezone, data) if fields and timezone else None

    def next_after(self, moment: datetime) -> datetime | None:
        return next_local(self.fields, moment, ZoneInfo(self.timezone))

    def describe(self) -> str:
        minute, hour, day, month, weekday, year = self.fields.split()
        simple = minute.isdecimal() and hour.isdecimal() and day in "?*" and (month, year) == ("*", "*")
        if not simple:
            return f"at the times of {self.expression()} ({self.timezone})"
        days = "every day" if weekday in "?*" else f"on {weekday}"
        return f"{days} at {int(hour):02}:{int(minute):02} ({self.timezone})"

    def expression(self) -> str:
        return f"cron({self.fields})"


TRIGGER_KINDS: Final[dict[str, type[Trigger]]] = {"every": Every, "cron": Cron}


def read_triggers(entry: Entry, report: Report) -> tuple[Trigger, ...]:
    """The triggers of a workflow."""
    found = read_list(entry, report, _HINT)
    maps = [read_map(item(node, "on"), report, _HINT) for node in found.items] if found else []
    read = [_read_trigger(one, report) for one in maps if one]
    return tuple(trigger for trigger in read if trigger)


def _read_trigger(found: MapNode, report: Report) -> Trigger | None:
    kinds = [entry for entry in found.entries if entry.key in TRIGGER_KINDS]
    for extra in kinds[1:]:
        message = f'a trigger is one thing, not "{kinds[0].key}" and "{extra.key}"'
        report.add("B401", extra.key_place, message, "write two entries", length=len(extra.key))
    if not kinds:
        _tell_unknown(found, report)
        return None
    kind = TRIGGER_KINDS[kinds[0].key]
    others = tuple(extra.key for extra in kinds[1:])
    shape = Shape(kind.shape.what, kind.shape.required, kind.shape.optional + others)
    return kind.read(check_shape(found, shape, report), report)


def _tell_unknown(found: MapNode, report: Report) -> None:
    guess = next((entry for entry in found.entries if entry.key not in {"data", "timezone"}), None)
    if guess is None:
        report.add("B401", found.place, "this trigger does not say when", _HINT)
        return
    message = f'"{guess.key}" is not a kind of trigger'
    report.add(
        "B401", guess.key_place, message, report.suggest(guess.key, TRIGGER_KINDS), length=len(guess.key)
    )


def _read_data(found: dict[str, Entry], report: Report) -> dict[str, Any]:
    entry = found.get("data")
    if entry is None or read_map(entry, report, "write {name: value}") is None:
        return {}
    refuse_expressions(entry, report)
    data: dict[str, Any] = plain(entry.value)
    return data


def _read_cron(entry: Entry, report: Report) -> str | None:
    scalar = read_scalar(entry, report, EXAMPLE)
    if scalar is None:
        return None
    fields = " ".join(scalar.text.split())
    length = len(scalar.text)
    try:
        check_cron(fields)
    except CronError as error:
        report.add("B403", scalar.place, str(error), EXAMPLE, length=length)
        return None
    # The years of AWS's cron are 1970 to 2199: whether it fires does not depend on today but for past years.
    if next_local(fields, datetime.now(UTC), ZoneInfo("UTC")) is None:
        message = f'"{scalar.text}" never fires'
        report.add(
            "B404", scalar.place, message, "that day does not exist, or its year is over", length=length
        )
        return None
    return fields


def _read_timezone(entry: Entry, report: Report) -> str | None:
    scalar = read_scalar(entry, report, "write for example Europe/Paris")
    if scalar is None:
        return None
    zones = available_timezones()
    if scalar.text not in zones:
        hint = report.suggest(scalar.text, zones) if len(scalar.text) < 40 else None
        hint = hint if hint and hint.startswith("did") else "write for example Europe/Paris or UTC"
        report.add(
            "B405", scalar.place, f'no time zone is named "{scalar.text}"', hint, length=len(scalar.text)
        )
        return None
    return scalar.text
