"""What starts a workflow: the list under `on`. One keyword, one small class.

nodes -> read_triggers -> clock.py      when the time comes
                          messages.py   when something comes
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, Self

from coworks.biz.reading import Shape, check_shape, item, read_list, read_map
from coworks.biz.triggers.clock import BY_CLOCK, At, ByClock, Cron, Every
from coworks.biz.triggers.messages import ByMessage, OnBucket, OnEvent, OnHttp, OnQueue, OnTopic, is_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.biz.nodes import Entry, MapNode
    from coworks.biz.problems import Report

__all__ = [
    "BY_CLOCK",
    "TRIGGER_KINDS",
    "At",
    "ByClock",
    "ByMessage",
    "Cron",
    "Every",
    "OnBucket",
    "OnEvent",
    "OnHttp",
    "OnQueue",
    "OnTopic",
    "Trigger",
    "is_name",
    "read_triggers",
]

_HINT: Final = 'write a list, for example "- every: 5 minutes"'


class Trigger(Protocol):
    """What starts a workflow. `data` becomes the input of the execution."""

    shape: ClassVar[Shape]

    @property
    def data(self) -> Mapping[str, Any] | None: ...

    @classmethod
    def read(cls, found: dict[str, Entry], report: Report) -> Self | None: ...

    def describe(self) -> str:
        """What starts the workflow, in plain words."""
        ...


TRIGGER_KINDS: Final[dict[str, type[Trigger]]] = {
    "every": Every,
    "cron": Cron,
    "at": At,
    "event": OnEvent,
    "topic": OnTopic,
    "queue": OnQueue,
    "bucket": OnBucket,
    "http": OnHttp,
}
_BESIDE: Final = {key for kind in TRIGGER_KINDS.values() for key in kind.shape.optional}


def read_triggers(entry: Entry, report: Report) -> tuple[Trigger, ...]:
    """The triggers of a workflow."""
    found = read_list(entry, report, _HINT)
    maps = [read_map(item(node, "trigger"), report, _HINT) for node in found.items] if found else []
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
    guess = next((entry for entry in found.entries if entry.key not in _BESIDE), None)
    if guess is None:
        report.add("B401", found.place, "this trigger does not say when", _HINT)
        return
    message = f'"{guess.key}" is not a kind of trigger'
    report.add(
        "B401", guess.key_place, message, report.suggest(guess.key, TRIGGER_KINDS), length=len(guess.key)
    )
