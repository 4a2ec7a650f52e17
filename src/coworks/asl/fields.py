"""Reading a definition's JSON into typed fields, gathering every mistake with its place.

Diagnostics have the shape of ValidateStateMachineDefinition's: a code, a message and a JSON-pointer-like
location ("/States/Check server/Next").
Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_SECONDS: Final = 99_999_999
JSONPATH: Final = "JSONPath"
JSONATA: Final = "JSONata"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake of a definition."""

    code: str
    message: str
    location: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message} at {self.location}"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The fields that an object of a definition may have: in both query languages, or in one of them."""

    both: frozenset[str]
    jsonpath: frozenset[str] = frozenset()
    jsonata: frozenset[str] = frozenset()

    def of(self, language: str) -> frozenset[str]:
        return self.both | (self.jsonata if language == JSONATA else self.jsonpath)


def vocabulary(*both: str, jsonpath: str = "", jsonata: str = "") -> Vocabulary:
    """The fields of both query languages, and, separated by spaces, those of one."""
    return Vocabulary(frozenset(both), frozenset(jsonpath.split()), frozenset(jsonata.split()))


class Fields:
    """One JSON object of a definition: its fields by type, its mistakes into a shared list."""

    def __init__(self, value: Mapping[str, Any], location: str, diagnostics: list[Diagnostic]) -> None:
        self.value = value
        self.location = location
        self._diagnostics = diagnostics

    def __contains__(self, name: str) -> bool:
        return name in self.value

    def report(self, message: str, *, at: str = "", code: str = "SCHEMA_VALIDATION_FAILED") -> None:
        found = Diagnostic(code, message, f"{self.location}{at}")
        if found not in self._diagnostics:
            self._diagnostics.append(found)

    def only(self, known: Vocabulary, language: str) -> None:
        """Report the fields that are not known here, or belong to the other query language."""
        for name in [one for one in self.value if one not in known.of(language)]:
            of_other = name in known.jsonpath | known.jsonata
            when = f" when QueryLanguage is {language}" if of_other else ""
            self.report(f"Field '{name}' is not supported{when}", at=f"/{name}")

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

    def inside(self, value: Mapping[str, Any], place: str) -> Fields:
        """An object inside this one, its mistakes into the same list."""
        return Fields(value, f"{self.location}{place}", self._diagnostics)

    def object(self, name: str) -> Fields | None:
        """The object of a field, with its place."""
        value = self.value.get(name)
        if isinstance(value, dict):
            return self.inside(value, f"/{name}")
        self.report(f"Expected value of type Object for field '{name}'", at=f"/{name}")
        return None

    def part(self, name: str, known: Vocabulary, language: str) -> Fields | None:
        """The object of a field that may be left out, other fields than those known in it told."""
        fields = self.object(name) if name in self.value else None
        if fields is not None:
            fields.only(known, language)
        return fields

    def objects_of(self, name: str) -> Iterator[Fields]:
        """The objects by name of a field, each with its place; what is no object is left out."""
        value = self.value.get(name)
        for key, item in value.items() if isinstance(value, dict) else ():
            if isinstance(item, dict):
                yield self.inside(item, f"/{name}/{key}")

    def objects_in(self, name: str) -> Iterator[Fields]:
        """The objects of a list, each with its place; what is no object is left out."""
        value = self.value.get(name)
        for index, item in enumerate(value) if isinstance(value, list) else ():
            if isinstance(item, dict):
                yield self.inside(item, f"/{name}[{index}]")

    def objects(self, name: str) -> Iterator[Fields]:
        """The objects of a list, each with its place."""
        items = self.value.get(name, [])
        if not isinstance(items, list):
            self.report(f"Expected value of type Array for field '{name}'", at=f"/{name}")
            return
        for index, item in enumerate(items):
            if isinstance(item, dict):
                yield self.inside(item, f"/{name}[{index}]")
            else:
                self.report("Expected value of type Object", at=f"/{name}[{index}]")
