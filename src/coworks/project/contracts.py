"""A service's entries as the plain contract that workflows are checked against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    is_typeddict,
)

from coworks.biz import EntryContract, ParameterContract, ServiceContract
from coworks.tech.typed import resolved_types

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coworks.biz.contracts import Source
    from coworks.project.model import BrokenService, Service
    from coworks.tech.entries import Entry, Parameter

_SOURCES: dict[str, Source] = {"path": "path", "query-or-body": "argument", "body": "body"}
_SIMPLE_TYPES = (str, int, float, bool, list, dict)
_LISTS = (set, frozenset, tuple, Sequence, Set)
_Type: TypeAlias = "tuple[str | None, tuple[str | int, ...]]"
_ANYTHING: _Type = (None, ())


def contracts_of(services: Iterable[Service], broken: Iterable[BrokenService]) -> dict[str, ServiceContract]:
    """What is known of all services, by name."""
    contracts = {service.name: contract_of(service) for service in services}
    return contracts | {service.name: ServiceContract(service.name, None) for service in broken}


def contract_of(service: Service) -> ServiceContract:
    """What the service answers and takes, without the service."""
    contracts = [_entry(entry, method) for entry in service.app.entries for method in entry.methods]
    return ServiceContract(service.name, tuple(contracts))


def _entry(entry: Entry, method: str) -> EntryContract:
    types = resolved_types(entry)
    parameters = tuple(_parameter(parameter, types.get(parameter.name)) for parameter in entry.parameters)
    return EntryContract(method, entry.path, parameters, entry.takes_rest)


def _parameter(parameter: Parameter, annotation: Any) -> ParameterContract:
    kind, choices = _type_of(annotation)
    return ParameterContract(parameter.name, parameter.required, _SOURCES[parameter.source], kind, choices)


def _type_of(annotation: Any) -> _Type:
    """The simple type that an annotation asks for, and the only values; nothing of what is not simple."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _type_of(annotation.__origin__)
    if origin in (Union, UnionType):
        types = {_type_of(one) for one in get_args(annotation) if one is not NoneType}
        return types.pop() if len(types) == 1 else _ANYTHING
    if origin is Literal:
        return None, _choices(get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return None, _choices([member.value for member in annotation]) if _is_plain(annotation) else ()
    return _class_of(origin or annotation), ()


def _class_of(kind: Any) -> str | None:
    if kind in _SIMPLE_TYPES:
        return str(kind.__name__)
    if kind in _LISTS:
        return "list"
    is_record = is_dataclass(kind) or is_typeddict(kind) or hasattr(kind, "__struct_fields__")
    return "dict" if is_record or kind is Mapping else None


def _is_plain(kind: type[Enum]) -> bool:
    """True for an Enum that takes the values of its members alone."""
    return "_missing_" not in {name for one in kind.__mro__[:-1] if one is not Enum for name in vars(one)}


def _choices(values: Iterable[Any]) -> tuple[str | int, ...]:
    """The values when all are texts and whole numbers, () otherwise; None is left out."""
    found = [value for value in values if value is not None]
    is_simple = all(isinstance(value, (str, int)) and not isinstance(value, bool) for value in found)
    return tuple(found) if is_simple else ()
