"""Questions that wait for a person's answer, and the answer given in the console instead of by mail.

An `approve` step orders `POST /request` with a task token; whoever has the token may give the task its
result, which is what the page behind the mail's link does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from coworks.engine import Status
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coworks.engine import Engine, Execution
    from coworks.local import System

ACCEPT_OR_REFUSE: Final = ("accept", "refuse")
_OVER: Final = ("TaskSucceeded", "TaskFailed", "TaskTimedOut")
_LOOKED_AT: Final = 200
_LONGEST_COMMENT: Final = 2000


@dataclass(frozen=True, slots=True)
class Approval:
    """A question of a run. The first of the `answers` approves; `since` is in seconds since the epoch."""

    workflow: str
    run: str
    step: str
    people: str
    subject: str
    message: str
    answers: tuple[str, ...]
    token: str
    since: float


def waiting_approvals(system: System) -> tuple[Approval, ...]:
    """The questions of all runs that are under way, the newest runs first."""
    asking = {
        one.name for one in system.project.workflows if "waitForTaskToken" in json.dumps(one.definition)
    }
    return tuple(
        approval
        for workflow in sorted(asking)
        for execution in system.engine.list_executions(workflow, status=Status.RUNNING, limit=_LOOKED_AT)
        for approval in approvals_of(execution, system.engine.get_execution_history(workflow, execution.name))
    )


def approvals_of(execution: Execution, events: Iterable[Mapping[str, Any]]) -> list[Approval]:
    """The questions of a run that nobody has answered yet."""
    if execution.status is not Status.RUNNING:
        return []
    steps: dict[int, str] = {}
    asked: dict[int, Approval] = {}
    task_of: dict[int, int] = {}
    for event in events:
        number, previous, kind = event["id"], event["previousEventId"], event["type"]
        steps[number] = event.get("stateEnteredEventDetails", {}).get("name", steps.get(previous, ""))
        task_of[number] = number if kind == "TaskScheduled" else task_of.get(previous, 0)
        question = _read(execution, event, steps[number]) if kind == "TaskScheduled" else None
        if question is not None:
            asked[number] = question
        elif kind in _OVER or kind.endswith("StateExited"):
            asked.pop(task_of[number], None)
    return list(asked.values())


def _read(execution: Execution, event: Mapping[str, Any], step: str) -> Approval | None:
    """The question that a task asks, if it is one."""
    details = event["taskScheduledEventDetails"]
    if not details.get("resource", "").endswith("waitForTaskToken"):
        return None
    told = json.loads(details.get("parameters") or "{}")
    order = told.get("Payload") if isinstance(told, dict) else None
    body = order.get("body") if isinstance(order, dict) and order.get("path") == "/request" else None
    if not isinstance(body, dict) or "token" not in body:
        return None
    people = body.get("to_addrs", "")
    return Approval(
        execution.machine,
        execution.name,
        step,
        ", ".join(map(str, people)) if isinstance(people, list) else str(people),
        str(body.get("subject", "")),
        str(body.get("message", "")),
        tuple(map(str, body.get("answers") or ACCEPT_OR_REFUSE)),
        str(body["token"]),
        event["timestamp"],
    )


def answer(engine: Engine, approval: Approval, decision: str, comment: str, by: str) -> None:
    """Give a question its answer, in the shape that the mail's page gives it.

    Raises `CoWorksError` for a word that is no answer, `EngineError` when somebody was faster.
    """
    if decision not in approval.answers:
        raise CoWorksError(f'"{decision}" is no answer here', hint=f"one of {', '.join(approval.answers)}")
    told = {
        "approved": decision == approval.answers[0],
        "answer": decision,
        "by": by,
        "comment": comment.strip()[:_LONGEST_COMMENT],
        "at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    engine.send_task_success(approval.token, json.dumps(told, ensure_ascii=False))
