"""Two changes of one file: both are shown, and somebody decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import ui

from coworks.console import texts
from coworks.console.differences import differences
from coworks.console.pages.frame import html
from coworks.console.rendering import render

if TYPE_CHECKING:
    from coworks.console.documents import SaveConflictError
    from coworks.console.pages.desk import Desk


async def show_conflict(desk: Desk, conflict: SaveConflictError) -> None:
    """Ask whose text is kept. Whoever closes the question changes nothing."""
    lines = differences(conflict.theirs or "", desk.document.text)
    with ui.dialog() as dialog, ui.card().classes("wide-dialog"):
        dialog.props["aria-label"] = conflict.message
        html(render("conflict", said=conflict.message, lines=lines, is_deleted=conflict.theirs is None))
        with ui.element("div").classes("actions"):
            ui.button(texts.KEEP_MINE, color=None, on_click=lambda: dialog.submit("mine")).props(
                "unelevated no-caps"
            )
            if conflict.theirs is not None:
                ui.button(texts.TAKE_THEIRS, color=None, on_click=lambda: dialog.submit("theirs")).props(
                    "unelevated no-caps"
                )
            ui.button(texts.CANCEL, color=None, on_click=lambda: dialog.submit(None)).props("flat no-caps")
    chosen = await dialog
    if chosen == "mine":
        desk.document.keep_mine()
        await desk.save()
    elif chosen == "theirs":
        desk.document.take_theirs()
        await desk.refresh()
