"""The list of runs, with filters that stand in its address."""

from __future__ import annotations

from asyncio import to_thread

from nicegui import ui

from coworks.console import texts
from coworks.console.pages.frame import frame, html
from coworks.console.rendering import render
from coworks.console.runs import list_runs
from coworks.engine import Status


async def runs() -> None:
    """`/_console/runs?workflow=&status=&before=`."""
    asked = ui.context.client.request.query_params
    status = Status(asked["status"]) if asked.get("status") in Status.__members__ else None
    workflow = asked.get("workflow") or None
    with frame(texts.RUNS, "runs") as visitor:
        engine, names = visitor.system.engine, [one.name for one in visitor.system.project.workflows]
        found, has_older = await to_thread(
            list_runs, engine, workflow, status, _moment(asked.get("before", ""))
        )
        older = f"{found[-1].started!r}_{found[-1].id}" if has_older else ""
        html(
            render(
                "runs",
                runs=found,
                workflows=names,
                workflow=workflow or "",
                statuses=list(Status),
                status=status or "",
                older=older,
            )
        )


def _moment(text: str) -> tuple[float, int] | None:
    """The last run of the page before, by its start and its number."""
    started, _, number = text.partition("_")
    try:
        return float(started), int(number)
    except ValueError:
        return None
