"""Workflows to begin with: the files of this folder, which a person makes their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from coworks.biz.editing import data_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Sample:
    """A workflow to begin with: its text, what it is about, and the services that it asks."""

    name: str
    text: str
    about: str
    services: tuple[str, ...]

    def lacking(self, known: Collection[str]) -> tuple[str, ...]:
        """Those of its services that are not among the known ones."""
        return tuple(one for one in self.services if one not in known)


@cache
def samples() -> Mapping[str, Sample]:
    """All of them, by name."""
    folder = sorted(files(__package__ or __name__).iterdir(), key=lambda one: one.name)
    return {
        name: _sample(name, one.read_text(encoding="utf-8"))
        for one in folder
        if (name := one.name.removesuffix(".yml")) != one.name
    }


def _sample(name: str, text: str) -> Sample:
    data = data_of(text)
    return Sample(name, text, str(data["comment"]), tuple(dict.fromkeys(_services(data["states"]))))


def _services(value: Any) -> Iterator[str]:
    """The services that steps ask, those of steps inside others too."""
    inner = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    if isinstance(value, dict) and isinstance(value.get("tech"), dict):
        yield str(value["tech"]["service"])
    if isinstance(value, dict) and "approve" in value:
        yield "approval"
    for one in inner:
        yield from _services(one)
