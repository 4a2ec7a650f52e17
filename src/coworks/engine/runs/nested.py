"""What the loop asks of a run about the executions that its states start, wait for and give up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.engine.resources import Resource

if TYPE_CHECKING:
    from coworks.engine.runs.branch import Branch
    from coworks.engine.runs.calls import Calls
    from coworks.engine.runs.owner import Owner
    from coworks.engine.runs.tree import Tree


class Nested:
    """See the module."""

    __slots__ = ("_calls", "_run", "_tree")

    def __init__(self, run: Owner, tree: Tree, calls: Calls) -> None:
        self._run = run
        self._tree = tree
        self._calls = calls

    def started(self, branch: int, told: Any, child: int | None, now: float) -> None:
        """A call has started an execution, and waits for it when it is given as `child`."""
        if found := self._tree.find(branch):
            if child is not None:
                self._calls.await_child(found, child)
            self._calls.answer(found, told, now)
            self._run.settle(now)

    def refuse(self, branch: int, error: str, cause: str, now: float) -> None:
        """A call inside the engine cannot be begun."""
        if found := self._tree.find(branch):
            self._calls.break_off(found, "ScheduleFailed", error, cause, now)
            self._run.settle(now)

    def waiting_for(self, child: int) -> list[tuple[int, Resource]]:
        """The branches that wait for an execution, and what they called it by."""
        waiting = [one for one in self._tree.live() if self._run.running and one.at.awaited == child]
        return [(one.id, Resource(one.at.call["resource"])) for one in waiting if one.at.call]

    def take_orphans(self) -> list[int]:
        """The executions that it no longer waits for."""
        children = self._calls.children
        gone = [child for child, branch in children.items() if not self._waits(branch, child)]
        for child in gone:
            del children[child]
        return gone

    def _waits(self, branch: Branch, child: int) -> bool:
        is_there = self._tree.find(branch.id) is branch
        return self._run.running and is_there and branch.at.awaited == child
