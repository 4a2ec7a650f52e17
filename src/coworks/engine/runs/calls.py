"""Calls under way: begun, made again, submitted, answered, broken off: what a walk does about Tasks.

A call is in flight until its resource answers. With `.waitForTaskToken` that answer only says that the work
was handed over: the branch then waits, out of memory, until somebody sends the token back. An activity is
never called: its task stands in a queue until a worker asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from coworks.asl import Call, StateFailure
from coworks.asl.failures import DATA_LIMIT_EXCEEDED, HEARTBEAT_TIMEOUT, TIMEOUT
from coworks.engine.json_text import json_text
from coworks.engine.quotas import warn
from coworks.engine.resources import Resource
from coworks.engine.runs.position import Phase
from coworks.engine.task_tokens import new_token
from coworks.engine.tasks import ActivityTask

if TYPE_CHECKING:
    from coworks.engine.history import History
    from coworks.engine.quotas import Quotas
    from coworks.engine.runs.branch import Branch
    from coworks.engine.runs.tree import Tree

WITH_TOKEN = frozenset({Phase.CALLING, Phase.WAITING})
"""Where a task's token may come back."""


class Mover(Protocol):
    """What moves the branches on."""

    tree: Tree
    history: History
    quotas: Quotas

    def tell(self, branch: Branch, result: Any, now: float) -> None:
        """The work of the state is done: it goes on with the result."""

    def fail_call(self, branch: Branch, met: StateFailure, now: float) -> None:
        """The work of the state failed."""

    def overflow(self) -> None:
        """The history is full: the execution ends."""


class Calls:
    """See the module."""

    def __init__(self, walk: Mover, execution: int, region: str) -> None:
        self._walk = walk
        self._tree = walk.tree
        self._history = walk.history
        self._execution = execution
        self._region = region
        self.handed: list[Branch] = []
        self.children: dict[int, Branch] = {}

    def token(self, branch: Branch) -> str:
        """A new token for the task that the branch is at."""
        return new_token(self._execution, branch.id)

    def begin(self, branch: Branch, call: Call, now: float) -> None:
        """The state wants a call to be made."""
        if self._history.is_full:
            self._walk.overflow()
            return
        at, resource = branch.at, Resource(call.resource)
        if not self._walk.quotas.holds(json_text(call.arguments)):
            said = f"The arguments of the state '{at.state}' have a size exceeding"
            self._walk.fail_call(branch, exceeded(f"{said} the maximum number of bytes service limit."), now)
            return
        at.call = {name: getattr(call, name) for name in Call.__slots__}
        at.previous = self._history.called(resource, call, self._region, now, at.previous)
        if resource.is_activity:
            at.phase, at.wake_at, at.queued_at, branch.call = Phase.QUEUED, None, now, call
            at.token = self.token(branch)
            self.handed.append(branch)
        else:
            self._hand_out(branch, call, now)

    def wake(self, branch: Branch, now: float) -> None:
        """Make a call again whose process is gone, for nobody knows how far it came; or find it overdue."""
        at = branch.at
        if at.phase is Phase.CALLING and not branch.called:
            if at.call is not None:
                self._tree.moved(branch)
                self._hand_out(branch, Call(**at.call), now)
        elif at.wake_at is not None and now >= at.wake_at:
            late = at.deadline is not None and now >= at.deadline
            self.break_off(branch, "TimedOut", TIMEOUT if late else HEARTBEAT_TIMEOUT, None, now)

    def answer(self, branch: Branch, result: Any, now: float) -> None:
        """The resource answered: the work is done, or handed over to whoever has the token."""
        if not _resource(branch).is_submitted:
            self.succeed(branch, result, now)
        elif (text := self._checked(branch, result, now)) is not None:
            self.submitted(branch, text, now)

    def submitted(self, branch: Branch, text: str, now: float) -> None:
        """The work was handed over; from here the branch waits."""
        at = branch.at
        at.previous = self._history.submitted(_resource(branch), now, at.previous, text)
        at.phase = Phase.WAITING
        self._tree.moved(branch)

    def succeed(self, branch: Branch, result: Any, now: float) -> None:
        """The work is done."""
        if (text := self._checked(branch, result, now)) is not None:
            at = branch.at
            at.previous = self._history.answered(_resource(branch), now, at.previous, text)
            self._walk.tell(branch, result, now)

    def break_off(self, branch: Branch, how: str, error: str | None, cause: str | None, now: float) -> None:
        """The work failed; `how` is "Failed" or "TimedOut"."""
        at = branch.at
        at.previous = self._history.broke(_resource(branch), how, now, at.previous, error, cause)
        at.call = None
        self._walk.fail_call(branch, StateFailure(error, cause), now)

    def take(self, branch: Branch, worker: str | None, now: float) -> ActivityTask:
        """A worker of the activity takes the task; from now on its time runs."""
        at = branch.at
        call = Call(**(at.call or {}))
        at.previous = self._history.taken(worker, now, at.previous)
        at.phase = Phase.WAITING
        _count_from(branch, now, deadline=None if call.timeout is None else now + call.timeout)
        self._tree.moved(branch)
        return ActivityTask(at.token or "", json_text(call.arguments))

    def beat(self, branch: Branch, now: float) -> None:
        """Whoever does the work is alive: the next heartbeat may take as long again."""
        _count_from(branch, now, deadline=branch.at.deadline)
        self._tree.moved(branch)

    def await_child(self, branch: Branch, child: int) -> None:
        """The call goes on as an execution of its own, whose end is its answer."""
        branch.at.child = child
        self.children[child] = branch

    def _hand_out(self, branch: Branch, call: Call, now: float) -> None:
        branch.at.phase = Phase.CALLING
        _count_from(branch, now, deadline=None if call.timeout is None else now + call.timeout)
        branch.call, branch.called = call, True
        self.handed.append(branch)

    def _checked(self, branch: Branch, result: Any, now: float) -> str | None:
        """The answer as text; None when it was too large and the call failed."""
        resource, text = _resource(branch), json_text(result)
        if self._walk.quotas.holds(text):
            return text
        named = resource.arn if resource.is_function else resource.type
        met = exceeded(too_large(named))
        self.break_off(branch, "Failed", DATA_LIMIT_EXCEEDED, met.cause, now)
        return None


def too_large(what: str) -> str:
    """The cause of States.DataLimitExceeded."""
    return (
        f"The state/task '{what}' returned a result with a size exceeding"
        " the maximum number of bytes service limit."
    )


def exceeded(said: str) -> StateFailure:
    """The failure by a payload that is too large."""
    warn(said, "payload")
    return StateFailure(DATA_LIMIT_EXCEEDED, said)


def _count_from(branch: Branch, now: float, *, deadline: float | None) -> None:
    """Be looked at when the time is up, or the next heartbeat missing, if anybody is to send one."""
    at = branch.at
    at.deadline = deadline
    beat = at.call["heartbeat"] if at.call and at.token else None
    times = [time for time in (deadline, None if beat is None else now + beat) if time is not None]
    at.wake_at = min(times, default=None)


def _resource(branch: Branch) -> Resource:
    call = branch.at.call
    return Resource(call["resource"] if call else "")
