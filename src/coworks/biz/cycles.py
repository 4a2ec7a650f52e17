"""The workflows that a workflow gives work to: that they exist, and that none waits for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from coworks.biz.nodes import Entry
from coworks.biz.steps.biz import Biz
from coworks.biz.takes import check_given, missing, tell_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coworks.biz.nodes import MapNode, Scalar
    from coworks.biz.problems import Problem, Report
    from coworks.biz.steps.kind import Step
    from coworks.biz.takes import Workflows


@dataclass(frozen=True, slots=True)
class Wait:
    """A step that waits for another workflow; `problem` is how it is told when that waits for this one."""

    workflow: str
    problem: Problem


class Waiting(Protocol):
    """A workflow, as far as it waits for others."""

    @property
    def name(self) -> str: ...

    @property
    def waits(self) -> tuple[Wait, ...]: ...

    def with_problems(self, problems: tuple[Problem, ...]) -> Self: ...


Workflow = TypeVar("Workflow", bound=Waiting)


def check_workflows(steps: Iterable[Step], known: Workflows, report: Report) -> None:
    """Tell about workflows that are not there, and about data that they do not take."""
    for order in (step.kind for step in steps if isinstance(step.kind, Biz)):
        check_start(order.workflow, order.data, known, report)


def check_start(name: Scalar, data: MapNode | None, known: Workflows, report: Report) -> None:
    """Tell about a workflow that is not there, or that takes other data."""
    contracts = known if isinstance(known, Mapping) else {}
    if name.text not in known:
        hint = report.suggest(name.text, known) or f"add the file biz/{name.text}.yml"
        report.add("B210", name.place, f'no workflow is named "{name.text}"', hint, length=len(name.text))
    elif contract := contracts.get(name.text):
        given = check_given(data, contract.takes, report) if data else set[str]()
        lacking = missing(contract.takes, contract.given | given)
        tell_missing(lacking, Entry(name.text, name.place, name), report, under="data")


def waits_of(steps: Iterable[Step], report: Report) -> tuple[Wait, ...]:
    """The workflows that are waited for, with their places."""
    return tuple(
        Wait(name.text, report.problem("B211", name.place, "", length=len(name.text)))
        for name in (one.kind.workflow for one in steps if isinstance(one.kind, Biz) and one.kind.waits)
    )


def check_cycles(workflows: Iterable[Workflow]) -> tuple[Workflow, ...]:
    """The workflows, with a problem where one waits for another that waits, in the end, for it."""
    found = tuple(workflows)
    waits = {one.name: tuple(wait.workflow for wait in one.waits) for one in found}
    return tuple(one.with_problems(tuple(_problems(one, waits))) for one in found)


def _problems(workflow: Waiting, waits: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    for wait in workflow.waits:
        way = _way(wait.workflow, workflow.name, waits)
        if way is not None:
            told = " -> ".join((workflow.name, *way))
            message = f"these workflows wait for each other, and none would end: {told}"
            hint = "let one of them not wait: wait: false"
            yield wait.problem.saying(message, hint)


def _way(start: str, goal: str, waits: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    """The shortest way from a workflow to another, both included; None when there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        if way[-1] == goal:
            return way
        for following in waits.get(way[-1], ()):
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return None
