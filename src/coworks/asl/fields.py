"""Reading a definition's JSON into typed fields, gathering every mistake with its place.

Diagnostics have the shape of ValidateStateMachineDefinition's: a code, a message and a JSON-pointer-like
location ("/States/Check server/Next").
Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coworks.asl import jsonata
from coworks.asl.templates import Constant, Query, Template, parse_template

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

MAX_SECONDS = 99_999_999


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake of a definition."""

    code: str
    message: str
    location: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message} at {self.location}"


class Fields:
    """One JSON object of a definition: its fields by type, its mistakes into a shared list."""

    def __init__(self, value: Mapping[str, Any], location: str, diagnostics: list[Diagnostic]) -> None:
        self.value = value
        self.location = location
        self._diagnostics = diagnostics

    def __contains__(self, name: str) -> bool:
        return name in self.value

    def report(self, message: str, *, at: str = "", code: str = "SCHEMA_VALIDATION_FAILED") -> None:
        self._diagnostics.append(Diagnostic(code, message, f"{self.location}{at}"))

    def only(self, known: Collection[str]) -> None:
        """Report the fields that are not known here."""
        for name in self.value:
            if name not in known:
                self.report(f"Field '{name}' is not supported", at=f"/{name}")

    def string(self, name: str, *, required: bool = False) -> str | None:
        value = self.value.get(name)
        if isinstance(value, str) and value:
            return value
        if value is not None or name in self.value:
            self.report(f"Expected value of type String for field '{name}'", at=f"/{name}")
        elif required:
            self.report(f"The field '{name}' is required but was missing")
        return None

    def boolean(self, name: str) -> bool:
        value = self.value.get(name, False)
        if not isinstance(value, bool):
            self.report(f"Expected value of type Boolean for field '{name}'", at=f"/{name}")
        return value is True

    def number(
        self, name: str, default: float | None, *, least: float, most: float = MAX_SECONDS
    ) -> float | None:
        value: object = self.value.get(name, default)
        if value is default:
            return default
        if isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.report(f"Expected a number from {least:g} to {most:g} for field '{name}'", at=f"/{name}")
        return default

    def names(self, name: str) -> tuple[str, ...]:
        value = self.value.get(name)
        if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.report(f"Expected a non-empty list of Strings for field '{name}'", at=f"/{name}")
        return ()

    def template(self, name: str) -> Template | None:
        """The template of a field, None when the field is absent."""
        if name not in self.value:
            return None
        try:
            return parse_template(self.value[name], name)
        except jsonata.ExpressionSyntaxError as error:
            self.report(f"{error.message} (at character {error.position + 1})", at=f"/{name}")
            return None

    def mapping_template(self, name: str) -> Template | None:
        if name in self.value and not isinstance(self.value[name], dict):
            self.report(f"Expected value of type Object for field '{name}'", at=f"/{name}")
            return None
        return self.template(name)

    def query_or(self, name: str, kinds: tuple[type, ...]) -> Template | None:
        """A field that holds an expression, or a constant of these types."""
        template = self.template(name)
        if template is None or isinstance(template, Query):
            return template
        if isinstance(template, Constant) and type(template.value) in kinds:
            return template
        wanted = " or ".join({int: "Integer", str: "String"}[kind] for kind in kinds)
        self.report(f"Expected a JSONata expression or {wanted} for field '{name}'", at=f"/{name}")
        return None

    def objects(self, name: str) -> Iterator[Fields]:
        """The objects of a list, each with its place."""
        items = self.value.get(name, [])
        if not isinstance(items, list):
            self.report(f"Expected value of type Array for field '{name}'", at=f"/{name}")
            return
        for index, item in enumerate(items):
            place = f"{self.location}/{name}[{index}]"
            if isinstance(item, dict):
                yield Fields(item, place, self._diagnostics)
            else:
                self._diagnostics.append(
                    Diagnostic("SCHEMA_VALIDATION_FAILED", "Expected value of type Object", place)
                )
