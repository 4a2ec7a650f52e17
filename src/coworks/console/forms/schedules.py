"""What starts a workflow, chosen without YAML: by the clock, by a request, by something that comes.

What is chosen is read as the compiler reads it: mistakes are told in the compiler's words, and the next times
are those of the clock that starts it.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from coworks.biz.editing import EditError, set_value
from coworks.biz.nodes import MapNode
from coworks.biz.problems import Report
from coworks.biz.source import read_source
from coworks.biz.triggers import BY_CLOCK, Every, read_triggers
from coworks.console import texts
from coworks.console.forms.fields import FormError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.biz.triggers import ByClock, Trigger

_SEVERAL: Final = 3


def checked_trigger(written: Mapping[str, Any]) -> Trigger:
    """What a trigger under `on` is. Raises `FormError` with the first mistake in it."""
    text = set_value("on: []\n", ("on",), [dict(written)])
    report = Report("", text)
    root = read_source(text, report)
    entry = root.get("on") if isinstance(root, MapNode) else None
    found = read_triggers(entry, report) if entry else ()
    for problem in report.problems():
        if problem.severity == "error":
            raise FormError("", problem.message, hint=problem.hint or None)
    return found[0]


def trigger_in_words(written: Any) -> str:
    """What a trigger is, in words; that it has mistakes, for one that has."""
    try:
        return checked_trigger(written).describe()
    except (FormError, EditError, TypeError, ValueError, IndexError):
        return texts.TRIGGER_UNKNOWN


def schedule_told(trigger: Trigger, now: float, here: tzinfo | None = None) -> str:
    """The words of a trigger, and when it starts the workflow next: `every weekday at 08:00 (Europe/Paris);
    next: Wed 25 Nov 2026 08:00`. `now` is in seconds since 1970, `here` the zone of what has none itself.
    """
    words = trigger.describe()
    if not isinstance(trigger, BY_CLOCK):
        return words
    zone = here if isinstance(trigger, Every) else ZoneInfo(trigger.timezone)
    times = _next_times(trigger, datetime.fromtimestamp(now, UTC), zone)
    return f"{words}; {texts.NEXT.format(', '.join(times))}" if times else f"{words}; {texts.NEVER_AGAIN}"


def _next_times(trigger: ByClock, moment: datetime, zone: tzinfo | None) -> list[str]:
    """The next time; for a trigger that has no words, a few of them."""
    many = _SEVERAL if "cron(" in trigger.describe() else 1
    times: list[str] = []
    while len(times) < many and (following := trigger.next_after(moment)):
        times.append(f"{following.astimezone(zone):%a %d %b %Y %H:%M}")
        moment = following
    return times
