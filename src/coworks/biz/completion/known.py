"""What there is around a workflow, as far as it is offered: services with their entries, other workflows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coworks.biz.contract_check import fits, path_segments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.biz.templates import Template


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry of a service. `takes` are the names of its parameters by the place where an order has them
    (`query`, `body`), `answers` those of the fields of its answer, where its type tells.
    """

    method: str
    path: str
    about: str = ""
    takes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The services and the other workflows of a project, and the library of predefined ones."""

    services: Mapping[str, tuple[KnownEntry, ...]] = field(default_factory=dict)
    workflows: tuple[str, ...] = ()
    library: Mapping[str, str] = field(default_factory=dict)

    def entry(self, service: str, verb: str, path: Template) -> KnownEntry | None:
        """The entry that an order is for."""
        segments = path_segments(path)
        fitting = [one for one in self.entries(service, verb) if fits(segments, one.path)]
        return min(fitting, key=lambda one: one.path.count("{")) if fitting else None

    def entries(self, service: str, verb: str) -> list[KnownEntry]:
        """Those of a service that answer a verb."""
        return [one for one in self.services.get(service, ()) if one.method.lower() == verb]
