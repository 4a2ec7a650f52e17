"""What the child executions of a map run gave, as the Map's result or as ResultWriter's files.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from coworks.asl.failures import DATA_LIMIT_EXCEEDED
from coworks.asl.timestamps import format_timestamp
from coworks.engine.json_text import json_text
from coworks.engine.records import Status
from coworks.engine.runs.calls import exceeded, too_large
from coworks.engine.tasks import TaskError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coworks.engine.names import Arns
    from coworks.engine.quotas import Quotas
    from coworks.engine.records import Execution, MapRun
    from coworks.engine.stores.store import Store

PAGE: Final = 500
"""How many children are read at once: each has up to 256 KiB of output."""


class Results:
    """Reads the results of map runs from the store, from any thread."""

    def __init__(self, store: Store, arns: Arns, quotas: Quotas) -> None:
        self._quotas = quotas
        self._store = store
        self._arns = arns

    def collect(self, run: MapRun, settings: Mapping[str, Any] | None) -> Any:
        """The result of the Map. Raises `TaskError` when it is larger than a state's output may be."""
        transformation = settings["transformation"] if settings else "COMPACT"
        results: list[Any] = []
        size, most = 0, self._quotas.payload
        for child in self.children(run):
            told = self.told(child, transformation)
            size += len(json_text(told))
            if most is not None and size > most:
                met = exceeded(too_large(run.state))
                raise TaskError(DATA_LIMIT_EXCEEDED, met.cause)
            results += told
        if settings and settings["type"] == "JSONL":
            return "\n".join(map(json_text, results))
        return results

    def children(self, run: MapRun) -> Iterator[Execution]:
        """The child executions in the order of their items."""
        after = -1
        while page := self._store.children(run.name, after, PAGE):
            yield from page
            after = page[-1].first_item

    def told(self, child: Execution, transformation: str) -> list[Any]:
        """The results that a child execution adds: one, or those of its list when they are flattened.

        A child that failed is always described.
        """
        if transformation == "NONE" or child.output is None:
            return [self.described(child)]
        output = json.loads(child.output)
        return output if transformation == "FLATTEN" and isinstance(output, list) else [output]

    def described(self, child: Execution) -> dict[str, Any]:
        """A child execution as AWS writes it into result files."""
        told: dict[str, Any] = {
            "ExecutionArn": self._arns.execution(child.machine, child.name),
            "Input": child.input,
            "InputDetails": {"Included": True},
            "Name": child.name,
            "RedriveCount": child.redrives,
            "StartDate": format_timestamp(child.started),
            "StateMachineArn": self._arns.machine(child.machine),
            "Status": str(child.status),
        }
        if child.stopped is not None:
            told["StopDate"] = format_timestamp(child.stopped)
        if child.output is not None:
            told |= {"Output": child.output, "OutputDetails": {"Included": True}}
        if child.status is Status.SUCCEEDED:
            told["RedriveStatus"] = "NOT_REDRIVABLE"
            told["RedriveStatusReason"] = "Execution is SUCCEEDED and cannot be redriven"
        else:
            told["RedriveStatus"] = "REDRIVABLE_BY_MAP_RUN"
        failure = {"Error": child.error, "Cause": child.cause}
        return told | {name: value for name, value in failure.items() if value is not None}
