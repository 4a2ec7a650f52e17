"""Two runs of a workflow side by side: the way that each took, and what differs at each step."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from coworks.console import texts
from coworks.console.differences import Line, differences
from coworks.console.rendering import data_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.console.runs import RunStep, RunView


@dataclass(frozen=True, slots=True)
class Change:
    """Data that differs, line by line; `theirs` is that of the first run, `mine` that of the second."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A step of two runs; None for the run that did not come to it at this place of its way."""

    first: RunStep | None
    second: RunStep | None
    changes: tuple[Change, ...] = ()

    @property
    def step(self) -> RunStep:
        found = self.first or self.second
        assert found is not None  # noqa: S101 - a pair has one step at least
        return found

    @property
    def differs(self) -> bool:
        """True unless both did the same, however long it took."""
        if self.first is None or self.second is None:
            return True
        return bool(self.changes) or self.first.status != self.second.status


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs; `changes` are those of what they worked on and of what came out."""

    first: RunView
    second: RunView
    pairs: tuple[Pair, ...]
    changes: tuple[Change, ...]

    @property
    def differs(self) -> bool:
        return bool(self.changes) or any(pair.differs for pair in self.pairs)


def compare(first: RunView, second: RunView) -> Comparison:
    """Two runs of a workflow, the steps that both took at the same place of their ways in pairs."""
    data = ((texts.INPUT_OF_RUN, "input"), (texts.OUTPUT_OF_RUN, "output"))
    changes = (_change(title, getattr(first, one), getattr(second, one)) for title, one in data)
    return Comparison(first, second, tuple(_pairs(first, second)), tuple(filter(None, changes)))


def _pairs(first: RunView, second: RunView) -> Iterator[Pair]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, _way(first), _way(second), autojunk=False).get_opcodes():
        ours, theirs = first.steps[i1:i2], second.steps[j1:j2]
        if tag == "equal":
            yield from (Pair(*both, _changes(*both)) for both in zip(ours, theirs, strict=True))
        else:
            yield from (Pair(one, None) for one in ours)
            yield from (Pair(None, one) for one in theirs)


def _way(view: RunView) -> list[tuple[str, str, int | None]]:
    return [(one.name, one.inside, one.item) for one in view.steps]


def _changes(first: RunStep, second: RunStep) -> tuple[Change, ...]:
    data = (
        (texts.GIVEN, first.sent, second.sent),
        (texts.RESULT, first.output, second.output),
        (texts.FAILURE, _failure(first), _failure(second)),
    )
    return tuple(filter(None, (_change(*one) for one in data)))


def _failure(step: RunStep) -> str | None:
    return ": ".join(one for one in (step.error, step.cause) if one) or None


def _change(title: str, first: Any, second: Any) -> Change | None:
    """What differs between two values, None for nothing."""
    if json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True):
        return None
    lines = [line for line in differences(_told(first), _told(second)) if line.text or line.whose == "gap"]
    return Change(title, tuple(lines or [Line("gap", texts.CUT)]))


def _told(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else data_in_words(value)
