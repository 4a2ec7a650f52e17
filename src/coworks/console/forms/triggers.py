"""What starts a workflow, chosen without YAML: by the clock, by a request, by a message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from coworks.console import texts
from coworks.console.forms.fields import Field, FormError

if TYPE_CHECKING:
    from collections.abc import Mapping

DAYS: Final = {
    texts.EVERY_DAY: "*",
    texts.EVERY_WEEKDAY: "MON-FRI",
    **dict(zip(texts.WEEKDAYS, ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"), strict=True)),
}
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_ZONE: Final = Field("timezone", texts.TIMEZONE, default="UTC", about=texts.TIMEZONE_ABOUT)

TRIGGER_FORMS: Final[dict[str, tuple[Field, ...]]] = {
    "every": (Field("every", texts.EVERY_SO_OFTEN, "duration", True, texts.DURATION_ABOUT),),
    "daily": (
        Field("days", texts.ON_DAYS, "choice", True, choices=tuple(DAYS)),
        Field("time", texts.AT_TIME, required=True, about=texts.TIME_ABOUT),
        _ZONE,
    ),
    "at": (Field("at", texts.AT_MOMENT, required=True, about=texts.MOMENT_ABOUT), _ZONE),
    "http": (Field("http", texts.REQUEST, required=True, about=texts.REQUEST_ABOUT),),
    "queue": (Field("queue", texts.QUEUE, required=True),),
    "topic": (Field("topic", texts.TOPIC, required=True),),
}


def build_trigger(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The trigger as it is written under `on`. Raises `FormError`."""
    read = {one.key: one.read(values.get(one.key)) for one in TRIGGER_FORMS[kind]}
    if kind == "daily":
        read = {"cron": _cron(str(read["time"]), DAYS[str(read["days"])]), "timezone": read["timezone"]}
    return {key: value for key, value in read.items() if value is not None}


def _cron(time: str, days: str) -> str:
    """AWS's six fields for a time of these days."""
    clock = _CLOCK.fullmatch(time)
    if clock is None:
        raise FormError("time", texts.NO_TIME.format(time), hint=texts.TIME_ABOUT)
    return (
        f"{int(clock[2])} {int(clock[1])} * * ? *"
        if days == "*"
        else f"{int(clock[2])} {int(clock[1])} ? * {days} *"
    )
