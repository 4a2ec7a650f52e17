"""The services and their entries as a person chooses them, with the parameters as fields.

What a parameter is called, takes and means comes from the OpenAPI document of its service.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.completion import KnownEntry, Surroundings
from coworks.console import texts
from coworks.console.forms.fields import LISTS_OF_PEOPLE, Field
from coworks.console.overview import first_line
from coworks.project import openapi_document
from coworks.project.workflows import predefined_workflows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coworks.console.forms.fields import Kind
    from coworks.project import Project, Service

_KINDS: Final[dict[str, Kind]] = {
    "string": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "yes_no",
    "array": "list",
}
_LONG: Final = frozenset({"body", "message", "text", "comment", "description", "content", "html"})
_METHODS: Final = ("get", "post", "put", "patch", "delete", "head")


@dataclass(frozen=True, slots=True)
class EntryChoice:
    """An entry. The keys of its fields tell where their values go: `path:x`, `query:x`, `body:x`, `body`;
    `answers` are the names of the fields of its answer, where its type tells. `description` is what its
    docstring says after the first line, `about`.
    """

    method: str
    path: str
    about: str
    fields: tuple[Field, ...]
    answers: tuple[str, ...] = ()
    description: str = ""

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """A service with what can be asked of it, and its OpenAPI `document`."""

    name: str
    about: str
    entries: tuple[EntryChoice, ...]
    document: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def docs(self) -> str | None:
        """The path of its page of documentation, where it has the blueprint `Admin`."""
        asked = {one.path for one in self.entries if one.method == "GET"}
        places = (path.removesuffix("/docs") for path in sorted(asked) if path.endswith("/docs"))
        return next((f"{place}/docs" for place in places if f"{place}/openapi.json" in asked), None)

    def entry(self, key: str) -> EntryChoice | None:
        return next((one for one in self.entries if one.key == key), None)


def service_choices(project: Project) -> tuple[ServiceChoice, ...]:
    """All services of a project that load."""
    return tuple(_service(one) for one in project.services)


def _service(service: Service) -> ServiceChoice:
    document = openapi_document(service)
    entries = tuple(
        _entry(method.upper(), path, operation, document)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in _METHODS
    )
    return ServiceChoice(service.name, first_line(type(service.app).__doc__), entries, document)


def _entry(method: str, path: str, operation: Mapping[str, Any], document: Mapping[str, Any]) -> EntryChoice:
    fields = tuple(_fields(operation, document))
    return EntryChoice(
        method,
        path,
        first_line(operation.get("summary")),
        fields,
        _answers(operation, document),
        operation.get("description", ""),
    )


def _answers(operation: Mapping[str, Any], document: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields of a JSON object that it answers when all goes well."""
    good: Mapping[str, Any] = next(
        (one for status, one in operation["responses"].items() if status.startswith("2")), {}
    )
    content = good.get("content", {}).get("application/json", {})
    return tuple(_resolved(content.get("schema", {}), document).get("properties", ()))


def surroundings_of(project: Project, name: str) -> Surroundings:
    """What is offered while the workflow of this name is written."""
    services = {one.name: tuple(_known(entry) for entry in one.entries) for one in service_choices(project)}
    workflows = tuple(one.name for one in project.workflows if one.name != name)
    return Surroundings(services, workflows, predefined_workflows())


def _known(entry: EntryChoice) -> KnownEntry:
    places = [one.key.partition(":") for one in entry.fields]
    takes = {part: tuple(name for place, _, name in places if place == part) for part in ("query", "body")}
    return KnownEntry(entry.method, entry.path, entry.about, takes, entry.answers)


def _fields(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Field]:
    for one in operation.get("parameters", ()):
        if one["in"] in ("path", "query"):
            schema = _resolved(one["schema"], document)
            yield _field(one["in"], one["name"], schema, required=one.get("required", False))
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return
    schema = _resolved(content["schema"], document)
    if schema.get("type") != "object" or "properties" not in schema:
        yield Field(
            "body", texts.PLACES["body"], "any", required=operation["requestBody"].get("required", False)
        )
        return
    for name, one in schema["properties"].items():
        yield _field("body", name, _resolved(one, document), required=name in schema.get("required", ()))


def _field(place: str, name: str, schema: Mapping[str, Any], *, required: bool) -> Field:
    default = schema.get("default")
    return Field(
        f"{place}:{name}",
        name,
        _kind(name, schema),
        required,
        schema.get("description", ""),
        "" if default in (None, "") else default if isinstance(default, str) else json.dumps(default),
        tuple(str(one) for one in schema.get("enum", ())),
    )


def _kind(name: str, schema: Mapping[str, Any]) -> Kind:
    if "enum" in schema:
        return "choice"
    kinds = {schema["type"]} if isinstance(schema.get("type"), str) else set()
    for one in schema.get("anyOf", ()):
        kinds.add(str(one.get("type")))
    kinds -= {"null"}
    if kinds == {"array", "string"} or kinds == {"array"}:
        items: Any = next(
            (one.get("items", {}) for one in (schema, *schema.get("anyOf", ())) if "items" in one), {}
        )
        if items.get("type", "string") != "string":
            return "any"
        return "people" if name in LISTS_OF_PEOPLE else "list"
    if kinds == {"string"} and name in _LONG:
        return "long"
    return _KINDS.get(kinds.pop(), "any") if len(kinds) == 1 else "any"


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, for one that is named elsewhere in the document."""
    found: Any = schema
    if reference := re.fullmatch(r"#/components/schemas/(.+)", schema.get("$ref", "")):
        found = document["components"]["schemas"].get(reference[1], {})
    return found if isinstance(found, dict) else schema
