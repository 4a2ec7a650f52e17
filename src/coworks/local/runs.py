"""An execution told for people and programs: how it stands, and step by step what happened.

Both the REST resource of a workflow and `cws executions show` speak these words.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from coworks.biz.names import RESERVED_STEPS
from coworks.engine import Status, format_timestamp
from coworks.local.visits import CAUGHT, Visit, Visits, read_visits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from coworks.biz import SourceMap
    from coworks.engine import Execution

_UNEVENTFUL = (Status.SUCCEEDED, Status.RUNNING, Status.ABORTED)


def summary(execution: Execution) -> dict[str, Any]:
    """`id`, `workflow`, `status` (Step Functions' word), `started` and `ended` (UTC)."""
    told = {
        "id": execution.name,
        "workflow": execution.machine,
        "status": str(execution.status),
        "started": format_timestamp(execution.started),
    }
    if execution.stopped is not None:
        told["ended"] = format_timestamp(execution.stopped)
    return told


def description(
    execution: Execution, events: Iterable[Mapping[str, Any]], sources: SourceMap | None = None
) -> dict[str, Any]:
    """The summary, with `input`, `output` or `error` and `cause`, and `steps`.

    One that runs another again from a step tells so: `replay`, with `of` and `from`. `sources` says where the
    steps are written. An execution that failed tells where it did: `step`, `place`.
    """
    return described(execution, read_visits(execution, events), sources or {})


def described(execution: Execution, visits: Visits, sources: SourceMap) -> dict[str, Any]:
    """The same of a history that was read before."""
    told = summary(execution) | {"input": json.loads(execution.input)}
    if execution.output is not None:
        told["output"] = json.loads(execution.output)
    told |= _known(error=execution.error, cause=execution.cause)
    if (began := visits.began_at) and isinstance(began.reason, dict) and "of" in began.reason:
        told["replay"] = {"of": str(began.reason["of"]), "from": began.state}
    if visits.culprit:
        told |= _where(visits.culprit, sources)
    return told | {"steps": list(_steps(visits, sources))}


def failure(
    execution: Execution, events: Iterable[Mapping[str, Any]], sources: SourceMap | None = None
) -> str:
    """How an execution failed, in one line: its error, its cause, the step and the place of the step."""
    culprit = read_visits(execution, events).culprit
    where = _where(culprit, sources or {}) if culprit else {}
    said = ": ".join(part for part in (execution.error, message_of(execution.cause)) if part)
    line = f"{execution.name} {execution.status}"
    if "step" in where:
        place = f" ({where['place']})" if "place" in where else ""
        line += f' at step "{where["step"]}"{place}'
    return f"{line} with {said}" if said else line


def message_of(cause: str | None) -> str | None:
    """The cause in words: that of a Lambda is JSON, with its traceback."""
    try:
        told = json.loads(cause or "")
    except ValueError:
        return cause
    return str(told["errorMessage"]) if isinstance(told, dict) and "errorMessage" in told else cause


def _where(visit: Visit, sources: SourceMap) -> dict[str, str]:
    """The step of a visit as its author knows it, and where it is written."""
    origin = sources.get(visit.name)
    if origin is None:
        return {"step": visit.name}
    return {"step": origin.step or visit.name, "place": str(origin)}


def _steps(visits: Visits, sources: SourceMap) -> Iterator[dict[str, Any]]:
    """The steps of the author, in the order in which they were entered.

    Each has `name`, `place`, `status` (RUNNING, SUCCEEDED, CAUGHT: failed and caught; else how it ended),
    `started`, `ended`, `output`, for a call `tries`, `error` and `cause` of its last failure, and inside a
    step with branches `inside`, the name of that step, and `item`, the number of the item from 0.
    """
    return (_step(visit, sources) for visit in visits.all if _is_told(visit, sources))


def _is_told(visit: Visit, sources: SourceMap) -> bool:
    """States that the compiler added are told when something is wrong with them."""
    origin = sources.get(visit.name)
    is_own = visit.name not in RESERVED_STEPS if origin is None else origin.wrote(visit.name)
    return is_own or visit.status not in _UNEVENTFUL


def _step(visit: Visit, sources: SourceMap) -> dict[str, Any]:
    where = _where(visit, sources)
    step: dict[str, Any] = {"name": where.pop("step"), **where, "status": str(visit.status)}
    if visit.parent:
        step["inside"] = _where(visit.parent, sources)["step"]
    if visit.item is not None:
        step["item"] = visit.item
    step["started"] = format_timestamp(visit.started)
    if visit.ended is not None:
        step["ended"] = format_timestamp(visit.ended)
    if visit.status in (Status.SUCCEEDED, CAUGHT):
        step["output"] = visit.output
    if visit.tries:
        step["tries"] = visit.tries
    return step | _known(error=visit.error, cause=visit.cause)


def _known(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}
