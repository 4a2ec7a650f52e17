"""A queue's page: what waits in it, and what could not be delivered, to be sent again or dropped."""

from __future__ import annotations

from asyncio import to_thread
from typing import TYPE_CHECKING, Final

from nicegui import ui

from coworks.console import texts
from coworks.console.pages.frame import dialog_head, frame, html, say, show
from coworks.console.queues import queue_view
from coworks.console.rendering import render
from coworks.console.users import Role
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.console.queues import QueueView
    from coworks.console.visitors import Visitor

_EVERY: Final = 2.0


async def queue(name: str) -> None:
    """`/_console/queue/{name}`."""
    with frame(name, "home") as visitor:
        try:
            view = await to_thread(queue_view, visitor.system.queues, name)
        except CoWorksError as error:
            html(render("missing", said=error.explain()))
            return
        _QueuePage(visitor, view).build()


class _QueuePage:
    def __init__(self, visitor: Visitor, view: QueueView) -> None:
        self._visitor = visitor
        self._view = view

    def build(self) -> None:
        with ui.element("div").classes("head"):
            html(render("head", title=self._view.name, about=texts.QUEUE))
            with ui.element("div").classes("actions"):
                again = ui.button(texts.SEND_AGAIN, color=None, on_click=self._send_again)
                self._again = again.props("unelevated no-caps").classes("main-action")
                drop = ui.button(texts.DROP, color=None, on_click=self._drop)
                self._drop_button = drop.props("flat no-caps").classes("danger")
        self._shown = html("")
        self._show()
        ui.timer(_EVERY, self._refresh)

    def _show(self) -> None:
        show(self._shown, render("queue", queue=self._view))
        may = bool(self._view.dead_count) and self._visitor.may(Role.OPERATE)
        self._again.set_visibility(may)
        self._drop_button.set_visibility(may)

    async def _refresh(self) -> None:
        self._view = await to_thread(queue_view, self._visitor.system.queues, self._view.name)
        self._show()

    async def _send_again(self) -> None:
        queues, dead = self._visitor.system.queues, str(self._view.dead_letters)
        await self._do("send again", lambda: texts.SENT_AGAIN.format(queues.redrive(dead)))

    async def _drop(self) -> None:
        with ui.dialog() as dialog, ui.card():
            dialog_head(dialog, texts.DROP_ALL.format(self._view.dead_count), texts.NOT_UNDONE)
            with ui.element("div").classes("actions"):
                drop = ui.button(texts.DROP, color=None, on_click=lambda: dialog.submit(True))
                drop.props("unelevated no-caps").classes("danger")
                ui.button(texts.CANCEL, color=None, on_click=lambda: dialog.submit(False)).props(
                    "flat no-caps"
                )
        sure = await dialog
        dialog.delete()
        if sure:
            await self._do("drop", self._purge)

    def _purge(self) -> str:
        self._visitor.system.queues.purge(str(self._view.dead_letters))
        return texts.DROPPED

    async def _do(self, did: str, action: Callable[[], str]) -> None:
        try:
            self._visitor.act(Role.OPERATE, did, str(self._view.dead_letters))
            ui.notify(await to_thread(action), position="bottom")
        except CoWorksError as error:
            say(error)
        await self._refresh()
