"""The form of `tech`: service, entry, and the entry's own parameters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from coworks.console import texts
from coworks.console.forms.fields import Field, FormError
from coworks.console.forms.pairs import pairs_read, pairs_shown
from coworks.console.forms.steps.form import Scene, Values, mapping_of, put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.console.forms.entries import EntryChoice

_HEADERS: Final = Field("headers", texts.HEADERS, "pairs", is_rare=True)


class TechForm:
    """An order, as its entry takes it. What else stands in it stays."""

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        names = tuple(one.name for one in scene.services)
        fields = [Field("service", texts.SERVICE, "choice", True, choices=names, decides=True)]
        service = scene.service(values.get("service", ""))
        if service:
            keys = tuple(one.key for one in service.entries)
            about = entry.about if (entry := service.entry(values.get("entry", ""))) else ""
            fields.append(Field("entry", texts.ENTRY, "choice", True, about, choices=keys, decides=True))
            fields += (*entry.fields, _HEADERS) if entry else ()
        return tuple(fields)

    def load(self, value: Any, scene: Scene) -> Values:
        order = mapping_of(value)
        values: Values = {"service": order.get("service", "")}
        service = scene.service(values["service"])
        for entry in service.entries if service else ():
            path = order.get(entry.method.lower())
            if path is not None and (variables := _path_variables(entry, str(path))) is not None:
                given = {one.key: one.shown(_argument(one.key, order, variables)) for one in entry.fields}
                return {**values, "entry": entry.key, **given, "headers": pairs_shown(order.get("headers"))}
        return values

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        service = scene.service(values.get("service", ""))
        entry = service.entry(values.get("entry", "")) if service else None
        if service is None:
            raise FormError("service", texts.IS_MISSING.format(texts.SERVICE))
        if entry is None:
            raise FormError("entry", texts.IS_MISSING.format(texts.ENTRY))
        before = mapping_of(old)
        is_same = before.get("service") == service.name and entry.method.lower() in before
        order: dict[str, Any] = {"service": service.name, **(before if is_same else {})}
        order[entry.method.lower()] = _path(entry, values)
        for one in entry.fields:
            order = _with_argument(order, one, values.get(one.key))
        headers = pairs_read(values.get("headers", ()), order.get("headers"))
        return order if isinstance(order.get("headers"), str) else put(order, "headers", headers or None)


def choose_service(values: Values, scene: Scene) -> None:
    """Another service was chosen: the entry is its only one, or still to be chosen."""
    service = scene.service(values.get("service", ""))
    only = service.entries[0].key if service and len(service.entries) == 1 else ""
    values["entry"] = only


def _with_argument(order: dict[str, Any], field: Field, typed: Any) -> dict[str, Any]:
    """The order with one of its values; an expression that gives a whole part stays when nothing is typed."""
    place, _, name = field.key.partition(":")
    if place == "path":
        return order
    part = order.get(place)
    if not name:
        return put(order, place, field.read_over(typed, part))
    given = field.read_over(typed, mapping_of(part).get(name))
    if given is None and part is not None and not isinstance(part, dict):
        return order
    return put(order, place, put(mapping_of(part), name, given) or None)


def _path(entry: EntryChoice, values: Values) -> str:
    """The path with its variables filled in."""
    path = entry.path
    for one in entry.fields:
        if one.key.startswith("path:"):
            given = one.read(values.get(one.key))
            path = path.replace(f"{{{one.label}}}", str(given))
    return path


def _path_variables(entry: EntryChoice, path: str) -> dict[str, str] | None:
    """What stands for the variables of an entry in a path; None when the path is none of the entry's."""
    pieces = re.split(r"\{([^}]+)\}", entry.path)
    pattern = "".join(
        re.escape(piece) if number % 2 == 0 else r"(\{%.*?%\}|[^/]+)" for number, piece in enumerate(pieces)
    )
    match = re.fullmatch(pattern, path)
    return dict(zip(pieces[1::2], match.groups(), strict=True)) if match else None


def _argument(key: str, order: Mapping[str, Any], variables: Mapping[str, str]) -> Any:
    place, _, name = key.partition(":")
    if place == "path":
        return variables.get(name)
    part = order.get(place)
    return mapping_of(part).get(name) if name else part
