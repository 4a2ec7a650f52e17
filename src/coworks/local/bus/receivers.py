"""Who wants what happened: the workflows by their triggers, the services by what they subscribe to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from coworks.biz.triggers import OnBucket, OnEvent, OnTopic
from coworks.local.bus.envelopes import creation_of, event_of, notification_of, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coworks.biz.triggers import Trigger
    from coworks.local.bus.envelopes import Publication
    from coworks.project import Project

Kind = Literal["workflow", "service", "queue", "topic"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one receiver is given. `payload` is JSON text: the input of an execution, a Lambda's event, the
    text for a topic, or for a queue an object of `body`, `group` and `attributes`.

    `name` is made of the id of what happened and the place of the trigger, so that an execution of this name
    is started once, however often it is delivered.
    """

    kind: Kind
    target: str
    name: str
    payload: str

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"


@dataclass(frozen=True, slots=True)
class File:
    """A file that came into a bucket. `size` is in bytes; the `version` tells it from what it was before."""

    bucket: str
    key: str
    size: int
    version: str


class Receivers:
    """The receivers of a project."""

    def __init__(self, project: Project) -> None:
        self._workflows: list[tuple[str, tuple[Trigger, ...]]] = [
            (workflow.name, workflow.triggers)
            for workflow in project.workflows
            if workflow.definition is not None
        ]
        self._services = [(service.name, service.subscriptions) for service in project.services]

    def of_event(self, event: Mapping[str, Any]) -> list[Delivery]:
        """The deliveries of an event, which is whole: with its source, detail and id."""
        found = [
            delivery_of("workflow", workflow, event["id"], place, trigger.input_for(event))
            for workflow, place, trigger in self._triggers()
            if isinstance(trigger, OnEvent) and trigger.fits(event)
        ]
        for service, subscriptions in self._services:
            if any(isinstance(one, OnEvent) and one.fits(event) for one in subscriptions):
                found.append(delivery_of("service", service, event["id"], 0, event))
        return found

    def of_publication(self, publication: Publication, identity: str, moment: float) -> list[Delivery]:
        """The deliveries of what is published to a topic."""

        told = said(publication)
        found = [
            delivery_of("workflow", workflow, identity, place, trigger.input_for(told))
            for workflow, place, trigger in self._triggers()
            if isinstance(trigger, OnTopic) and _wants(trigger, publication)
        ]
        notification = notification_of(publication, identity, moment)
        for service, subscriptions in self._services:
            if any(isinstance(one, OnTopic) and _wants(one, publication) for one in subscriptions):
                found.append(delivery_of("service", service, identity, 0, notification))
        return found

    def of_file(self, file: File, identity: str, moment: float) -> list[Delivery]:
        """The deliveries of a file."""
        told = {"bucket": file.bucket, "key": file.key, "size": file.size}
        found = [
            delivery_of("workflow", workflow, identity, place, trigger.input_for(told))
            for workflow, place, trigger in self._triggers()
            if isinstance(trigger, OnBucket) and _wants_file(trigger, file)
        ]
        event = event_of(creation_of(file.bucket, file.key, file.size), identity, moment)
        for service, subscriptions in self._services:
            if any(isinstance(one, OnBucket) and _wants_file(one, file) for one in subscriptions):
                found.append(delivery_of("service", service, identity, 0, event))
        return found

    @property
    def buckets(self) -> frozenset[str]:
        """The buckets whose files start something."""
        wanted = [one for _, _, one in self._triggers()]
        wanted += [one for _, subscriptions in self._services for one in subscriptions]
        return frozenset(one.bucket for one in wanted if isinstance(one, OnBucket))

    def _triggers(self) -> Iterator[tuple[str, int, Trigger]]:
        for workflow, triggers in self._workflows:
            for place, trigger in enumerate(triggers):
                yield workflow, place, trigger


def _wants_file(trigger: OnBucket, file: File) -> bool:
    return trigger.bucket == file.bucket and trigger.fits(file.key)


def _wants(trigger: OnTopic, publication: Publication) -> bool:
    return trigger.topic == publication.topic and trigger.fits(publication.attributes)


def delivery_of(kind: Kind, target: str, identity: str, place: int | str, payload: Any) -> Delivery:
    """A delivery of a JSON value."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return Delivery(kind, target, f"{identity}_{place}", text)
