"""A compiled machine -> boxes and arrows.

States that the compiler added for a step are part of that step's box: the picture shows what the author
wrote. The same holds for machines that hold added states only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.drawing.words import condition_in_words, what_it_does
from coworks.biz.names import BEGINNING, END
from coworks.biz.source_map import machines_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from coworks.biz.source_map import SourceMap

# Names that no state has: control characters are refused in them.
START_BOX: Final = "\0start"
END_BOX: Final = "\0end"
_MAX_LABEL: Final = 48


@dataclass(frozen=True, slots=True)
class Box:
    """A step. `key` is unique in the drawing, `inside` the levels of the branches that it runs."""

    key: str
    name: str
    kind: str
    does: str = ""
    inside: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from a box to another; `caught` for the way of a failure."""

    source: str
    target: str
    label: str = ""
    caught: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """The boxes and arrows of one machine."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    title: str = ""

    def all_boxes(self) -> Iterator[Box]:
        """The boxes of this level and of all inside it."""
        for box in self.boxes:
            yield box
            for level in box.inside:
                yield from level.all_boxes()


@dataclass(frozen=True, slots=True)
class Run:
    """The path of an execution: how the last visit of each state went, and which states followed which."""

    statuses: Mapping[str, str] = field(default_factory=dict)
    ways: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A workflow ready to be drawn. `run` tells of boxes by their keys."""

    title: str
    level: Level
    run: Run | None = None


def draw(title: str, definition: Mapping[str, Any], sources: SourceMap, run: Run | None = None) -> Drawing:
    """The drawing of a machine; `run` tells of states by their names."""
    reading = _Reading(sources)
    level = reading.level(definition, is_root=True)
    return Drawing(title, level, reading.run(run) if run else None)


class _Reading:
    def __init__(self, sources: SourceMap) -> None:
        self._sources = sources
        self._box_of: dict[str, str] = {**dict.fromkeys(BEGINNING, START_BOX), END: END_BOX}

    def level(self, machine: Mapping[str, Any], *, is_root: bool = False, title: str = "") -> Level:
        states: Mapping[str, Any] = machine["States"]
        self._box_of |= {name: self._owner(name, states) for name in states if name not in self._box_of}
        boxes = {key: self._box(key, states[key]) for key in states if self._box_of[key] == key}
        arrows = list(dict.fromkeys(self._arrows(states)))
        if is_root:
            first = self._box_of[machine["StartAt"]]
            if first != START_BOX:
                arrows.insert(0, Arrow(START_BOX, first))
            boxes = {START_BOX: Box(START_BOX, "", "Start"), **boxes}
            if any(arrow.target == END_BOX for arrow in arrows):
                boxes[END_BOX] = Box(END_BOX, "", "End")
        return Level(tuple(boxes.values()), tuple(one for one in arrows if one.target in boxes), title)

    def _owner(self, name: str, states: Mapping[str, Any]) -> str:
        """The box that a state is drawn as: that of its step, when that stands beside it."""
        origin = self._sources.get(name)
        if origin is None or origin.wrote(name):
            return name
        if origin.step in states:
            return origin.step
        # What is added to begin a scope is no box of its own.
        return states[name]["Next"] if states[name]["Type"] == "Pass" and "Next" in states[name] else name

    def _box(self, name: str, state: Mapping[str, Any]) -> Box:
        inner = [one for one in machines_inside(state) if not self._is_added(one, name)]
        kind = state["Type"]
        titles = [one.get("Comment", "") if kind == "Parallel" else "" for one in inner]
        levels = tuple(self.level(one, title=title) for one, title in zip(inner, titles, strict=True))
        for one in machines_inside(state):
            self._fold(one, name)
        origin = self._sources.get(name)
        if kind == "Succeed" and origin and not origin.wrote(name):
            return Box(name, "", "End")
        return Box(name, name, kind, what_it_does(state), levels)

    def _is_added(self, machine: Mapping[str, Any], step: str) -> bool:
        return all(
            (origin := self._sources.get(name)) is not None and origin.step == step
            for name in machine["States"]
        )

    def _fold(self, machine: Mapping[str, Any], step: str) -> None:
        """What is drawn by no box of its own belongs to the box around it."""
        for name, state in machine["States"].items():
            if name not in self._box_of:
                self._box_of[name] = step
                for inner in machines_inside(state):
                    self._fold(inner, step)

    def _arrows(self, states: Mapping[str, Any]) -> Iterator[Arrow]:
        for name, state in states.items():
            source = self._box_of[name]
            for target, label, caught in _ways(state):
                box = self._box_of.get(target, target)
                if source == START_BOX:
                    # Of what comes before the first step, the author wrote nothing.
                    if box not in {START_BOX, END_BOX}:
                        yield Arrow(source, box)
                elif box != source or (target == name and name != END):
                    yield Arrow(source, box, _shortened(label), caught)

    def run(self, run: Run) -> Run:
        """The run in terms of boxes: the worst that happened to the states of a box counts."""
        statuses: dict[str, str] = {}
        for name, status in run.statuses.items():
            box = self._box_of.get(name, name)
            if box not in {START_BOX, END_BOX}:
                statuses[box] = worse(statuses.get(box), status)
        ways = {(self._box_of.get(one, one), self._box_of.get(two, two)) for one, two in run.ways}
        return Run(statuses, frozenset(ways))


_BADNESS: Final = ("SUCCEEDED", "CAUGHT", "RUNNING", "ABORTED", "TIMED_OUT", "FAILED")


def worse(one: str | None, other: str) -> str:
    """The worse of two statuses."""
    return other if one is None else max(one, other, key=_BADNESS.index)


def _ways(state: Mapping[str, Any]) -> Iterable[tuple[str, str, bool]]:
    """Where a state leads: the target, the words on the arrow, and whether a failure goes there."""
    for rule in state.get("Choices", ()):
        yield rule["Next"], condition_in_words(rule), False
    if "Default" in state:
        yield state["Default"], "otherwise", False
    if "Next" in state:
        yield state["Next"], "", False
    elif state.get("End") or state["Type"] == "Succeed":
        yield END, "", False
    for catcher in state.get("Catch", ()):
        errors = ", ".join(one for one in catcher["ErrorEquals"] if one != "States.ALL")
        yield catcher["Next"], errors or "on any error", True


def _shortened(label: str) -> str:
    return label if len(label) <= _MAX_LABEL else label[: _MAX_LABEL - 1] + "…"
