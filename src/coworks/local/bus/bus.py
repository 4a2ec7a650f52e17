"""The bus and the topics of a project, on one machine."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from coworks.local.bus.delivering import Deliveries, sender, starter
from coworks.local.bus.envelopes import (
    Happening,
    Publication,
    check_happening,
    check_publication,
    event_of,
)
from coworks.local.bus.kept import KeptDeliveries
from coworks.local.bus.receivers import Receivers, delivery_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from coworks.engine import Engine
    from coworks.engine.workers import Workers
    from coworks.local.bus.receivers import Delivery, File
    from coworks.local.grace import Grace
    from coworks.project import Project


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted: its id, and who is told of it, such as `workflow big_order`."""

    id: str
    receivers: tuple[str, ...]


class Receiving(Protocol):
    """Tells who wants what happened."""

    def of_event(self, event: Mapping[str, Any]) -> list[Delivery]: ...

    def of_publication(self, publication: Publication, identity: str, moment: float) -> list[Delivery]: ...


class Bus:
    """Takes events and publications, and delivers them. `call` calls a service by its name, `send` sends to
    a queue.

    A delivery that a former process left is made after `start`.
    """

    def __init__(
        self,
        path: Path | str,
        project: Project,
        engine: Engine,
        call: Callable[[str, Any], Any],
        workers: Workers | None = None,
        grace: Grace | None = None,
        send: Callable[..., object] | None = None,
    ) -> None:
        self._receivers = Receivers(project)
        self._others: list[Receiving] = []
        self._clock = engine.clock
        self._kept = KeptDeliveries(path)

        def call_service(delivery: Delivery) -> None:
            call(delivery.target, json.loads(delivery.payload))

        def publish(delivery: Delivery) -> None:
            self.publish(Publication(delivery.target, json.loads(delivery.payload)))

        deliver = {"workflow": starter(engine), "service": call_service, "topic": publish}
        if send is not None:
            deliver["queue"] = sender(send)
        self.deliveries = Deliveries(self._kept, deliver, engine.clock, workers, grace)

    def use(self, project: Project) -> None:
        """Deliver to the receivers of this project from now on."""
        self._receivers = Receivers(project)

    def tell_too(self, others: Receiving) -> None:
        """Deliver to these from now on, beside those of the project."""
        self._others.append(others)

    def start(self) -> None:
        self.deliveries.start()

    def stop(self) -> None:
        self.deliveries.stop()

    def close(self) -> None:
        self._kept.close()

    def put_event(self, happening: Happening, moment: float | None = None) -> Accepted:
        """Tell an event to those whose patterns it fits; their deliveries are on disk when this returns.

        `moment` is the event's `time`, now if None. Raises `NotAcceptedError` for what EventBridge refuses.
        """
        check_happening(happening)
        identity = str(uuid.uuid4())
        event = event_of(happening, identity, self._clock.now() if moment is None else moment)
        receivers = [self._receivers, *self._others]
        return self._accept(identity, [one for known in receivers for one in known.of_event(event)])

    def publish(self, publication: Publication) -> Accepted:
        """Tell a message to those who are subscribed to its topic; on disk when this returns.

        Raises `NotAcceptedError` for what SNS refuses.
        """
        check_publication(publication)
        identity = str(uuid.uuid4())
        receivers, now = [self._receivers, *self._others], self._clock.now()
        return self._accept(
            identity,
            [one for known in receivers for one in known.of_publication(publication, identity, now)],
        )

    def put_file(self, file: File) -> Accepted:
        """Tell a file to those whose triggers it fits. It is kept with the file's version, in one step."""
        identity = str(uuid.uuid4())
        return self._accept(identity, self._receivers.of_file(file, identity, self._clock.now()), file)

    def accept(self, *deliveries: Delivery) -> None:
        """Have these made; they are on disk when this returns."""
        self._accept("", list(deliveries))

    def call(self, service: str, event: Any) -> str:
        """Have a service called with an event, as by Lambda's asynchronous Invoke; gives the call's id."""
        identity = str(uuid.uuid4())
        self._accept(identity, [delivery_of("service", service, identity, 0, event)])
        return identity

    @property
    def buckets(self) -> frozenset[str]:
        """The buckets whose files start something."""
        return self._receivers.buckets

    def versions(self, bucket: str) -> dict[str, str]:
        """The versions of the files of a bucket that were put, by their keys."""
        return self._kept.versions(bucket)

    def forget_file(self, bucket: str, key: str) -> None:
        """The file is gone; one of this name is new."""
        self._kept.forget(bucket, key)

    def state(self) -> dict[str, Any]:
        """How many deliveries wait (`waiting`), and those that were given up (`failed`), newest first."""
        return {"waiting": self._kept.count(), "failed": self._kept.failed()}

    def try_again(self) -> int:
        """Make all deliveries anew that were given up; how many they are."""
        number = self._kept.try_again(self._clock.now())
        self.deliveries.wake()
        return number

    def _accept(self, identity: str, deliveries: list[Delivery], file: File | None = None) -> Accepted:
        if deliveries or file:
            self._kept.add(deliveries, self._clock.now(), file)
            self.deliveries.wake()
        return Accepted(identity, tuple(dict.fromkeys(map(str, deliveries))))


def topic_publisher(bus: Bus) -> Callable[[str, str, str | None], str]:
    """What carries the messages that services publish (`coworks.tech.topics`) to the topics of this bus."""
    return lambda topic, message, subject: (
        bus.publish(Publication(topic.rpartition(":")[2], message, subject)).id
    )
