"""A dialog that asks for something, and says what is wrong with the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nicegui import ui

from coworks.console import texts
from coworks.console.forms.fields import FormError
from coworks.console.pages.frame import dialog_head, html
from coworks.console.rendering import render

if TYPE_CHECKING:
    from collections.abc import Callable


async def ask(title: str, about: str, accept: str, fill: Callable[[], None], build: Callable[[], Any]) -> Any:
    """What `build` makes of a dialog, None when it is left; what `build` refuses is said in it."""
    with ui.dialog().props("persistent") as dialog, ui.card().classes("wide-dialog"):
        dialog_head(dialog, title, about)
        fill()
        told = html("").props('role="alert"')

        def submit() -> None:
            try:
                dialog.submit(build())
            except FormError as error:
                told.set_content(render("notice", said=error.explain()))

        with ui.element("div").classes("actions"):
            ui.button(accept, color=None, on_click=submit).props("unelevated no-caps").classes("main-action")
            ui.button(texts.CANCEL, color=None, on_click=lambda: dialog.submit(None)).props("flat no-caps")
    built = await dialog
    dialog.delete()
    return built
