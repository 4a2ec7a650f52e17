"""The branches of one execution: which live, which moved since they were stored, which are gone.

A branch that is done leaves its result in its row, and the rows of a fork are forgotten when the state that
forked goes on. So a turn writes no more than the rows of the branches that it moved, however many there are,
and whatever is stored is enough to go on from: the branches that have begun are those that have a row.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

from coworks.engine.records import Position
from coworks.engine.runs.branch import Branch
from coworks.engine.runs.position import Phase, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from coworks.asl import Machine
    from coworks.engine.runs.map_progress import Progress


class Tree:
    """See the module. Of several branches that could move on, the oldest does, whatever happened before."""

    def __init__(self, machine: Machine, at: Standing, context: Mapping[str, Any]) -> None:
        self.root = Branch(0, machine, at, at.variables, context)
        self._live: dict[int, Branch] = {0: self.root}
        self._ready: list[int] = [0]
        self._moved: dict[int, Branch] = {}
        self._done: dict[int, Standing] = {}
        self._gone: list[int] = []
        self._highest = 0
        self.given_up: list[Progress] = []
        self.last_event = at.last_event

    @classmethod
    def restored(cls, machine: Machine, positions: Sequence[Position], context: Mapping[str, Any]) -> Tree:
        """The tree of stored positions, which are sorted by branch: parents come before their children."""
        tree = cls(machine, Standing.from_json(positions[0].data), context)
        for position in positions[1:]:
            at = Standing.from_json(position.data)
            parent = tree._live[at.parent or 0]
            tree._highest = position.branch
            tree.last_event = max(tree.last_event, at.last_event)
            if at.phase is Phase.DONE:
                parent.results[at.index] = at.input
                parent.done.append(position.branch)
            else:
                tree._add(position.branch, parent, at)
        return tree

    def __len__(self) -> int:
        return len(self._live) + sum(len(branch.done) for branch in self._live.values())

    def live(self) -> list[Branch]:
        """The branches that are not done, the oldest first."""
        return [self._live[identity] for identity in sorted(self._live)]

    def find(self, identity: int) -> Branch | None:
        return self._live.get(identity)

    def moved(self, branch: Branch) -> None:
        """Have the branch stored."""
        self._moved[branch.id] = branch

    def arrived(self, branch: Branch) -> None:
        """The branch stands before a state and waits for its turn to go on."""
        heapq.heappush(self._ready, branch.id)

    def next_ready(self) -> Branch | None:
        """The oldest branch that stands before a state."""
        while self._ready:
            branch = self._live.get(heapq.heappop(self._ready))
            if branch and branch.at.phase is Phase.ENTERING:
                return branch
        return None

    def grow(self, parent: Branch) -> Branch:
        """A new branch of the fork under way, before its first state."""
        index = parent.begun
        self._highest += 1
        start = parent.forking.machine(index).start_at
        at = Standing(start, None, parent=parent.id, index=index)
        branch = self._add(self._highest, parent, at)
        self._moved[branch.id] = branch
        return branch

    def _add(self, identity: int, parent: Branch, at: Standing) -> Branch:
        state = parent.forking
        context = {**parent.context, **state.context(parent.fork, at.index)}
        variables = {**parent.variables, **at.variables}
        branch = Branch(identity, state.machine(at.index), at, variables, context, parent)
        parent.children[at.index] = self._live[identity] = branch
        heapq.heappush(self._ready, identity)
        return branch

    def withdraw(self, branch: Branch, parent: Branch) -> None:
        """The last branch that began could not: it is one that has not begun."""
        del parent.children[branch.at.index], self._live[branch.id]
        self._moved.pop(branch.id, None)
        branch.at.phase = Phase.DONE

    def finish(self, branch: Branch, parent: Branch, result: Any) -> None:
        """The branch came to its end."""
        index = branch.at.index
        done = Standing("", result, phase=Phase.DONE, parent=parent.id, index=index)
        branch.at.phase = Phase.DONE
        self._done[branch.id] = done
        del parent.children[index], self._live[branch.id]
        self._moved.pop(branch.id, None)
        parent.results[index] = result
        parent.done.append(branch.id)

    def cut(self, branch: Branch) -> None:
        """The fork of the branch is over: forget all that is inside."""
        for inside in _below(branch):
            del self._live[inside.id]
            self._moved.pop(inside.id, None)
            self._gone.append(inside.id)
            inside.at.phase = Phase.DONE
            if inside.progress:
                self.given_up.append(inside.progress)
            self._forget_results(inside)
        self._forget_results(branch)
        branch.children, branch.results = {}, {}
        branch.at.fork = branch.at.map_run = None

    def _forget_results(self, branch: Branch) -> None:
        for identity in branch.done:
            self._done.pop(identity, None)
        self._gone += branch.done
        branch.done = []

    def take_positions(
        self, execution: int, last_event: int, now: float, deadline: float | None
    ) -> tuple[Position, ...]:
        """The rows that changed since the last time. Each tells the number of the last event so far.

        A `deadline` is when the first branch wants to be looked at in any case.
        """
        moved, self._moved = self._moved, {}
        done, self._done = self._done, {}
        rows = []
        for identity, at in [*((one.id, one.at) for one in moved.values()), *done.items()]:
            at.last_event = last_event
            wake_at = now if at.phase is Phase.ENTERING else at.wake_at
            if deadline is not None and identity == self.root.id:
                wake_at = deadline if wake_at is None else min(wake_at, deadline)
            in_flight, queue = at.phase.is_in_flight, at.queue
            queued_at = at.queued_at if queue else None
            rows.append(
                Position(execution, identity, wake_at, in_flight, at.to_json(), queue, queued_at, at.awaited)
            )
        return tuple(rows)

    def at_rest(self, execution: int, last_event: int) -> tuple[Position, ...]:
        """All rows, waiting for nothing: where an execution that is over stood."""
        done = [
            (identity, Standing("", result, phase=Phase.DONE, parent=branch.id, index=index))
            for branch in self._live.values()
            for identity, (index, result) in zip(branch.done, branch.results.items(), strict=True)
        ]
        rows = []
        for identity, at in [*((one.id, one.at) for one in self._live.values()), *done]:
            at.last_event = last_event
            rows.append(Position(execution, identity, None, False, at.to_json()))
        return tuple(rows)

    def forget(self, rows: Sequence[int]) -> None:
        """Rows of a former attempt are not gone on from."""
        self._gone += rows

    def take_gone(self, execution: int) -> tuple[tuple[int, int], ...]:
        """The rows that are no longer needed."""
        gone, self._gone = self._gone, []
        return tuple((execution, identity) for identity in gone)


def _below(branch: Branch) -> Iterator[Branch]:
    for child in branch.children.values():
        yield child
        yield from _below(child)
