"""Which steps, choices and catches of workflows the tests never took: `pytest --workflow-coverage`.

`run` tells every coverage that is measuring how each run went; a way is a pair of states, one after another.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coworks.biz.names import RESERVED_STEPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from coworks.biz import CompiledWorkflow
    from coworks.local.visits import Visits


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Something that no test took: where it is written, and what it is."""

    file: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.words}"


@dataclass(slots=True)
class _Taken:
    """A workflow, the states that were entered and the ways that were taken."""

    compiled: CompiledWorkflow
    states: set[str] = field(default_factory=set)
    ways: set[tuple[str, str]] = field(default_factory=set)


class WorkflowCoverage:
    """What the runs went through, gathered by file."""

    def __init__(self) -> None:
        self._workflows: dict[str, _Taken] = {}

    def add(self, compiled: CompiledWorkflow) -> None:
        """A workflow that should be covered, whether it runs or not."""
        if compiled.definition is not None:
            self._workflows.setdefault(compiled.file, _Taken(compiled))

    def record(self, compiled: CompiledWorkflow, visits: Visits) -> None:
        """One run of a workflow."""
        self.add(compiled)
        taken = self._workflows[compiled.file]
        for visit in visits.all:
            taken.states.add(visit.name)
            if visit.after:
                taken.ways.add((visit.after.name, visit.name))

    def gaps(self) -> list[Gap]:
        """What was never taken, by file and line."""
        return sorted(gap for taken in self._workflows.values() for gap in _gaps(taken))

    def summary(self) -> str:
        """How much was taken, in words."""
        all_ways = [len(list(_ways(taken.compiled))) for taken in self._workflows.values()]
        gaps = len(self.gaps())
        return f"{sum(all_ways) - gaps} of {sum(all_ways)} steps, choices and catches were taken"


def _gaps(taken: _Taken) -> Iterator[Gap]:
    for state, target, words in _ways(taken.compiled):
        done = (state, target) in taken.ways if target else state in taken.states
        if not done:
            origin = taken.compiled.source_map.get(state)
            yield Gap(taken.compiled.file, origin.place.line if origin else 1, words)


def _ways(compiled: CompiledWorkflow) -> Iterator[tuple[str, str, str]]:
    """Each thing to take: a state, the state that follows it or "", and what it is in words."""
    for name, state in _states(compiled.definition or {}):
        if name in RESERVED_STEPS:
            continue
        origin = compiled.source_map.get(name)
        if origin is None or origin.wrote(name):
            yield name, "", f'the step "{name}" was never taken'
        for target in _unique(_targets_of_choice(state)):
            yield name, target, f'"{name}" never chose "{target}"'
        for target in _unique(catcher["Next"] for catcher in state.get("Catch", ())):
            yield name, target, f'"{name}" never failed over to "{target}"'


def _targets_of_choice(state: Mapping[str, Any]) -> Iterator[str]:
    if state["Type"] == "Choice":
        yield from (rule["Next"] for rule in state["Choices"])
        if "Default" in state:
            yield state["Default"]


def _unique(names: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(names)


def _states(machine: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every state of a machine, those of its branches as well."""
    for name, state in machine.get("States", {}).items():
        yield name, state
        inside = [*state.get("Branches", ()), state.get("ItemProcessor", state.get("Iterator"))]
        for one in filter(None, inside):
            yield from _states(one)


_MEASURING: list[WorkflowCoverage] = []


@contextmanager
def measuring(coverage: WorkflowCoverage) -> Iterator[WorkflowCoverage]:
    """Gather what runs go through, as long as the context lasts."""
    _MEASURING.append(coverage)
    try:
        yield coverage
    finally:
        _MEASURING.remove(coverage)


def measured() -> tuple[WorkflowCoverage, ...]:
    """The coverages that are measuring now."""
    return tuple(_MEASURING)
