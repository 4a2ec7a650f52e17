"""The forms of what starts a workflow: a form for each kind of trigger, and the trigger that it makes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.editing import EditError, data_of
from coworks.biz.editing.writing import write_block
from coworks.console import texts
from coworks.console.forms.fields import Field, FormError
from coworks.console.forms.moments import read_zone
from coworks.console.forms.pairs import pairs_read, pairs_shown
from coworks.console.forms.schedules import checked_trigger

if TYPE_CHECKING:
    from collections.abc import Mapping

Values = dict[str, Any]
DAYS: Final = dict(zip(texts.WEEKDAYS, ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"), strict=True))
_CODES: Final = tuple(DAYS.values())
_SIMPLE: Final = re.compile(r"(\d{1,2}) (\d{1,2}) (\?|\*) \* (\S+) \*")
_ZONE: Final = Field("timezone", texts.TIMEZONE, "zone", default="UTC", about=texts.TIMEZONE_ABOUT)
_DATA: Final = Field("data", texts.TRIGGER_DATA, "pairs", about=texts.TRIGGER_DATA_ABOUT, is_rare=True)
_EVENT_DATA: Final = Field("data", texts.TRIGGER_DATA, "pairs", about=texts.EVENT_DATA_ABOUT, is_rare=True)

TRIGGER_FORMS: Final[dict[str, tuple[Field, ...]]] = {
    "every": (Field("every", texts.EVERY_SO_OFTEN, "duration", True), _DATA),
    "daily": (
        Field("days", texts.ON_DAYS, "weekdays", True),
        Field("time", texts.AT_TIME, "clock", True),
        _ZONE,
        _DATA,
    ),
    "at": (Field("at", texts.AT_MOMENT, "moment", True), _ZONE, _DATA),
    "cron": (Field("cron", texts.CRON, required=True, about=texts.CRON_ABOUT), _ZONE, _DATA),
    "http": (Field("http", texts.REQUEST, required=True, about=texts.REQUEST_ABOUT), _EVENT_DATA),
    "queue": (Field("queue", texts.QUEUE, required=True), _EVENT_DATA),
    "topic": (
        Field("topic", texts.TOPIC, required=True),
        Field("filter", texts.FILTER, "code", about=texts.FILTER_ABOUT, is_rare=True),
        _EVENT_DATA,
    ),
    "event": (Field("event", texts.EVENT, "code", True, texts.EVENT_ABOUT), _EVENT_DATA),
    "bucket": (
        Field("bucket", texts.BUCKET, required=True),
        Field("prefix", texts.PREFIX, about=texts.PREFIX_ABOUT),
        Field("suffix", texts.SUFFIX, about=texts.SUFFIX_ABOUT),
        _EVENT_DATA,
    ),
}


def trigger_kind(written: Mapping[str, Any]) -> str | None:
    """The form that a trigger has; None for what is none."""
    if "cron" in written:
        return "daily" if _days_and_time(written["cron"]) else "cron"
    return next((kind for kind in TRIGGER_FORMS if kind in written), None)


def load_trigger(kind: str, written: Mapping[str, Any]) -> Values:
    """What the form of a trigger shows."""
    values: Values = {one.key: _shown(one, written.get(one.key)) for one in TRIGGER_FORMS[kind]}
    if kind == "daily":
        days, time = _days_and_time(written.get("cron")) or (_CODES[:5], "")
        values |= {"days": days, "time": time}
    return values


def build_trigger(kind: str, values: Values, old: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The trigger as it is written under `on`; what was not touched of an old one is as it was.

    Raises `FormError`, with the words of `cws check` for what the fields do not see themselves.
    """
    before = old if old and trigger_kind(old) == kind else {}
    if before and load_trigger(kind, before) == {key: values.get(key) for key in load_trigger(kind, before)}:
        return dict(before)
    read = {one.key: _read(one, values.get(one.key), before.get(one.key)) for one in TRIGGER_FORMS[kind]}
    if kind == "daily":
        read = {"cron": _cron(str(read.pop("time")), tuple(read.pop("days"))), **read}
    written = {key: value for key, value in {**before, **read}.items() if value is not None}
    checked_trigger(written)
    return written


def _shown(field: Field, value: Any) -> Any:
    if field.kind == "pairs":
        return pairs_shown(value)
    if field.kind == "code":
        return "\n".join(write_block(value)) if value else ""
    return field.shown(value)


def _read(field: Field, typed: Any, old: Any) -> Any:
    if field.kind == "pairs":
        return pairs_read(typed or (), old) or None
    read = field.read(typed)
    if field.kind == "zone" and read is not None:
        return None if read == "UTC" and old is None else read_zone(field.key, str(read))
    if field.kind != "code" or read is None:
        return read if field.kind == "weekdays" else field.read_over(typed, old)
    try:
        return data_of(f"{read}\n")
    except EditError as error:
        raise FormError(field.key, f"{field.label}: {error.message}", hint=error.hint) from None


def _days_and_time(cron: Any) -> tuple[tuple[str, ...], str] | None:
    """The days of the week and the time of a cron expression that says no more than these."""
    match = _SIMPLE.fullmatch(" ".join(str(cron).split()))
    days = _days(match[3], match[4]) if match else None
    if match is None or days is None or int(match[1]) > 59 or int(match[2]) > 23:
        return None
    return days, f"{int(match[2]):02}:{int(match[1]):02}"


def _days(day: str, weekday: str) -> tuple[str, ...] | None:
    if (day, weekday) == ("*", "?") or (day, weekday) == ("?", "*"):
        return _CODES
    found = set[str]()
    for part in weekday.upper().split(",") if day == "?" else ("",):
        first, _, last = part.partition("-")
        if first not in _CODES or (last or first) not in _CODES:
            return None
        begin, end = _CODES.index(first), _CODES.index(last or first)
        if end < begin:
            return None
        found |= set(_CODES[begin : end + 1])
    return tuple(one for one in _CODES if one in found)


def _cron(time: str, days: tuple[str, ...]) -> str:
    """AWS's six fields for a time of these days."""
    hour, minute = map(int, time.split(":"))
    if days == _CODES:
        return f"{minute} {hour} * * ? *"
    return f"{minute} {hour} ? * {','.join(_runs(days))} *"


def _runs(days: tuple[str, ...]) -> list[str]:
    """Three days and more in a row as one: MON-FRI."""
    runs: list[list[str]] = []
    for day in days:
        if runs and _CODES.index(runs[-1][-1]) + 1 == _CODES.index(day):
            runs[-1].append(day)
        else:
            runs.append([day])
    return [part for run in runs for part in ([f"{run[0]}-{run[-1]}"] if len(run) > 2 else run)]
