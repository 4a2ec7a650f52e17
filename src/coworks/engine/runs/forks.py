"""Parallel and Map under way: begins branches, joins what they give, gives up at the first failure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from coworks.asl import StateFailure
from coworks.engine.runs.position import Phase

if TYPE_CHECKING:
    from coworks.asl import Fork
    from coworks.engine.history import History
    from coworks.engine.runs.branch import Branch
    from coworks.engine.runs.tree import Tree


class Mover(Protocol):
    """What moves the branches on."""

    tree: Tree
    history: History

    def tell(self, branch: Branch, result: Any, now: float) -> None:
        """The work of the state is done: it goes on with the result."""

    def fail_fork(self, branch: Branch, met: StateFailure, now: float) -> None:
        """A branch inside failed, and with it the state that forked."""

    def explained(self, branch: Branch, met: StateFailure, now: float) -> StateFailure:
        """A failure of the state's own fields, as it is told."""

    def overflow(self) -> None:
        """The history is full: the execution ends."""


class Forks:
    """The part of a walk that looks after branches inside branches."""

    def __init__(self, walk: Mover) -> None:
        self._walk = walk
        self._tree = walk.tree
        self._history = walk.history

    def open(self, parent: Branch, fork: Fork, now: float) -> None:
        """The state forks: as many branches begin as may run at once."""
        at, state = parent.at, parent.forking
        at.phase, at.wake_at = Phase.FORKED, None
        at.fork = {name: getattr(fork, name) for name in type(fork).__slots__}
        length = fork.length if state.iterates else None
        at.previous = self._history.forked(state.kind, length, now, at.previous)
        self._go_on(parent, fork, at.previous, at.previous, now)

    def succeeded(self, child: Branch, parent: Branch, result: Any, now: float) -> None:
        """A branch came to its end; its room is for the next one."""
        last = self._note("Succeeded", child, parent, now)
        self._tree.finish(child, parent, result)
        self._go_on(parent, parent.fork, child.at.previous, last, now)

    def failed(self, child: Branch, parent: Branch, failure: StateFailure, now: float) -> None:
        """A branch failed, and so does the state: the other branches are given up."""
        self._note("Failed", child, parent, now)
        for sibling in list(parent.children.values()):
            if sibling is not child:
                self._abort(sibling, parent, now)
        parent.at.previous = child.at.previous
        self._walk.fail_fork(parent, failure, now)

    def resume(self, parent: Branch, now: float) -> None:
        """The state goes on that stood between two of its branches."""
        self._go_on(parent, parent.fork, parent.at.previous, parent.at.previous, now)

    def _go_on(self, parent: Branch, fork: Fork, freed: int, last: int, now: float) -> None:
        """Begin what may begin, after the event `freed`; join when all is done, which `last` told."""
        while len(parent.children) < fork.at_most and parent.begun < fork.length:
            if not self._begin(parent, fork, freed, now):
                return
        if len(parent.results) == fork.length:
            parent.at.previous = last
            self._join(parent, fork, now)

    def _begin(self, parent: Branch, fork: Fork, freed: int, now: float) -> bool:
        """Begin the next branch; False when that failed or the history is full."""
        if self._history.is_full:
            self._walk.overflow()
            return False
        child = self._tree.grow(parent)
        child.at.previous = freed
        child.at.previous = self._note("Started", child, parent, now)
        try:
            child.at.input = parent.forking.begin(parent.scope(now, child.context), fork.given)
        except StateFailure as met:
            parent.at.previous = child.at.previous
            told = self._walk.explained(parent, met, now)
            child.at.previous = parent.at.previous
            self._tree.withdraw(child, parent)
            self.failed(child, parent, told, now)
            return False
        return True

    def _join(self, parent: Branch, fork: Fork, now: float) -> None:
        self._history.add(f"{parent.state.kind}StateSucceeded", now, parent.at.previous)
        results = [parent.results[index] for index in range(fork.length)]
        self._tree.cut(parent)
        self._walk.tell(parent, results, now)

    def _abort(self, branch: Branch, parent: Branch, now: float) -> None:
        for child in branch.children.values():
            self._abort(child, branch, now)
        self._note("Aborted", branch, parent, now)

    def _note(self, how: str, child: Branch, parent: Branch, now: float) -> int:
        """The event of a Map's turn, or the branch's last one: those of a Parallel have none of their own."""
        if not parent.forking.iterates:
            return child.at.previous
        return self._history.iteration(how, parent.at.state, child.at.index, now, child.at.previous)
