"""Triggers by the clock: every so often, at the times of a cron expression, once.

They are pure: they say when they fire next after a moment, and the caller keeps the clock.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias
from zoneinfo import ZoneInfo

from coworks.biz.clock_times import zone_names
from coworks.biz.cron import EXAMPLE, CronError, check_cron, next_local
from coworks.biz.cron_words import cron_in_words
from coworks.biz.durations import describe_duration
from coworks.biz.reading import Shape, read_duration, read_scalar
from coworks.biz.triggers.data import read_constants

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.biz.nodes import Entry
    from coworks.biz.problems import Report

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE: Final = 60
_MOMENT: Final = "write for example 2027-01-31T08:00:00, and the zone under timezone"
_LATER: Final = "write a later one, or take the trigger away"


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
        data = read_constants(found, report)
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
        data = read_constants(found, report)
        return cls(fields, timezone, data) if fields and timezone else None

    def next_after(self, moment: datetime) -> datetime | None:
        return next_local(self.fields, moment, ZoneInfo(self.timezone))

    def describe(self) -> str:
        words = cron_in_words(self.fields) or f"at the times of {self.expression()}"
        return f"{words} ({self.timezone})"

    def expression(self) -> str:
        return f"cron({self.fields})"


@dataclass(frozen=True, slots=True)
class At:
    """Once, at a moment in the time of a zone."""

    shape: ClassVar[Shape] = Shape("a trigger", required=("at",), optional=("timezone", "data"))

    moment: datetime
    timezone: str = "UTC"
    data: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, found: dict[str, Entry], report: Report) -> At | None:
        moment = _read_moment(found["at"], report)
        timezone = _read_timezone(found["timezone"], report) if "timezone" in found else "UTC"
        data = read_constants(found, report)
        if moment is None or not timezone:
            return None
        trigger = cls(moment, timezone, data)
        if trigger.next_after(datetime.now(UTC)) is None:
            report.add("B408", found["at"].place, "this moment is over: the trigger never fires", _LATER)
        return trigger

    def next_after(self, moment: datetime) -> datetime | None:
        at = self.moment.replace(tzinfo=ZoneInfo(self.timezone)).astimezone(UTC)
        return at if at > moment else None

    def describe(self) -> str:
        return f"once, on {self.moment:%Y-%m-%d} at {self.moment:%H:%M} ({self.timezone})"

    def expression(self) -> str:
        return f"at({self.moment:%Y-%m-%dT%H:%M:%S})"


ByClock: TypeAlias = Every | Cron | At
BY_CLOCK: Final = (Every, Cron, At)


def _read_moment(entry: Entry, report: Report) -> datetime | None:
    """A date and time without an offset: the zone is told beside it."""
    scalar = read_scalar(entry, report, _MOMENT)
    if scalar is None:
        return None
    try:
        moment = datetime.fromisoformat(scalar.text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo or len(scalar.text) < len("2027-01-31T08:00"):
        message = f'"{scalar.text}" is not a date and time'
        report.add("B409", scalar.place, message, _MOMENT, length=len(scalar.text))
        return None
    return moment.replace(microsecond=0)


def _read_cron(entry: Entry, report: Report) -> str | None:
    scalar = read_scalar(entry, report, EXAMPLE)
    if scalar is None:
        return None
    fields = " ".join(scalar.text.split())
    length = len(scalar.text)
    try:
        check_cron(fields)
    except CronError as error:
        report.add("B403", scalar.place, str(error), error.hint, length=length)
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
    zones = zone_names()
    if scalar.text not in zones:
        hint = report.suggest(scalar.text, zones) if len(scalar.text) < 40 else None
        hint = hint if hint and hint.startswith("did") else "write for example Europe/Paris or UTC"
        report.add(
            "B405", scalar.place, f'no time zone is named "{scalar.text}"', hint, length=len(scalar.text)
        )
        return None
    return scalar.text
