"""What a technical service takes, as plain data that the project hands in: no service is imported here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["path", "argument", "body"]


@dataclass(frozen=True, slots=True)
class ParameterContract:
    """A parameter of an entry.

    `source` is "path" for a segment of the path, "argument" for a name of the query or of the body, "body"
    for the one that takes the whole body. `type` is str, int, float, bool, list or dict, None when it is not
    that simple; `choices` are the only values that it takes, () when there are others.
    """

    name: str
    required: bool
    source: Source
    type: str | None = None
    choices: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryContract:
    """An entry: verb, path with `{variables}`, parameters. `takes_rest`: other names are welcome."""

    method: str
    path: str
    parameters: tuple[ParameterContract, ...] = ()
    takes_rest: bool = False


@dataclass(frozen=True, slots=True)
class ServiceContract:
    """A service and its entries; None when it could not be loaded: then nothing is checked."""

    name: str
    entries: tuple[EntryContract, ...] | None
