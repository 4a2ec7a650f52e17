"""Two runs of a workflow, side by side."""

from __future__ import annotations

from asyncio import to_thread

from nicegui import ui

from coworks.console import texts
from coworks.console.comparing import compare
from coworks.console.pages.frame import frame, html
from coworks.console.rendering import render
from coworks.console.runs import run_view
from coworks.engine import ExecutionDoesNotExistError


async def compare_runs() -> None:
    """`/_console/compare?run=WORKFLOW:ID&run=WORKFLOW:ID`."""
    asked = ui.context.client.request.query_params.getlist("run")
    with frame(texts.COMPARE, "runs") as visitor:
        named = [one.partition(":")[::2] for one in asked]
        if len(named) != 2 or named[0][0] != named[1][0]:
            html(render("missing", said=texts.COMPARE_TWO))
            return
        try:
            first, second = [await to_thread(run_view, visitor.system, *one) for one in named]
        except ExecutionDoesNotExistError as error:
            html(render("missing", said=error.message))
            return
        html(render("compare", told=await to_thread(compare, first, second)))
