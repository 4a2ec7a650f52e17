"""`wait`: do nothing for a while."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coworks.asl.jsonata import OPENING
from coworks.biz.clock_times import CLOCK_TIME, next_time, zone_names
from coworks.biz.nodes import Entry, MapNode, Scalar
from coworks.biz.reading import Shape, is_date, read_duration, read_expression, read_scalar, read_shape
from coworks.biz.steps.kind import Kind
from coworks.biz.templates import Template, mark, render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.biz.problems import Report
    from coworks.biz.steps.kind import Position

_SHAPE = Shape("a wait", required=("until",))
_DATE_HINT = (
    "write a date as 2027-01-31T08:00:00Z or 2027-01-31T08:00:00+01:00, or a time as 08:00 Europe/Paris"
)
_UNTIL = re.compile(r"until\b\s*", re.IGNORECASE)
_LOOKS_LIKE_A_DATE = re.compile(r"\d{4}-\d")

_EXAMPLE: Final = "write for example 5 minutes, 3 days, or until 08:00 Europe/Paris"
SECONDS: Final = "Seconds"
TIMESTAMP: Final = "Timestamp"


@dataclass(frozen=True, slots=True)
class Wait(Kind):
    """Seconds, a duration, a date, or an expression of seconds; under `until`, an expression of a date."""

    field: str
    value: int | str | Template

    @classmethod
    def read(cls, entry: Entry, report: Report) -> Wait | None:
        if isinstance(entry.value, MapNode):
            found = read_shape(entry, _SHAPE, report) or {}
            return _read_until(found["until"], report) if "until" in found else None
        if isinstance(entry.value, Scalar) and _LOOKS_LIKE_A_DATE.match(entry.value.text):
            return _read_until(entry, report)
        if isinstance(entry.value, Scalar) and _UNTIL.match(entry.value.text):
            return _read_until(entry, report)
        if isinstance(entry.value, Scalar) and OPENING in entry.value.text:
            return _read_expression(entry.value, SECONDS, report)
        seconds = read_duration(entry, report, at_least=0, hint=_EXAMPLE)
        return None if seconds is None else cls(SECONDS, seconds)

    def templates(self) -> Iterator[Template]:
        if isinstance(self.value, Template):
            yield self.value

    def state(self, at: Position) -> dict[str, Any]:
        value = render(self.value) if isinstance(self.value, Template) else self.value
        return {"Type": "Wait", self.field: value}


def _read_until(entry: Entry, report: Report) -> Wait | None:
    scalar = read_scalar(entry, report, _DATE_HINT)
    if scalar is None:
        return None
    if OPENING in scalar.text:
        return _read_expression(scalar, TIMESTAMP, report)
    if is_date(scalar.text):
        return Wait(TIMESTAMP, scalar.text)
    if time := CLOCK_TIME.fullmatch(_UNTIL.sub("", scalar.text).strip()):
        return _read_clock(scalar, time, report)
    message = f'"{scalar.text}" is not a date with its time and zone'
    report.add("B115", scalar.place, message, _DATE_HINT, length=len(scalar.text))
    return None


def _read_clock(scalar: Scalar, clock: re.Match[str], report: Report) -> Wait | None:
    """A time of the day, in the time of a place."""
    zone = clock["zone"]
    if zone is None:
        hint = f'add its zone, for example "until {clock[0].strip()} Europe/Paris"'
        report.add("B115", scalar.place, "a time of the day needs a time zone", hint, length=len(scalar.text))
        return None
    if zone not in zone_names():
        near = report.suggest(zone, zone_names())
        report.add("B405", scalar.place, f'no time zone is named "{zone}"', near, length=len(scalar.text))
        return None
    hour, minute = int(clock["hour"]), int(clock["minute"])
    return Wait(TIMESTAMP, mark(next_time(hour, minute, zone)))


def _read_expression(scalar: Scalar, field: str, report: Report) -> Wait | None:
    hint = "write {% ... %} alone, for example {% $data.days * 86400 %}"
    template = read_expression(scalar, "wait", report, hint)
    return Wait(field, template) if template else None
