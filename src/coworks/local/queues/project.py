"""The queues of a project: those of its services and triggers, and what receives from them."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

from coworks.local.queues.consumers import consumers_of
from coworks.local.queues.mapping import EventSourceMapping
from coworks.local.queues.queues import Queues
from coworks.local.queues.records import FIFO, QueueSettings, with_dead_letters
from coworks.tech.outgoing import order_json
from coworks.tech.queues import send_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from coworks.engine import Engine
    from coworks.engine.workers import Workers
    from coworks.local.grace import Grace
    from coworks.project import Project, Settings
    from coworks.tech.queues import Delivery

DATABASE: Final = "queues.db"
WORKED_ON_FOR: Final = 180
"""Seconds that a batch may take: six times the longest call, as AWS advises."""


def declare_queues(queues: Queues, names: list[str], settings: Settings) -> None:
    """Have these queues, each with its dead letters."""
    wanted = [
        QueueSettings(
            name,
            visibility=WORKED_ON_FOR,
            max_receives=settings.max_receives(name.removesuffix(FIFO)),
            content_deduplication=name.endswith(FIFO),
        )
        for name in names
    ]
    queues.declare(*(settings for queue in wanted for settings in with_dead_letters(queue)))


class ProjectQueues:
    """What works on the `queues` of a project that runs. `call` calls a service with an event."""

    def __init__(
        self,
        queues: Queues,
        project: Project,
        engine: Engine,
        call: Callable[[str, Any], Any],
        grace: Grace | None = None,
        workers: Workers | None = None,
    ) -> None:
        self._engine = engine
        self._call = call
        consumers = consumers_of(project, engine, call)
        self.queues = queues
        self.mapping = EventSourceMapping(
            queues, consumers, clock=engine.clock.now, workers=workers, grace=grace
        )
        declare_queues(self.queues, list(consumers), project.settings)

    def use(self, project: Project) -> None:
        """Work for this project from now on. Raises what `consumers_of` raises, and changes nothing then."""
        consumers = consumers_of(project, self._engine, self._call)
        declare_queues(self.queues, list(consumers), project.settings)
        self.mapping.use(consumers)


@contextmanager
def project_queues(
    folder: Path,
    project: Project,
    engine: Engine,
    call: Callable[[str, Any], Any],
    grace: Grace,
    *,
    works: bool,
) -> Iterator[ProjectQueues]:
    """The queues of a project, kept in `folder`; with `works` their messages are worked on."""
    with closing(Queues(folder / DATABASE, engine.clock.now)) as queues:
        held = ProjectQueues(queues, project, engine, call, grace)
        take_back = send_by(LocalCarrier(queues))
        try:
            if works:
                held.mapping.start()
            yield held
        finally:
            take_back()
            if works:
                held.mapping.stop()


class LocalCarrier:
    """`connect("mail").queue.post_send(...)`: leaves the order in the queue of the service."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues

    def __call__(self, service: str, order: dict[str, Any], delivery: Delivery) -> str:
        queue = service if delivery.group is None else f"{service}{FIFO}"
        sent = self._queues.send(
            queue,
            order_json(order),
            delay=delivery.delay,
            group=delivery.group,
            deduplication_id=delivery.deduplication_id,
        )
        return sent.id
