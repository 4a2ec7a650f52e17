"""Running a workflow in memory: the engine that `cws run` uses, on a clock that is turned by hand."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coworks.catalog.approval import ApprovalMicroService
from coworks.catalog.mail import MailMicroService
from coworks.catalog.notify import NotifyMicroService
from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore
from coworks.engine.records import Through
from coworks.errors import CoWorksError, did_you_mean
from coworks.local.invoker import Services, service_invoker
from coworks.local.mail import HOST, MailBox, MailServer
from coworks.local.runs import description
from coworks.local.visits import read_visits
from coworks.project import load_project
from coworks.testing.answers import CallMade, StepAnswers
from coworks.testing.coverage import measured

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coworks.biz import CompiledWorkflow
    from coworks.project import Project

_START = 1_800_000_000.0
_SENDING = (MailMicroService, ApprovalMicroService, NotifyMicroService)
# Where the links of mails lead: nobody opens them in a test.
_NOWHERE = "http://localhost"


class Visited:
    """Whether a run came to a step; as a text, why one would think so."""

    def __init__(self, step: str, path: tuple[str, ...]) -> None:
        self._step = step
        self._path = path

    def __bool__(self) -> bool:
        return self._step in self._path

    def __repr__(self) -> str:
        came = "came" if self else "did not come"
        return f'<the run {came} to "{self._step}": {" -> ".join(self._path) or "no step"}>'


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """How a workflow went.

    `status` is Step Functions' word; `path` the names of the steps it took, in order; `steps` what is told of
    each (status, output, tries, error, cause); `calls` what was called, whoever answered; `mails` those of
    the predefined mail service, the newest first; `history` the events as AWS tells them; `names` all steps
    of the workflow.
    """

    status: str
    output: Any
    error: str | None
    cause: str | None
    path: tuple[str, ...]
    steps: tuple[dict[str, Any], ...]
    calls: tuple[CallMade, ...] = ()
    mails: tuple[dict[str, Any], ...] = ()
    history: tuple[Mapping[str, Any], ...] = ()
    names: frozenset[str] = frozenset()

    def visited(self, step: str) -> Visited:
        """True when the run came to the step. Raises `CoWorksError` when the workflow has no such step."""
        return Visited(self._known(step), self.path)

    def result(self, step: str) -> Any:
        """What the step gave, the last time that it was done; raises `CoWorksError` when it never was."""
        given = [one["output"] for one in self.steps if one["name"] == self._known(step) and "output" in one]
        if not given:
            raise CoWorksError(f'the step "{step}" gave nothing', hint=repr(self.visited(step)))
        return given[-1]

    def calls_of(self, step: str) -> tuple[CallMade, ...]:
        """The calls that the step made, tries after an error as well."""
        return tuple(call for call in self.calls if call.step == self._known(step))

    def _known(self, step: str) -> str:
        if step not in self.names:
            raise CoWorksError(
                f'the workflow has no step "{step}"', hint=did_you_mean(step, sorted(self.names))
            )
        return step


def run(
    workflow: str,
    data: Any = None,
    *,
    project: Path | str = ".",
    answers: Mapping[str, Any] | None = None,
    clock: datetime | None = None,
) -> WorkflowRun:
    """Run a workflow of a project to its end, with its own services; waits and retries take no time.

    `answers` gives, by the name of a step, what its call is answered instead of being made: a value, an error
    (an exception or its class), a function of the call (`CallMade`), or several `in_turn`. `clock` is the
    moment at which the run starts (an aware datetime).

    Raises `CoWorksError` with every reason when a service does not load, the workflow does not compile, or a
    step is named that it does not have.
    """
    loaded = load_project(Path(project))
    compiled = loaded.workflow(workflow)
    mistakes = [service.report for service in loaded.broken] + [one.render() for one in compiled.errors]
    if mistakes:
        raise CoWorksError(f'the workflow "{workflow}" cannot run:\n' + "\n".join(mistakes))
    names = _names(compiled)
    for step in answers or {}:
        if step not in names:
            raise CoWorksError(
                f'"{workflow}" has no step "{step}" to answer', hint=did_you_mean(step, sorted(names))
            )
    with _mails_of(loaded) as box:
        stand_in = StepAnswers(workflow, answers or {}, compiled.source_map)
        told, history = _perform(loaded, compiled, data, stand_in, clock)
        mails = tuple(box.mails()) if box else ()
    if stand_in.trouble:
        raise stand_in.trouble
    return WorkflowRun(
        told["status"],
        told.get("output"),
        told.get("error"),
        told.get("cause"),
        tuple(step["name"] for step in told["steps"]),
        tuple(told["steps"]),
        tuple(stand_in.calls),
        mails,
        history,
        names,
    )


def _perform(
    loaded: Project, compiled: CompiledWorkflow, data: Any, stand_in: StepAnswers, clock: datetime | None
) -> tuple[dict[str, Any], tuple[Mapping[str, Any], ...]]:
    """The description of the execution, and its events."""
    start = _START if clock is None else clock.astimezone(UTC).timestamp()
    engine = Engine(
        MemoryStore(),
        service_invoker(Services(loaded)),
        clock=ManualClock(start),
        workers=InlineWorkers(),
        mocks=stand_in,
    )
    for one in loaded.workflows:
        if one.definition is not None:
            engine.put_state_machine(one.name, one.definition)
    through = Through(engine.machines.current(compiled.name).id, test_case="answers")
    started = engine.start_execution(compiled.name, json.dumps({} if data is None else data), through=through)
    engine.run_through()
    execution = engine.describe_execution(compiled.name, started.name)
    events = tuple(engine.get_execution_history(compiled.name, started.name))
    for coverage in measured():
        coverage.record(compiled, read_visits(execution, events))
    return description(execution, events, compiled.source_map), events


def _names(compiled: CompiledWorkflow) -> frozenset[str]:
    """The names of the steps; of a machine in the States Language, those of its states."""
    steps = {origin.step for origin in compiled.source_map.values() if origin.step}
    return frozenset(steps or compiled.source_map)


@contextmanager
def _mails_of(loaded: Project) -> Iterator[MailBox | None]:
    """A mail box for the time of the run, when the project sends mail and no server is set."""
    sends = any(isinstance(service.app, _SENDING) for service in loaded.services)
    if not sends or "SMTP_HOST" in os.environ:
        yield None
        return
    with ExitStack() as parts:
        box = MailBox(":memory:")
        parts.callback(box.close)
        server = MailServer(box)
        server.start()
        parts.callback(server.stop)
        known = {"SMTP_HOST": HOST, "SMTP_PORT": str(server.port)}
        sender = f"{loaded.settings.name}@localhost"
        asking = {"MAIL_FROM": sender, "CWS_URL": _NOWHERE, "APPROVAL_SECRET": secrets.token_urlsafe()}
        known |= {name: value for name, value in asking.items() if name not in os.environ}
        os.environ.update(known)
        parts.callback(lambda: [os.environ.pop(name) for name in known])
        yield box
