"""What an operation is: the shape of its request and a function that performs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.engine.api.shapes import Structure
    from coworks.engine.engine import Engine

Parameters = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """`perform(engine, parameters)` gets checked parameters and gives the members of the answer."""

    perform: Callable[[Engine, Parameters], dict[str, Any]]
    shape: Structure
