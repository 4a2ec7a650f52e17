"""Annotations are looked up when the service is made; what no request can hold is refused with the fix."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import pytest

from coworks.errors import DefinitionError
from coworks.tech import FileParam, TechMicroService
from coworks.tech.typed import resolved_types

if TYPE_CHECKING:
    from decimal import Context as Never  # a name for type checkers only


class Later(TechMicroService):
    public = True

    class Size(Enum):
        SMALL = "s"

    def get(self, *, thing: Thing) -> Never:
        raise NotImplementedError

    def get_size(self, size: Size) -> Any:
        return size


@dataclass
class Thing:
    name: str


@dataclass
class Hollow:
    inside: Never


def test_names_below_the_class_and_inside_it_are_found(call: Callable[..., Any]) -> None:
    assert call(Later(), "GET", "/size/s")["body"] == "s"


def test_a_return_annotation_that_cannot_be_read_hurts_nobody() -> None:
    assert resolved_types(Later.entries[0]) == {"thing": Thing}


def made(annotation: Any, path: str | None = None) -> TechMicroService:
    def get_x(self: Any, *, value: Any) -> None: ...

    def get_y(self: Any, value: Any) -> None: ...

    function = get_y if path else get_x
    function.__annotations__ = {"value": annotation}
    cls: Any = type("T", (TechMicroService,), {function.__name__: function})
    service: TechMicroService = cls()
    return service


REFUSED: list[tuple[Any, str, str]] = [
    (
        "Never",
        "T.get_x has annotations that cannot be read: \"value\": name 'Never' is not defined",
        "TYPE_CHECKING",
    ),
    ("list[Never]", "name 'Never' is not defined", "TYPE_CHECKING"),
    ("not python", '"value": ', "TYPE_CHECKING"),
    (Hollow, "name 'Never' is not defined", "TYPE_CHECKING"),
    (
        complex,
        '"value" is annotated with complex, and no request holds such a value',
        "take the annotation away",
    ),
    (list[Callable[..., Any]], "annotated with ", "take the annotation away"),
    (TechMicroService, "annotated with TechMicroService", "take the annotation away"),
    ({}, "annotated with {}", "take the annotation away"),
]


@pytest.mark.parametrize(("annotation", "message", "hint"), REFUSED)
def test_what_no_request_can_hold_is_refused_when_the_service_is_made(
    annotation: Any, message: str, hint: str
) -> None:
    with pytest.raises(DefinitionError) as refusal:
        made(annotation)
    assert message in refusal.value.message
    assert hint in str(refusal.value.hint)


@pytest.mark.parametrize("annotation", [list[int], dict, Thing, FileParam])
def test_a_part_of_the_path_is_one_text(annotation: Any) -> None:
    with pytest.raises(DefinitionError, match=r'T\.get_y: "value" is a part of the path') as refusal:
        made(annotation, path="yes")
    assert "after a *" in str(refusal.value.hint)


COLD = """
import sys
from coworks.tech import TechMicroService
class Cold(TechMicroService):
    public = True
    def get(self, key: {kind} = None): return str(key)
assert Cold()({{"coworks": 1, "method": "GET", "path": "/", "query": {{"key": "1"}}}})["body"]
print(*sorted(sys.modules))
"""


@pytest.mark.parametrize(
    ("kind", "is_typed"), [("str", False), ("object", False), ("int", True), ("list[bool]", True)]
)
def test_only_annotations_that_ask_for_something_load_what_it_takes(kind: str, is_typed: bool) -> None:
    ran = subprocess.run(
        [sys.executable, "-I", "-c", COLD.format(kind=kind)], capture_output=True, check=True
    )
    loaded = set(ran.stdout.decode().split())
    assert ("coworks.tech.typed" in loaded) is is_typed
    assert loaded.isdisjoint({"msgspec", "pydantic", "dataclasses", "inspect", "decimal", "uuid", "email"})
