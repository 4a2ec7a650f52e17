"""Executions that ask for other executions: `arn:aws:states:::aws-sdk:sfn:listExecutions`, answered here.

A workflow that must not overlap with itself asks what else runs. The answer tells of the turn that is under
way, too, so that of two executions that begin together each knows of the other.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coworks.asl.failures import RUNTIME
from coworks.asl.timestamps import format_timestamp
from coworks.engine.errors import InvalidTokenError
from coworks.engine.page_tokens import read_token, write_token
from coworks.engine.records import Status, Which
from coworks.engine.tasks import Broken, Done

if TYPE_CHECKING:
    from coworks.engine.loop.live import LiveRuns
    from coworks.engine.names import Arns
    from coworks.engine.records import Execution
    from coworks.engine.stores.store import Store
    from coworks.engine.tasks import Report

_MOST: Final = 1_000
_PAGE: Final = 100
_TAKEN: Final = frozenset({"StateMachineArn", "StatusFilter", "MaxResults", "NextToken"})


class Listing:
    """See the module."""

    def __init__(self, live: LiveRuns, store: Store, arns: Arns) -> None:
        self._live = live
        self._store = store
        self._arns = arns

    def answer(self, arguments: Any) -> Report:
        """The executions of a machine, the newest first, in pages of `MaxResults`."""
        given = arguments if isinstance(arguments, dict) else {}
        if more := given.keys() - _TAKEN:
            return Broken(RUNTIME, f"listExecutions takes no {', '.join(sorted(more))} here.")
        machine = self._machine(str(given.get("StateMachineArn")))
        if machine is None or self._store.current_machine(machine) is None:
            told = f"State Machine Does Not Exist: '{given.get('StateMachineArn')}'"
            return Broken("Sfn.StateMachineDoesNotExistException", told)
        wanted, most = given.get("StatusFilter"), given.get("MaxResults", _PAGE)
        if wanted not in (None, *Status) or not isinstance(most, (int, float)) or not 0 <= most <= _MOST:
            return Broken(
                "Sfn.ValidationException", f"StatusFilter {wanted} or MaxResults {most} is not valid"
            )
        query = ["listExecutions", machine, wanted]
        try:
            before = read_token(query, given.get("NextToken"))
        except InvalidTokenError as error:
            return Broken("Sfn.InvalidTokenException", error.message)
        return Done(self._page(query, before and tuple(before), int(most) or _PAGE))

    def _page(self, query: list[Any], before: tuple[float, int] | None, limit: int) -> dict[str, Any]:
        _, machine, wanted = query
        found = self._found(machine, None if wanted is None else Status(wanted), limit + 1, before)
        page = found[:limit]
        told: dict[str, Any] = {"Executions": [self._told(one) for one in page]}
        if found[limit:]:
            told["NextToken"] = write_token(query, [page[-1].started, page[-1].id])
        return told

    def _machine(self, arn: str) -> str | None:
        if arn.startswith("${"):
            return arn.removeprefix("${").removesuffix("}")
        qualified = self._arns.qualified_of(arn)
        return qualified[0] if qualified else self._arns.name_of(arn)

    def _found(
        self, machine: str, status: Status | None, limit: int, before: tuple[float, int] | None
    ) -> list[Execution]:
        """Those after `before`, which is the start and the id of the last one told."""
        moved = {one.id: one for one in self._live.moved(machine) if before is None or _place(one) < before}
        # The store may have those that were moved in a status that they have no more.
        kept = self._store.executions(Which(machine, status), limit=limit + len(moved), before=before)
        now = ({one.id: one for one in kept} | moved).values()
        found = [one for one in now if status is None or one.status is status]
        return sorted(found, key=_place, reverse=True)[:limit]

    def _told(self, execution: Execution) -> dict[str, Any]:
        told = {
            "ExecutionArn": self._arns.execution(execution.machine, execution.name),
            "Name": execution.name,
            "RedriveCount": execution.redrives,
            "StartDate": format_timestamp(execution.started),
            "StateMachineArn": self._arns.machine(execution.machine),
            "Status": str(execution.status),
        }
        over = execution.stopped
        return told if over is None else told | {"StopDate": format_timestamp(over)}


def _place(execution: Execution) -> tuple[float, int]:
    return execution.started, execution.id
