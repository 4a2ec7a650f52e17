"""Where a run begins, when that is not its first step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class AtStep:
    """A step, the variables that are known there, and what its state is `given`."""

    step: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    given: Any = None


def at_step(step: str, variables: Mapping[str, Any] | None = None, *, given: Any = None) -> AtStep:
    """A step to begin at, with the `variables` that the steps before it would have set, by their names.

    `given` is the input of its state, which counts in machines in the States Language.
    """
    return AtStep(step, variables or {}, given)
