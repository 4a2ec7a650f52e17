"""What executions log: events of their histories, as the logging configuration of their machines asks for.

Each event is a record of the logger `coworks.executions` (INFO, ERROR, or CRITICAL for AWS's FATAL), whose
message is the JSON object that AWS writes into CloudWatch Logs. Where it goes is for Python's logging to say.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""

from __future__ import annotations

import json
import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from coworks.engine.history import without_data
from coworks.engine.json_text import json_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coworks.engine.names import Arns
    from coworks.engine.records import Execution
    from coworks.engine.runs.run import Run
    from coworks.engine.stores.store import Store

logger = logging.getLogger("coworks.executions")

_LEVELS: Final = {"ALL": logging.INFO, "ERROR": logging.ERROR, "FATAL": logging.CRITICAL}
_FATAL: Final = frozenset({"ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"})
_ERRORS: Final = ("Aborted", "Failed", "TimedOut")


class _Wanted(NamedTuple):
    """From which level on events are logged, and whether with their data."""

    level: int
    data: bool


class EventLog:
    """See the module."""

    def __init__(self, store: Store, arns: Arns) -> None:
        self._store = store
        self._arns = arns
        self._wanted = lru_cache(maxsize=256)(self._read_wanted)

    def tell(self, runs: Iterable[Run]) -> None:
        """Log the events that a turn wrote."""
        for run in runs:
            batch = run.take_written()
            if batch and (wanted := self._wanted(run.record.machine_id)):
                for event in json.loads(batch.data):
                    self._log(run.record, event, wanted)

    def _log(self, execution: Execution, event: dict[str, Any], wanted: _Wanted) -> None:
        level = level_of(event["type"])
        if level >= wanted.level and logger.isEnabledFor(level):
            told = event if wanted.data else without_data(event)
            logger.log(level, "%s", json_text(self._record(execution, told)))

    def _record(self, execution: Execution, event: dict[str, Any]) -> dict[str, Any]:
        """An event as CloudWatch Logs shows it: numbers are texts, and its details have one name."""
        details: dict[str, Any] = next(
            (value for name, value in event.items() if name.endswith("EventDetails")), {}
        )
        write = self._arns.express if execution.express else self._arns.execution
        return {
            "id": str(event["id"]),
            "type": event["type"],
            "details": details,
            "previous_event_id": str(event["previousEventId"]),
            "event_timestamp": str(int(event["timestamp"] * 1000)),
            "execution_arn": write(execution.machine, execution.name),
            "redrive_count": str(execution.redrives),
        }

    def _read_wanted(self, revision: int) -> _Wanted | None:
        """What a revision of a machine asks for; None when it logs nothing."""
        configured = json.loads(self._store.settings(revision)).get("logging", {})
        level = _LEVELS.get(configured.get("level", "OFF"))
        return None if level is None else _Wanted(level, bool(configured.get("includeExecutionData")))


def level_of(kind: str) -> int:
    """The level of an event by its type."""
    if kind in _FATAL:
        return logging.CRITICAL
    return logging.ERROR if kind.endswith(_ERRORS) or kind == "FailStateEntered" else logging.INFO
