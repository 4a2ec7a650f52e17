"""Which executions may be redriven: go on from the states that they failed in.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html and
https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from coworks.engine.records import Execution, Status
from coworks.engine.runs.position import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coworks.engine.quotas import Quotas
    from coworks.engine.records import Position

PERIOD: Final = 14 * 24 * 3600.0
"""Seconds after its end in which an execution may be redriven."""
TOKENS: Final = 10
"""Client tokens that are remembered, the last ones."""
TOKEN_PERIOD: Final = 15 * 60.0
"""Seconds that a client token is remembered."""


def obstacle(record: Execution, positions: Sequence[Position], quotas: Quotas, now: float) -> str | None:
    """Why an execution cannot be redriven, in AWS's words; None when it can.

    `positions` are those where its branches stood at the end.
    """
    if record.status in {Status.RUNNING, Status.SUCCEEDED}:
        return f"Execution is {record.status} and cannot be redriven"
    if record.stopped is not None and now - record.stopped > PERIOD:
        return "Execution redrivable period exceeded"
    if not positions:
        return "Execution was started before the launch of RedriveExecution"
    most = most_events(quotas)
    if most is not None and last_event(positions) >= most:
        return "Execution history event limit exceeded"
    return None


def most_events(quotas: Quotas) -> int | None:
    """The events from which on a history has no room for more; None for no limit."""
    return None if quotas.history_events is None else quotas.history_events - 1


def last_event(positions: Sequence[Position]) -> int:
    """The number of the event after which an execution stood there."""
    return max(Standing.from_json(one.data).last_event for one in positions)


def redriven(record: Execution, token: str | None, now: float) -> Execution:
    """The execution, running again."""
    used = [*_used(record), [token, now]][-TOKENS:] if token else _used(record)
    return replace(
        record,
        status=Status.RUNNING,
        stopped=None,
        output=None,
        error=None,
        cause=None,
        redrives=record.redrives + 1,
        redriven=now,
        redrive_tokens=json.dumps(used),
    )


def was_redriven_by(record: Execution, token: str | None, now: float) -> bool:
    """True when this client token redrove it lately: the request is a repetition."""
    return any(used == token and now - when <= TOKEN_PERIOD for used, when in _used(record))


def _used(record: Execution) -> list[Any]:
    return list(json.loads(record.redrive_tokens))
