"""What the services of a process ask of others, which on Lambda they ask AWS for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.local.bus.bus import topic_publisher
from coworks.local.queues.project import LocalCarrier
from coworks.local.results import result_sender
from coworks.tech.queues import Delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coworks.local.system import System


def verbs_of(system: System) -> Mapping[str, Callable[..., Any]]:
    """What the system does for its services, by the words of `bootstrap.py`. Its parts may come later."""
    return {
        "carry": lambda service, order: system.services.carry(service, order),
        "send": lambda service, order, *how: LocalCarrier(system.queues)(service, order, Delivery(*how)),
        "publish": lambda *told: topic_publisher(system.bus)(*told),
        "result": lambda token, output: result_sender(system.engine)(token, output),
    }
