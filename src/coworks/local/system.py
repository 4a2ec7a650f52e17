"""The parts of a project put together on one machine, from `start` to `stop`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from coworks.engine import Engine, FolderBuckets, Quotas, SqliteStore, hold
from coworks.local.assembled import Assembled
from coworks.local.aws.environment import aws_environment
from coworks.local.aws.resources import Resources
from coworks.local.bucket_watch import BucketWatch
from coworks.local.bus import Bus, topic_publisher
from coworks.local.environment import environment_with, unless_set
from coworks.local.failures import FailureLines
from coworks.local.grace import Grace
from coworks.local.invoker import Services, service_invoker
from coworks.local.lock import ProjectLock
from coworks.local.machines import put_machines
from coworks.local.mail import HOST, MailBox, MailServer
from coworks.local.queues.project import project_queues
from coworks.local.results import result_sender, secret_kept_in
from coworks.local.schedules import Schedules
from coworks.project.state_folder import prepare_state_folder
from coworks.tech.answer_stores import SqliteStore as Answers
from coworks.tech.clients import carry_by
from coworks.tech.task_results import send_results_by
from coworks.tech.topics import publish_by

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack
    from pathlib import Path

    from coworks.local.invoker import Runner
    from coworks.local.queues import Queues
    from coworks.project import Project

    Isolation = Callable[["System"], Runner]

DATABASE = "engine.db"
ANSWERS = "idempotency.db"


class System(Assembled):
    """A project that runs: a context manager.

    `with System(project, url) as system:` takes the project's lock, opens its state, takes up what a
    former process left, and ends cleanly. `url` is where the services will answer; they read it as `CWS_URL`.
    Without `triggers` nothing is started but what is asked for: no schedule, no delivery of the bus.
    `isolation` makes what runs the services elsewhere than in this process.
    Raises `ProjectInUseError` when another process runs the project, `DatabaseInUseError`
    when `cws engine` works on its database.
    """

    engine: Engine
    mailbox: MailBox
    queues: Queues
    bus: Bus
    services: Services
    aws: Resources

    def __init__(
        self,
        project: Project,
        url: str,
        *,
        triggers: bool = True,
        failure_lines: bool = True,
        isolation: Isolation | None = None,
    ) -> None:
        super().__init__()
        self.project = project
        self.url = url
        self._triggers = triggers
        self._failure_lines = failure_lines
        self._isolation = isolation

    def _build(self, parts: ExitStack) -> None:
        folder = self.project.settings.state_folder
        lock = self._hold(folder, parts)
        self._open_mailbox(folder, parts)
        self._make_engine(folder, parts)
        self._open_queues_and_bus(folder, parts)
        # Tasks that were in flight are called again at once: all that services may ask for is there by now.
        self.engine.start()
        if self._triggers:
            self._start_triggers(folder, parts)
        lock.publish(self.url)

    def _hold(self, folder: Path, parts: ExitStack) -> ProjectLock:
        """Have the state of the project for this process alone."""
        prepare_state_folder(folder)
        lock = ProjectLock(folder)
        lock.acquire()
        parts.callback(lock.release)
        parts.enter_context(hold(folder / DATABASE, self.url))
        # What a process that was killed had begun to answer is begun anew, not refused as under way.
        Answers(str(folder / ANSWERS)).release_all()
        return lock

    def _open_mailbox(self, folder: Path, parts: ExitStack) -> None:
        """Take mails, and tell the services where, with all else that they find in their environment."""
        self.mailbox = MailBox(folder / "mail.db")
        parts.callback(self.mailbox.close)
        server = MailServer(self.mailbox, certificates=folder)
        server.start()
        parts.callback(server.stop)
        parts.enter_context(environment_with(unless_set(self._environment(server.port))))

    def _make_engine(self, folder: Path, parts: ExitStack) -> None:
        """What runs the workflows, and the services that they call."""
        store = SqliteStore(folder / DATABASE)
        parts.callback(store.close)
        self._failures = FailureLines(self.project.workflows, store)
        self.services = Services(self.project, self._isolation(self) if self._isolation else None)
        parts.callback(self.services.run.stop)
        self.engine = Engine(
            store,
            service_invoker(self.services),
            ended=self._failures if self._failure_lines else None,
            quotas=Quotas.read(os.environ),
            buckets=FolderBuckets(folder / "buckets"),
        )
        parts.callback(carry_by(self.services.carry))
        parts.callback(send_results_by(result_sender(self.engine)))
        put_machines(self.engine, self.project.workflows)
        parts.callback(self.engine.stop)

    def _open_queues_and_bus(self, folder: Path, parts: ExitStack) -> None:
        grace = Grace()
        self._queues = parts.enter_context(
            project_queues(folder, self.project, self.engine, self.services.call, grace, works=self._triggers)
        )
        self.queues = self._queues.queues
        self.bus = Bus(
            folder / "bus.db",
            self.project,
            self.engine,
            self.services.call,
            grace=grace,
            send=self.queues.send,
        )
        parts.callback(self.bus.close)
        parts.callback(publish_by(topic_publisher(self.bus)))
        self.aws = Resources(
            folder / "aws.db", lambda: self.project, self.bus, self.services.call, self.engine.clock
        )
        parts.callback(self.aws.close)

    def _start_triggers(self, folder: Path, parts: ExitStack) -> None:
        """Let happen what starts something by itself."""
        self.bus.start()
        parts.callback(self.bus.stop)
        self._schedules = Schedules(self.project.workflows, self.engine)
        self._watch = BucketWatch(folder / "buckets", self.bus)
        self._schedules.start()
        self._watch.start()
        self.aws.schedules.timetable.start()
        parts.callback(self._stop_triggers)

    def use(self, project: Project) -> None:
        """Run this state of the project from now on. What is under way ends as it began.

        Raises `UsageError` for a project that cannot run, and changes nothing then.
        """
        self._queues.use(project)
        put_machines(self.engine, project.workflows, former=self.project.workflows)
        self.services.use(project)
        self._failures.use(project.workflows)
        self.bus.use(project)
        self.project = project
        if self._triggers:
            self._use_triggers()

    def _use_triggers(self) -> None:
        # Both schedules may perform a tick: its execution has one name, and so is started once.
        schedules, former = Schedules(self.project.workflows, self.engine), self._schedules
        schedules.start()
        self._schedules = schedules
        former.stop()
        if self._watch.buckets != self.bus.buckets:
            self._watch.stop()
            self._watch = BucketWatch(self.project.settings.state_folder / "buckets", self.bus)
            self._watch.start()

    def _stop_triggers(self) -> None:
        self._schedules.stop()
        self.aws.schedules.timetable.stop()
        self._watch.stop()

    def _environment(self, smtp_port: int) -> dict[str, str]:
        """What the services find in their environment, unless the user set it."""
        sender = f"{self.project.settings.name}@localhost"
        known = {"CWS_URL": self.url, "CWS_STAGE": self.project.settings.stage, "MAIL_FROM": sender}
        known["CWS_IDEMPOTENCY_FILE"] = str(self.project.settings.state_folder / ANSWERS)
        known["APPROVAL_SECRET"] = secret_kept_in(self.project.settings.state_folder / "approval_secret")
        known |= aws_environment(f"{self.url}/_aws", os.environ)
        if "SMTP_HOST" not in os.environ:
            known |= {"SMTP_HOST": HOST, "SMTP_PORT": str(smtp_port)}
        return known
