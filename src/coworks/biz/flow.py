"""The ways through a workflow: which step may follow which, and what is wrong with that.

A step that is broken counts as one that goes on to the next, and a jump to an unknown name as one to the name
that was probably meant, so that one mistake is told once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coworks.biz.names import END
from coworks.biz.steps.kind import all_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from coworks.biz.problems import Report
    from coworks.biz.steps.jump import Jump
    from coworks.biz.steps.kind import Step
    from coworks.biz.steps.recovery import CatchRule

# The end of the workflow, as the number of a step.
THE_END: Final = -1

# Problems that may have lost a jump.
_LOSING_JUMPS: Final = frozenset({"B101", "B102", "B104", "B105", "B106", "B107", "B114", "B304"})


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from a step to another, by their numbers. `jump` is what the author wrote, if anything."""

    target: int
    jump: Jump | None = None
    caught: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """The steps by number, the ways out of each, and the catch rules of each with the workflow's added.

    `certain` is False when ways may be missing, because a jump leads nowhere or was not understood: then
    nothing is said about what cannot be reached.
    """

    steps: tuple[Step, ...]
    edges: tuple[tuple[Edge, ...], ...]
    catches: tuple[tuple[CatchRule, ...], ...]
    certain: bool
    inner: tuple[tuple[Flow, ...], ...]

    @property
    def has_catches(self) -> bool:
        return any(self.catches)


class _Targets:
    """Finds the steps that jumps name, and tells about those that name none."""

    def __init__(self, steps: Sequence[Step], elsewhere: Collection[str], report: Report) -> None:
        self.certain = True
        self._elsewhere = elsewhere
        self._numbers = {step.name: number for number, step in reversed(list(enumerate(steps)))}
        self._numbers[END] = THE_END
        self._report = report

    def find(self, jump: Jump) -> int:
        number = self._numbers.get(jump.target)
        if number is not None:
            return number
        known = self._numbers.keys()
        if jump.target in self._elsewhere:
            self._tell_outside(jump)
            self.certain = False
            return THE_END
        message = f'no step is named "{jump.target}"'
        self._report.add(
            "B103", jump.place, message, self._report.suggest(jump.target, known), length=len(jump.target)
        )
        near = self._report.near(jump.target, known)
        self.certain = self.certain and near is not None
        return THE_END if near is None else self._numbers[near]

    def _tell_outside(self, jump: Jump) -> None:
        message = f'"{jump.target}" is not among the steps here: no jump leads into a branch or out of it'
        hint = "jump to a step of the same list, or to End, where this list ends"
        self._report.add("B119", jump.place, message, hint, length=len(jump.target))


def build_flow(steps: tuple[Step, ...], catch: tuple[CatchRule, ...], report: Report) -> Flow:
    """The ways through a workflow: its steps, and the rules for all its calls."""
    return _build(steps, catch, frozenset(step.name for step in all_steps(steps)), report)


def _build(
    steps: tuple[Step, ...], catch: tuple[CatchRule, ...], everywhere: frozenset[str], report: Report
) -> Flow:
    targets = _Targets(steps, everywhere, report)
    edges = [
        _own_edges(step, number + 1 if number + 1 < len(steps) else THE_END, targets)
        for number, step in enumerate(steps)
    ]
    rules = [(rule, targets.find(rule.jump)) for rule in catch]
    catches = [_own_catches(step) for step in steps]
    for number in _covered(edges, {target for _, target in rules}) if rules else ():
        if steps[number].can_fail and not any(rule.catches_all for rule in catches[number]):
            catches[number] += tuple(rule for rule, _ in rules)
            edges[number] += tuple(Edge(target, rule.jump, caught=True) for rule, target in rules)
    certain = targets.certain and not report.has_any(_LOSING_JUMPS)
    inner = tuple(
        tuple(_build(scope.steps, (), everywhere, report) for scope in step.kind.scopes())
        if step.kind
        else ()
        for step in steps
    )
    return Flow(steps, tuple(edges), tuple(catches), certain, inner)


def _own_catches(step: Step) -> tuple[CatchRule, ...]:
    return (*step.kind.catches(), *step.catch) if step.kind else step.catch


def _own_edges(step: Step, following: int, targets: _Targets) -> tuple[Edge, ...]:
    caught = tuple(Edge(targets.find(rule.jump), rule.jump, caught=True) for rule in _own_catches(step))
    jumps = step.kind.jumps() if step.kind else ()
    if step.goto:
        jumps = (*jumps, step.goto)
    edges = tuple(Edge(targets.find(jump), jump) for jump in jumps)
    falls_through = step.goto is None and (step.kind is None or step.kind.falls_through())
    return (*edges, *((Edge(following),) if falls_through else ()), *caught)


def _covered(edges: Sequence[tuple[Edge, ...]], handlers: set[int]) -> list[int]:
    """The steps reached without going through a handler: a handler must not catch its own failure."""
    reached = _reach([0] if edges and 0 not in handlers else [], lambda number: edges[number], handlers)
    return sorted(reached)


def _reach(
    starts: Iterable[int], edges_of: Callable[[int], Iterable[Edge]], avoiding: Iterable[int] = ()
) -> set[int]:
    """The steps that are reached from some, the end apart."""
    closed = {THE_END, *avoiding}
    reached = set(starts) - closed
    waiting = list(reached)
    while waiting:
        for edge in edges_of(waiting.pop()):
            if edge.target not in closed and edge.target not in reached:
                reached.add(edge.target)
                waiting.append(edge.target)
    return reached


def reached_from_start(flow: Flow) -> set[int]:
    return _reach([0] if flow.steps else [], lambda number: flow.edges[number])


def check_flow(flow: Flow, report: Report) -> None:
    """Tell about steps that cannot be reached and about steps with no way to the end."""
    for one in (scope for scopes in flow.inner for scope in scopes):
        check_flow(one, report)
    if not flow.certain:
        return
    reached = reached_from_start(flow)
    for number, step in enumerate(flow.steps):
        if number not in reached:
            place = step.name_place or step.place
            message = f'no path leads to "{step.name}"'
            hint = "jump to it with goto, or remove it"
            report.add("B111", place, message, hint, length=len(step.name))
    _check_ends(flow, reached, report)


def _check_ends(flow: Flow, reached: set[int], report: Report) -> None:
    ending = _reach_backwards(flow)
    told: set[int] = set()
    for number in sorted(reached - ending, reverse=True):
        if number in told:
            continue
        loop = _reach([number], lambda one: flow.edges[one], told)
        if not any(edge.target in told for one in loop for edge in flow.edges[one]):
            _tell_loop(flow, loop, report)
        told |= loop


def _reach_backwards(flow: Flow) -> set[int]:
    """The steps from which the end is reached."""
    sources: list[list[Edge]] = [[] for _ in flow.steps]
    starts = []
    for number, edges in enumerate(flow.edges):
        if not edges or any(edge.target == THE_END for edge in edges):
            starts.append(number)
        for edge in edges:
            if edge.target != THE_END:
                sources[edge.target].append(Edge(number))
    return _reach(starts, lambda number: sources[number])


def jump_back(flow: Flow, loop: Collection[int]) -> tuple[int, Jump]:
    """The last jump of a loop that goes back, and its step's number: in order, steps only go forward."""
    return max(
        (
            (number, edge.jump)
            for number in loop
            for edge in flow.edges[number]
            if edge.jump and edge.target <= number and edge.target in loop
        ),
        key=lambda back: back[0],
    )


def _tell_loop(flow: Flow, numbers: set[int], report: Report) -> None:
    """One that goes back by a misspelt jump is not told: where it goes was a guess."""
    number, jump = jump_back(flow, numbers)
    if jump.target not in {flow.steps[one].name for one in numbers}:
        return
    message = f'"{flow.steps[number].name}" goes back, and no path leads from there to the end'
    hint = "add a choice that leaves the loop"
    report.add("B112", jump.place, message, hint, length=len(jump.target))
