"""What the steps of a workflow called, told from the events of its history."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coworks.engine.tasks import LAMBDA_INVOKE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from coworks.biz import SourceMap

_SCHEDULED = ("TaskScheduled", "LambdaFunctionScheduled", "ActivityScheduled")


@dataclass(frozen=True, slots=True)
class CallMade:
    """One call of a step: `service`, `method`, `path`, `query`, `headers` and `body` of an order.

    Calls of other kinds have their `resource` and the `arguments` alone.
    """

    step: str
    resource: str
    arguments: Any
    service: str = ""
    method: str = ""
    path: str = ""
    query: Mapping[str, Any] | None = None
    headers: Mapping[str, Any] | None = None
    body: Any = None


def call_made(step: str, resource: str, arguments: Any) -> CallMade:
    """The call of a step, with the parts of its order when it is one."""
    if resource.split(".")[0] != LAMBDA_INVOKE or not isinstance(arguments, dict):
        return CallMade(step, resource, arguments)
    order = arguments.get("Payload")
    parts = order if isinstance(order, dict) else {}
    return CallMade(
        step,
        resource,
        arguments,
        str(arguments.get("FunctionName", "")).removeprefix("${").removesuffix("}"),
        str(parts.get("method", "")),
        str(parts.get("path", "")),
        parts.get("query"),
        parts.get("headers"),
        parts.get("body"),
    )


def calls_made(events: Iterable[Mapping[str, Any]], sources: SourceMap) -> Iterator[CallMade]:
    """The calls of an execution, tries after an error as well, in their order."""
    for step, event in by_step(events, sources):
        if event["type"] in _SCHEDULED:
            details = details_of(event)
            resource = details["resource"]
            if "resourceType" in details:
                resource = f"arn:aws:states:::{details['resourceType']}:{resource}"
            yield call_made(step, resource, json.loads(details.get("parameters") or details["input"]))


def by_step(
    events: Iterable[Mapping[str, Any]], sources: SourceMap
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each event with the step whose it is, by its author's name; "" before the first."""
    states: dict[int, str] = {}  # whose an event is, by its id
    for event in events:
        entered = event["type"].endswith("StateEntered")
        state = details_of(event)["name"] if entered else states.get(event["previousEventId"], "")
        states[event["id"]] = state
        origin = sources.get(state)
        yield (origin.step if origin and origin.step else state), event


def details_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an event tells."""
    return next((value for key, value in event.items() if key.endswith("EventDetails")), None) or {}
