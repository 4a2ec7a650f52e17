"""The annotations of an entry become kinds, worked out once, when the service is made.

    annotation -> resolved (names looked up where the method was written) -> Kind

`binding.py` loads this module for entries with annotations that ask for something, and only then.
"""

from __future__ import annotations

import sys
from collections import abc
from types import FunctionType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from coworks.errors import DefinitionError
from coworks.tech import compound, foreign
from coworks.tech.files import FileParam
from coworks.tech.kinds import NAMED, PLAIN, Choice, File
from coworks.tech.signatures import annotations_of, read_signature, unwrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coworks.tech.entries import Entry
    from coworks.tech.texts import Kind

# Set on the function: a service is made more than once, and its routes at each blueprint.
_KINDS = "__coworks_kinds__"

_LISTS = (list, abc.Sequence, abc.MutableSequence, abc.Iterable, abc.Collection)
_MAPS = (dict, abc.Mapping, abc.MutableMapping)
_SETS = {set: set, frozenset: frozenset, abc.Set: frozenset, abc.MutableSet: set}

_HINT = (
    "use str, int, float, bool, Decimal, a date, UUID, Enum, Literal, list, dict, dataclass, TypedDict, "
    "msgspec.Struct, a pydantic model, FileParam or a union of them; or take the annotation away"
)


class _UnreadableError(Exception):
    """An annotation, or one inside of it, that no value of a request can be read for."""


def kinds_of(entry: Entry) -> Mapping[str, Kind]:
    """The kind of each parameter that is converted, that of `**rest` too. Raises `DefinitionError`."""
    function = unwrapped(entry.function)
    known: dict[str, Kind] | None = vars(function).get(_KINDS)
    if known is None:
        known = _read_kinds(entry)
        setattr(function, _KINDS, known)
    for parameter in entry.parameters:
        if parameter.source == "path" and parameter.name in known and not known[parameter.name].in_path:
            raise DefinitionError(
                f'{entry.label}: "{parameter.name}" is a part of the path, which cannot be '
                f"{known[parameter.name].words}",
                hint=f"give it a default or put it after a *: def {entry.name}(self, *, {parameter.name})",
            )
    return known


def resolved_types(entry: Entry) -> dict[str, Any]:
    """The annotations of the parameters of an entry, as types. Raises `DefinitionError`."""
    signature = read_signature(entry.label, entry.function)
    names = (*signature.positional, *signature.keyword_only, signature.rest)
    annotations = annotations_of(entry.function)
    problems: list[str] = []
    types: dict[str, Any] = {}
    for name in names:
        if name in annotations:
            try:
                types[name] = _resolved(unwrapped(entry.function), name, annotations[name])
            except Exception as error:  # noqa: BLE001 - a text in quotes may hold anything
                problems.append(f'"{name}": {error}')
    if problems:
        raise _unresolved(entry, problems)
    return types


def _unresolved(entry: Entry, problems: list[str]) -> DefinitionError:
    return DefinitionError(
        f"{entry.label} has annotations that cannot be read: {'; '.join(problems)}",
        hint='import the types outside of "if TYPE_CHECKING:", and define them at the top level of a module, '
        "before the service is made",
    )


def _resolved(function: Any, name: str, annotation: Any) -> Any:
    carrier = FunctionType(_carrier.__code__, function.__globals__)
    carrier.__annotations__ = {name: annotation}
    try:
        return get_type_hints(carrier, include_extras=True)[name]
    except NameError:
        # The classes that the service's own class holds: their names are looked for as Python would.
        owner = function.__globals__.get(function.__qualname__.partition(".")[0])
        if not isinstance(owner, type):
            raise
        return get_type_hints(carrier, localns=dict(vars(owner)), include_extras=True)[name]


def _carrier() -> None:
    """Carries one annotation at a time, so that no other one, above all that of the answer, can hurt."""


def _read_kinds(entry: Entry) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    problems: list[str] = []
    for name, annotation in resolved_types(entry).items():
        if annotation is Any or annotation is object:
            continue
        try:
            kinds[name] = Reader(name).kind(annotation)
        except NameError as error:
            raise _unresolved(entry, [f'"{name}": {error}']) from None
        except _UnreadableError as problem:
            problems.append(f'"{name}" is annotated with {problem}')
    if problems:
        raise DefinitionError(
            f"{entry.label}: {'; '.join(problems)}, and no request holds such a value", hint=_HINT
        )
    return kinds


class Reader:
    """Makes the kind of an annotation; `name` is that of the parameter or field."""

    def __init__(self, name: str, objects: dict[Any, compound.Object] | None = None) -> None:
        self.name = name
        # The objects on the way: a class may hold values of itself.
        self._objects = {} if objects is None else objects

    def kind(self, annotation: Any) -> Kind:
        """The kind of an annotation; raises `_UnreadableError`."""
        if type(annotation).__hash__ is None:
            raise _UnreadableError(str(annotation))
        is_plain = annotation is Any or annotation is None or isinstance(annotation, type)
        if is_plain and annotation in PLAIN:
            return PLAIN[annotation]
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return compound.Limited(self.kind(arguments[0]), annotation.__metadata__)
        if origin in _MARKS:
            return self.kind(arguments[0])
        if origin in (Union, UnionType):
            return self._union(foreign.without_unset(arguments))
        if origin is Literal:
            return Choice({value: value for value in arguments})
        # NewType, and the `type X = ...` of Python 3.12.
        if real := getattr(annotation, "__supertype__", None) or getattr(annotation, "__value__", None):
            return self.kind(real)
        found = self._of_container(origin or annotation, arguments)
        if found is None and isinstance(annotation, type):
            found = self._of_class(annotation)
        if found is None:
            raise _UnreadableError(_named(annotation))
        return found

    def _union(self, members: tuple[Any, ...]) -> Kind:
        kinds = [self.kind(member) for member in members]
        tagged = [kind for kind in kinds if isinstance(kind, foreign.Struct) and kind.tag is not None]
        if len(tagged) > 1:
            kinds = [kind for kind in kinds if kind not in tagged] + [foreign.Tagged(tagged)]
        return compound.Union(kinds) if len(kinds) > 1 else kinds[0]

    def _of_container(self, cls: Any, arguments: tuple[Any, ...]) -> Kind | None:
        if cls is tuple and arguments[-1:] not in ((), (...,)):
            return compound.Tuple(tuple(map(self.kind, arguments)))
        if cls in _MAPS:
            key, value = arguments or (Any, Any)
            return compound.Map(self.kind(key), self.kind(value))
        make: Callable[[list[Any]], Any] | None = tuple if cls is tuple else _SETS.get(cls)
        if make is None and cls not in _LISTS:
            return None
        return compound.Several(self.kind(arguments[0] if arguments else Any), make)

    def _of_class(self, cls: Any) -> Kind | None:
        if cls is FileParam:
            return File(self.name)
        for base in cls.__mro__:
            if named := NAMED.get((base.__module__, base.__qualname__)):
                return named(cls)
        for is_one, read in _CLASSES:
            if is_one(cls):
                return read(self, cls)
        return None

    def _pydantic(self, cls: Any) -> Kind:
        return foreign.Pydantic(cls)

    def _enum(self, cls: Any) -> Kind:
        guesses = cls._missing_.__func__ is not sys.modules["enum"].Enum._missing_.__func__
        return Choice({member.value: member for member in cls}, missing=cls if guesses else None)

    def _dataclass(self, cls: Any) -> Kind:
        dataclasses = sys.modules["dataclasses"]
        fields = {
            field.name: (field.name, field.default is field.default_factory is dataclasses.MISSING)
            for field in dataclasses.fields(cls)
            if field.init
        }
        return self._object(
            cls, lambda: compound.Object(cls), get_type_hints(cls, include_extras=True), fields
        )

    def _typed_dict(self, cls: Any) -> Kind:
        hints = get_type_hints(cls, include_extras=True)
        fields = {name: (name, _is_required(cls, name, hint)) for name, hint in hints.items()}
        return self._object(cls, lambda: compound.Object(dict), hints, fields)

    def _struct(self, cls: Any) -> Kind:
        if cls.__struct_config__.array_like:
            raise _UnreadableError(f"{_named(cls)}, a Struct that is array_like")
        known = list(foreign.struct_fields(cls))
        fields = {field.encode_name: (field.name, field.required) for field in known}
        types = {field.name: field.type for field in known}
        return self._object(cls, lambda: foreign.Struct(cls), types, fields)

    def _object(
        self,
        cls: Any,
        make: Callable[[], compound.Object],
        types: Mapping[str, Any],
        fields: Mapping[str, tuple[str, bool]],
    ) -> Kind:
        """An object; `fields` gives, by the name in JSON, that in Python and whether it must be there."""
        if cls not in self._objects:
            made = self._objects[cls] = make()
            made.fill(
                {
                    name: (Reader(name, self._objects).kind(types[attribute]), attribute)
                    for name, (attribute, _) in fields.items()
                },
                [name for name, (_, is_required) in fields.items() if is_required],
            )
        return self._objects[cls]

    def _named_tuple(self, cls: Any) -> Kind:
        hints = get_type_hints(cls, include_extras=True)
        kinds = tuple(Reader(name, self._objects).kind(hints.get(name, Any)) for name in cls._fields)
        return compound.Tuple(kinds, lambda values: cls(*values), len(cls._field_defaults))


def _is_required(cls: Any, name: str, hint: Any) -> bool:
    # `__required_keys__` does not see the marks in annotations that are texts.
    return get_origin(hint) is Required or (
        get_origin(hint) is not NotRequired and name in cls.__required_keys__
    )


def _named(annotation: Any) -> str:
    return annotation.__qualname__ if isinstance(annotation, type) else str(annotation)


_MARKS = (Required, NotRequired)
_CLASSES: tuple[tuple[Callable[[Any], bool], Callable[[Reader, Any], Kind]], ...] = (
    (foreign.is_pydantic, Reader._pydantic),
    (foreign.is_struct, Reader._struct),
    (lambda cls: hasattr(cls, "__members__") and hasattr(cls, "_missing_"), Reader._enum),
    (lambda cls: hasattr(cls, "__dataclass_fields__"), Reader._dataclass),
    (lambda cls: issubclass(cls, tuple) and hasattr(cls, "_fields"), Reader._named_tuple),
    (lambda cls: hasattr(cls, "__required_keys__"), Reader._typed_dict),
)
