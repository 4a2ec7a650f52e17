"""The project at a glance: what the first page shows, as plain values."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.triggers import BY_CLOCK
from coworks.console.approvals import waiting_approvals
from coworks.engine import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.biz import CompiledWorkflow
    from coworks.console.approvals import Approval
    from coworks.engine import Engine, Execution
    from coworks.local import System
    from coworks.project import Service

_FAILURES: Final = (Status.FAILED, Status.TIMED_OUT)
_MOST_FAILURES: Final = 500
_MAILS: Final = 5


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry of a service: `GET /status`, and what it is for."""

    method: str
    path: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """A service; `report` says why it did not load."""

    name: str
    about: str
    entries: tuple[EntryLine, ...] = ()
    report: str = ""


@dataclass(frozen=True, slots=True)
class WorkflowLine:
    """A workflow. Moments are seconds since the epoch; `failures` counts those of today."""

    name: str
    about: str
    triggers: tuple[str, ...]
    next_run: float | None
    last: Execution | None
    failures: int
    problems: int

    @property
    def can_run(self) -> bool:
        return self.problems == 0


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A queue and what it holds; `dead` are the letters that could not be delivered, in `dead_letters`."""

    name: str
    waiting: int
    in_flight: int
    delayed: int
    dead_letters: str | None
    dead: int

    @property
    def holds(self) -> bool:
        """True when there is anything in it, or next to it."""
        return bool(self.waiting or self.in_flight or self.delayed or self.dead)


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail that was caught."""

    id: int
    received: float
    to: str
    subject: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it."""

    project: str
    workflows: tuple[WorkflowLine, ...]
    services: tuple[ServiceCard, ...]
    queues: tuple[QueueLine, ...]
    mails: tuple[MailLine, ...]
    approvals: tuple[Approval, ...] = ()

    @property
    def failures(self) -> int:
        return sum(one.failures for one in self.workflows)

    @property
    def dead(self) -> int:
        return sum(one.dead for one in self.queues)

    @property
    def broken(self) -> tuple[str, ...]:
        """The names of services that did not load."""
        return tuple(one.name for one in self.services if one.report)

    @property
    def mistaken(self) -> tuple[str, ...]:
        """The names of workflows with mistakes."""
        return tuple(one.name for one in self.workflows if not one.can_run)

    @property
    def coming(self) -> tuple[WorkflowLine, ...]:
        """What is started by the clock next, the soonest first."""
        due = [one for one in self.workflows if one.next_run is not None]
        return tuple(sorted(due, key=lambda one: (one.next_run or 0, one.name)))


def overview_of(system: System) -> Overview:
    """The project as it stands now. Reads the disk: call it in a worker thread."""
    project, now = system.project, system.engine.clock.now()
    failures = dict(_failures_today(system.engine, now))
    return Overview(
        project.settings.name,
        tuple(_workflow(one, system.engine, failures.get(one.name, 0), now) for one in project.workflows),
        (
            *(_service(one) for one in project.services),
            *(ServiceCard(one.name, "", report=one.report) for one in project.broken),
        ),
        tuple(_queues(system)),
        tuple(_mail(one) for one in system.mailbox.mails(_MAILS)),
        waiting_approvals(system),
    )


def _failures_today(engine: Engine, now: float) -> Iterator[tuple[str, int]]:
    """How often each workflow failed since midnight, where this server is."""
    midnight = datetime.fromtimestamp(now).astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    failed = [
        execution.machine
        for status in _FAILURES
        for execution in engine.list_executions(status=status, limit=_MOST_FAILURES)
        if execution.started >= midnight.timestamp()
    ]
    return ((name, failed.count(name)) for name in set(failed))


def _workflow(workflow: CompiledWorkflow, engine: Engine, failures: int, now: float) -> WorkflowLine:
    last = engine.list_executions(workflow.name, limit=1)
    return WorkflowLine(
        workflow.name,
        workflow.comment or "",
        tuple(trigger.describe() for trigger in workflow.triggers),
        next_run(workflow, now),
        last[0] if last else None,
        failures,
        len(workflow.errors),
    )


def next_run(workflow: CompiledWorkflow, now: float) -> float | None:
    """When the clock starts a workflow next; None when it never does."""
    moment = datetime.fromtimestamp(now, UTC)
    ticks = [one.next_after(moment) for one in workflow.triggers if isinstance(one, BY_CLOCK)]
    return min((tick.timestamp() for tick in ticks if tick), default=None)


def _service(service: Service) -> ServiceCard:
    entries = (
        EntryLine(method, entry.path, first_line(entry.doc))
        for entry in service.app.entries
        for method in entry.methods
    )
    return ServiceCard(service.name, first_line(type(service.app).__doc__), tuple(entries))


def first_line(doc: str | None) -> str:
    """What a docstring says first, without the marks of code."""
    return inspect.cleandoc(doc).partition("\n")[0].replace("`", "") if doc else ""


def _queues(system: System) -> Iterator[QueueLine]:
    counts = system.queues.counts()
    settings = {name: system.queues.settings(name) for name in counts}
    buried = {one.dead_letters for one in settings.values()}
    for name, held in counts.items():
        if name not in buried:
            dead_letters = settings[name].dead_letters
            dead = counts[dead_letters].waiting if dead_letters in counts else 0
            yield QueueLine(name, held.waiting, held.in_flight, held.delayed, dead_letters, dead)


def _mail(mail: dict[str, Any]) -> MailLine:
    return MailLine(mail["id"], mail["received"], ", ".join(mail["to"]), mail["subject"])
