"""A business workflow as a Python class, where its triggers are computed or shared.

    class ServerWatch(BizMicroService):
        workflow = "server_watch.yml"
        triggers = [Every(5, "minutes")]

A trigger in Python says what the list `on` says in YAML, and is read by the same reader: both give the same
thing, with the same checks.
"""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from coworks.biz.native.json_tree import read_json
from coworks.biz.problems import Place, Problem, Report
from coworks.biz.triggers import Trigger, read_triggers
from coworks.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class When:
    """What starts a workflow: the keyword of the list `on`, its value, and the keys beside it."""

    keyword: str
    value: Any
    beside: Mapping[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As it is written under `on`; what is None is left out."""
        return {self.keyword: self.value, **{key: one for key, one in self.beside.items() if one is not None}}


def Every(number: float, unit: str = "seconds", *, data: Mapping[str, Any] | None = None) -> When:
    """Every so many seconds, minutes, hours, days or weeks: `Every(5, "minutes")`."""
    return When("every", f"{number:g} {unit}", {"data": data})


def At(moment: datetime | str, *, timezone: str | None = None, data: Mapping[str, Any] | None = None) -> When:
    """Once, at a date and time: `At("2027-01-01T08:00:00", timezone="Europe/Paris")`."""
    told = moment if isinstance(moment, str) else moment.isoformat()
    return When("at", told, {"timezone": timezone, "data": data})


def Cron(fields: str, *, timezone: str | None = None, data: Mapping[str, Any] | None = None) -> When:
    """At the times of AWS's six fields: `Cron("0 8 ? * MON-FRI *", timezone="Europe/Paris")`."""
    return When("cron", fields, {"timezone": timezone, "data": data})


def OnEvent(pattern: Mapping[str, Any], **beside: Any) -> When:
    """When an event of EventBridge fits: `OnEvent({"source": ["shop"], "detail-type": ["OrderPlaced"]})`."""
    return When("event", dict(pattern), beside)


def OnTopic(topic: str | Mapping[str, Any], **beside: Any) -> When:
    """When something is published to a topic of SNS."""
    return When("topic", topic, beside)


def OnQueue(queue: str | Mapping[str, Any], **beside: Any) -> When:
    """When a message is in a queue of SQS."""
    return When("queue", queue, beside)


def OnBucket(bucket: str | Mapping[str, Any], **beside: Any) -> When:
    """When an object is put into a bucket of S3."""
    return When("bucket", bucket, beside)


def OnHttp(path: str | Mapping[str, Any], **beside: Any) -> When:
    """When an address is called."""
    return When("http", path, beside)


class BizMicroService:
    """A workflow of the file `workflow`, beside the module, which `triggers` start, and those of the file.

    The module `biz/watch.py` with one such class is the workflow `watch`; a file that a class names is no
    workflow by itself. Raises `DefinitionError` when the class is defined without a file, or its triggers
    are none.
    """

    workflow: ClassVar[str] = ""
    triggers: ClassVar[Sequence[When]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not isinstance(cls.workflow, str) or not cls.workflow:
            hint = 'name the file beside the module: workflow = "server_watch.yml"'
            raise DefinitionError(f"{cls.__name__} has no workflow", hint=hint)
        given: Sequence[object] = cls.triggers
        for one in given:
            if not isinstance(one, When):
                hint = 'write for example triggers = [Every(5, "minutes")]'
                raise DefinitionError(f"{cls.__name__}: {one!r} is no trigger", hint=hint)

    @classmethod
    def read_triggers(cls, file: str) -> tuple[tuple[Trigger, ...], tuple[Problem, ...]]:
        """The triggers of the class, and their problems, at the line of `file` that holds them."""
        try:
            text = json.dumps([one.plain() for one in cls.triggers], ensure_ascii=False)
        except (TypeError, ValueError) as error:
            raise DefinitionError(f"{cls.__name__}: the triggers are not JSON: {error}") from None
        report = Report(file, f'{{"on": {text}}}')
        root = read_json(f'{{"on": {text}}}', report)
        entry = root.get("on") if root else None
        triggers = read_triggers(entry, report) if entry and cls.triggers else ()
        place, line = cls._place_of_triggers()
        told = (
            replace(one, line=place.line, column=place.column, source_line=line, length=len("triggers"))
            for one in report.problems()
        )
        return triggers, tuple(told)

    @classmethod
    def _place_of_triggers(cls) -> tuple[Place, str]:
        """The line where the class sets its triggers, and its text; the first line when it is not found."""
        try:
            lines, first = inspect.getsourcelines(cls)
        except (OSError, TypeError):
            return Place(1, 1), ""
        for number, line in enumerate(lines):
            if line.lstrip().startswith("triggers"):
                return Place(first + number, line.index("triggers") + 1), line.rstrip("\n")
        return Place(first, 1), lines[0].rstrip("\n")
