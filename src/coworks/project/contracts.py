"""A service's entries as the plain contract that workflows are checked against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.biz import EntryContract, ParameterContract, ServiceContract

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coworks.biz.contracts import Source
    from coworks.project.model import BrokenService, Service
    from coworks.tech.entries import Entry, Parameter

_SOURCES: dict[str, Source] = {"path": "path", "query-or-body": "argument", "body": "body"}
_SIMPLE_TYPES = (str, int, float, bool, list, dict)


def contracts_of(services: Iterable[Service], broken: Iterable[BrokenService]) -> dict[str, ServiceContract]:
    """What is known of all services, by name."""
    contracts = {service.name: contract_of(service) for service in services}
    return contracts | {service.name: ServiceContract(service.name, None) for service in broken}


def contract_of(service: Service) -> ServiceContract:
    """What the service answers and takes, without the service."""
    contracts = [_entry(entry, method) for entry in service.app.entries for method in entry.methods]
    return ServiceContract(service.name, tuple(contracts))


def _entry(entry: Entry, method: str) -> EntryContract:
    parameters = tuple(_parameter(parameter) for parameter in entry.parameters)
    return EntryContract(method, entry.path, parameters, entry.takes_rest)


def _parameter(parameter: Parameter) -> ParameterContract:
    return ParameterContract(
        parameter.name, parameter.required, _SOURCES[parameter.source], _simple_type(parameter.annotation)
    )


def _simple_type(annotation: Any) -> str | None:
    """The name of a simple type, whether the annotation is the class or its name; None for all others."""
    for kind in _SIMPLE_TYPES:
        if annotation is kind or annotation == kind.__name__:
            return kind.__name__
    return None
