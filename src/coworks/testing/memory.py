"""A whole project in memory: workflows, queues, events, schedules and mails, on a clock turned by hand.

The parts are those of `cws run`, without a thread, a socket or a state folder: everything happens in the
thread of the test, when it asks for something or lets time pass.
"""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore, Status
from coworks.engine.records import Through
from coworks.errors import CoWorksError, did_you_mean
from coworks.local.assembled import Assembled
from coworks.local.bus import Bus, File, topic_publisher
from coworks.local.bus.envelopes import Happening, Publication
from coworks.local.invoker import Services, service_invoker
from coworks.local.machines import put_machines
from coworks.local.queues import Queues
from coworks.local.queues.project import DATABASE, LocalCarrier, ProjectQueues
from coworks.local.queues.records import dead_letters_of
from coworks.local.replay import Beginning, begin_at, run_again
from coworks.local.results import result_sender
from coworks.local.schedules import Schedules
from coworks.local.visits import read_visits
from coworks.tech.clients import carry_by
from coworks.tech.outgoing import order_json
from coworks.tech.queues import send_by
from coworks.tech.task_results import send_results_by
from coworks.tech.topics import publish_by
from coworks.testing.answers import AnswersByRun, StepAnswers
from coworks.testing.clients import Client
from coworks.testing.coverage import measured
from coworks.testing.mails import mails_of
from coworks.testing.runs import run_of, step_names, unknown_step

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack

    from coworks.biz import CompiledWorkflow
    from coworks.engine import Execution
    from coworks.project import Project
    from coworks.tech.queues import Delivery
    from coworks.testing.beginnings import AtStep
    from coworks.testing.runs import WorkflowRun

START: Final = datetime(2027, 1, 15, 8, tzinfo=UTC)
"""The moment at which a project in memory begins, unless the test says another."""

_MOST_RUNS: Final = 10_000
_LONGEST: Final = timedelta(days=366)  # AWS ends an execution after a year


class ProjectInMemory(Assembled):
    """A project for one test, a context manager. `clock` is the moment at which it begins (aware).

    Whatever a test does has all its consequences at once; what is due later comes with `advance`. Without
    `triggers` nothing happens but what is asked for. Raises `CoWorksError` when a service does not load.
    """

    def __init__(self, project: Project, *, clock: datetime = START, triggers: bool = True) -> None:
        super().__init__()
        self.project = project
        self._triggers = triggers
        self._clock = ManualClock(clock.astimezone(UTC).timestamp())
        self._answers = AnswersByRun()

    def _build(self, parts: ExitStack) -> None:
        if broken := [service.report for service in self.project.broken]:
            raise CoWorksError("the project cannot run:\n" + "\n".join(broken))
        self._box = parts.enter_context(mails_of(self.project))
        self._services = Services(self.project)
        self._engine = Engine(
            MemoryStore(),
            service_invoker(self._services),
            clock=self._clock,
            workers=InlineWorkers(),
            mocks=self._answers,
        )
        put_machines(self._engine, self.project.workflows)
        self._bus = Bus(":memory:", self.project, self._engine, self._services.call, InlineWorkers())
        parts.callback(self._bus.close)
        self._schedules = Schedules(self.project.workflows, self._engine)
        parts.callback(carry_by(self._services.carry))
        parts.callback(send_by(self._carry_to_queue))
        parts.callback(publish_by(topic_publisher(self._bus)))
        parts.callback(send_results_by(result_sender(self._engine)))

    @cached_property
    def _queues(self) -> ProjectQueues:
        folder = self._parts.enter_context(TemporaryDirectory())
        queues = self._parts.enter_context(closing(Queues(Path(folder) / DATABASE, self._engine.clock.now)))
        return ProjectQueues(queues, self.project, self._engine, self._services.call, workers=InlineWorkers())

    def _carry_to_queue(self, service: str, order: dict[str, Any], delivery: Delivery) -> str:
        return LocalCarrier(self._queues.queues)(service, order, delivery)

    def client(self, service: str, *, headers: Mapping[str, str] | None = None) -> Client:
        """A client of a service of the project, as `coworks.testing.client` makes it."""
        found = next((one.app for one in self.project.services if one.name == service), None)
        if found is None:
            names = [one.name for one in self.project.services]
            raise CoWorksError(f'the project has no service "{service}"', hint=did_you_mean(service, names))
        return Client(found, headers)

    def emit(self, source: str, detail_type: str, detail: Mapping[str, Any] | None = None) -> None:
        """Put an event on the bus."""
        self._bus.put_event(Happening(source, detail_type, detail or {}))
        self._settle()

    def notify(self, topic: str, message: str, *, subject: str | None = None, **attributes: Any) -> None:
        """Publish a message to a topic."""
        self._bus.publish(Publication(topic, message, subject, attributes))
        self._settle()

    def send(self, service: str, method: str, path: str, *, body: Any = None, **query: Any) -> None:
        """Leave an order in the queue of a service."""
        order = {"coworks": 1, "method": method, "path": path, "query": query, "body": body}
        self._queues.queues.send(service, order_json(order))
        self._settle()

    def message(self, queue: str, body: Any) -> None:
        """Send a message to a queue: a text, or a value as JSON."""
        self._queues.queues.send(queue, body if isinstance(body, str) else json.dumps(body))
        self._settle()

    def put_file(self, bucket: str, key: str, size: int = 0) -> None:
        """Put a file into a bucket."""
        self._bus.put_file(File(bucket, key, size, f"{self._clock.now()}"))
        self._settle()

    def start(self, workflow: str, data: Any = None) -> str:
        """Start a workflow; the id of its execution, which stands where it first waits."""
        started = self._begin(self._workflow(workflow), Beginning(_text(data)), None)
        self._settle()
        return started.name

    def run(
        self,
        workflow: str,
        data: Any = None,
        *,
        answers: Mapping[str, Any] | None = None,
        at: AtStep | None = None,
    ) -> WorkflowRun:
        """Run a workflow to its end, with what `coworks.testing.run` takes; time passes."""
        compiled = self._workflow(workflow)
        start = begin_at(compiled, at.step, at.variables, at.given) if at else None
        return self._perform(compiled, Beginning(_text(data), start), answers or {})

    def replay(
        self,
        identity: str,
        step: str | None = None,
        *,
        changes: Any = None,
        answers: Mapping[str, Any] | None = None,
    ) -> WorkflowRun:
        """Run an earlier run again to its end, by its id: from its beginning, or from a step with other data.

        `changes` are a JSON Merge Patch (RFC 7396) of the input, or from a step of the variables known there.
        """
        found = [one for one in self._engine.list_executions(limit=_MOST_RUNS) if one.name == identity]
        if not found:
            raise CoWorksError(f'no run has the id "{identity}"', hint="a run tells it: run(...).id")
        compiled = self._workflow(found[0].machine)
        events = self._engine.get_execution_history(compiled.name, identity)
        return self._perform(compiled, run_again(compiled, found[0], events, step, changes), answers or {})

    def _perform(
        self, compiled: CompiledWorkflow, beginning: Beginning, answers: Mapping[str, Any]
    ) -> WorkflowRun:
        names = step_names(compiled)
        for step in answers:
            if step not in names:
                raise unknown_step(f'"{compiled.name}"', step, names)
        stand_in = StepAnswers(compiled.name, answers, compiled.source_map)
        execution = self._begin(compiled, beginning, self._answers.add(stand_in))
        self._wait_for(execution)
        if stand_in.trouble:
            raise stand_in.trouble
        return self._told(self._engine.describe_execution(compiled.name, execution.name))

    def advance(self, **time: float) -> None:
        """Let time pass, as `timedelta` takes it: `advance(days=3)`."""
        self.advance_to(self.now + timedelta(**time))

    def advance_to(self, moment: datetime) -> None:
        """Let time pass until a moment; all that is due on the way happens at its time."""
        ends = moment.timestamp()
        while (due := self._settle()) <= ends:
            self._clock.advance_to(due)
        self._clock.advance_to(ends)
        self._settle()

    @property
    def now(self) -> datetime:
        """The time of the project."""
        return datetime.fromtimestamp(self._clock.now(), UTC)

    @property
    def mails(self) -> tuple[dict[str, Any], ...]:
        """The mails that were sent, the newest first."""
        return tuple(self._box.mails()) if self._box else ()

    def runs(self, workflow: str) -> tuple[WorkflowRun, ...]:
        """The runs of a workflow, however they were started, the oldest first."""
        self._workflow(workflow)
        return tuple(self._told(one) for one in reversed(self._engine.list_executions(workflow)))

    def waiting(self, queue: str) -> int:
        """How many messages are in a queue."""
        counts = self._queues.queues.counts()[queue]
        return counts.waiting + counts.in_flight + counts.delayed

    def dead_letters(self, queue: str) -> tuple[str, ...]:
        """The bodies of the messages of a queue that failed too often; they are taken out."""
        dead = dead_letters_of(queue)
        received = self._queues.queues.receive(dead, limit=10, wait=0)
        self._queues.queues.delete(dead, *(one.receipt for one in received))
        return tuple(one.body for one in received) + (self.dead_letters(queue) if received else ())

    def _workflow(self, name: str) -> CompiledWorkflow:
        """A workflow that can run; raises `CoWorksError` when there is none, or with its mistakes."""
        compiled = self.project.workflow(name)
        if mistakes := [one.render() for one in compiled.errors]:
            raise CoWorksError(f'the workflow "{name}" cannot run:\n' + "\n".join(mistakes))
        return compiled

    def _begin(self, compiled: CompiledWorkflow, beginning: Beginning, case: str | None) -> Execution:
        through = Through(self._engine.machines.current(compiled.name).id, test_case=case)
        start = self._engine.start_execution
        return start(compiled.name, beginning.input, through=through, at=beginning.at)

    def _wait_for(self, execution: Execution) -> None:
        """Let time pass until an execution is over, or nothing moves it on any more.

        Where nothing else goes on, without triggers, what it has started comes to its end too.
        """
        ends = (self.now + _LONGEST).timestamp()
        while (due := self._settle()) <= ends:
            found = self._engine.describe_execution(execution.machine, execution.name)
            is_over = found.status is not Status.RUNNING
            if self._engine.next_wake is None or (is_over and self._triggers):
                return
            self._clock.advance_to(due)

    def _told(self, execution: Execution) -> WorkflowRun:
        compiled = self.project.workflow(execution.machine)
        events = tuple(self._engine.get_execution_history(execution.machine, execution.name))
        visits = read_visits(execution, events)
        for coverage in measured():
            coverage.record(compiled, visits)
        return run_of(execution, visits, events, compiled, self.mails)

    def _settle(self) -> float:
        """Do all that can be done now; the moment of what is due next, `inf` when nothing is."""
        before: object = None
        while before != (due := self._round()):
            before = due
        return min(due[0])

    def _round(self) -> tuple[tuple[float, ...], tuple[int, int]]:
        """Let each part do what it can: when each has something to do next, and what tells of changes."""
        self._engine.work()
        if not self._triggers:
            return (_or_never(self._engine.next_wake),), (0, 0)
        bus, queues = self._bus, self._queues
        delivery, rest = bus.deliveries.make_due(), self._schedules.perform_due()
        tick = None if rest is None else self._clock.now() + rest
        message = queues.mapping.receive_due()
        due = tuple(_or_never(one) for one in (self._engine.next_wake, delivery, tick, message))
        return due, (queues.queues.bells.heard(), bus.state()["waiting"])


def _text(data: Any) -> str:
    """The data of a run as JSON; a run without has an empty object."""
    return json.dumps({} if data is None else data)


def _or_never(moment: float | None) -> float:
    return inf if moment is None else moment
