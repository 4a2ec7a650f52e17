"""A queue's page: what waits in it, and what could not be delivered, to be sent again or dropped."""

from __future__ import annotations

from asyncio import to_thread
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from coworks.console import texts
from coworks.console.pages.frame import PICK, dialog_head, frame, html, say, show
from coworks.console.queues import queue_view
from coworks.console.rendering import render
from coworks.console.users import Role
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.console.queues import QueueView
    from coworks.console.visitors import Visitor

_EVERY: Final = 2.0
_DIGITS: Final = 18
"""Of a number that SQLite holds."""


async def queue(name: str) -> None:
    """`/_console/queue/{name}`; `?waiting=` and `?dead=` say after which message the pages begin."""
    with frame(name, "home") as visitor:
        asked = ui.context.client.request.query_params
        after, dead_after = _number(asked.get("waiting")), _number(asked.get("dead"))
        try:
            view = await to_thread(queue_view, visitor.system.queues, name, after, dead_after)
        except CoWorksError as error:
            html(render("missing", said=error.explain()))
            return
        _QueuePage(visitor, view).build()


def _number(text: str | None) -> int:
    """A number of an address; 0 for what is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 0


class _QueuePage:
    def __init__(self, visitor: Visitor, view: QueueView) -> None:
        self._visitor = visitor
        self._queues = visitor.system.queues
        self._view = view

    def build(self) -> None:
        with ui.element("div").classes("head"):
            html(render("head", title=self._view.name, about=texts.QUEUE))
            with ui.element("div").classes("actions"):
                again = ui.button(texts.SEND_AGAIN, color=None, on_click=self._send_again)
                self._again = again.props("unelevated no-caps").classes("main-action")
                drop = ui.button(texts.DROP, color=None, on_click=self._drop_all)
                self._drop_button = drop.props("flat no-caps").classes("danger")
        self._shown = html("").on("click", self._picked, js_handler=PICK)
        self._show()
        ui.timer(_EVERY, self._refresh)

    @property
    def _dead(self) -> str:
        return str(self._view.dead_letters)

    def _show(self) -> None:
        may_operate = self._visitor.may(Role.OPERATE)
        show(self._shown, render("queue", queue=self._view, may_operate=may_operate))
        self._again.set_visibility(may_operate and bool(self._view.dead_count))
        self._drop_button.set_visibility(may_operate and bool(self._view.dead_count))

    async def _refresh(self) -> None:
        view = self._view
        self._view = await to_thread(queue_view, self._queues, view.name, view.waiting.after, view.dead.after)
        self._show()

    async def _send_again(self) -> None:
        await self._do("send again", self._dead, partial(self._redrive, None))

    async def _drop_all(self) -> None:
        if await self._is_sure(texts.DROP_ALL.format(self._view.dead_count)):
            await self._do("drop", self._dead, self._purge)

    async def _picked(self, event: Any) -> None:
        """What was chosen of one message: `do`, and its `sequence`."""
        action, sequence = event.args.get("do"), _number(str(event.args.get("sequence")))
        if action == "again":
            await self._do("send again", f"{self._dead}:{sequence}", partial(self._redrive, sequence))
        elif action in ("drop-dead", "drop-waiting") and await self._is_sure(texts.DROP_THIS):
            name = self._dead if action == "drop-dead" else self._view.name
            await self._do("drop", f"{name}:{sequence}", partial(self._drop, name, sequence))

    async def _is_sure(self, question: str) -> bool:
        with ui.dialog() as dialog, ui.card():
            dialog_head(dialog, question, texts.NOT_UNDONE)
            with ui.element("div").classes("actions"):
                drop = ui.button(texts.DROP_ONE, color=None, on_click=lambda: dialog.submit(True))
                drop.props("unelevated no-caps").classes("danger")
                ui.button(texts.CANCEL, color=None, on_click=lambda: dialog.submit(False)).props(
                    "flat no-caps"
                )
        sure = await dialog
        dialog.delete()
        return bool(sure)

    def _redrive(self, sequence: int | None) -> str:
        sent = self._queues.redrive(self._dead, sequence=sequence)
        return texts.SENT_AGAIN.format(sent) if sent else texts.NOT_SENT

    def _purge(self) -> str:
        self._queues.purge(self._dead)
        return texts.DROPPED

    def _drop(self, name: str, sequence: int) -> str:
        return texts.DROPPED if self._queues.drop(name, sequence) else texts.NOT_THERE

    async def _do(self, did: str, what: str, action: Callable[[], str]) -> None:
        try:
            self._visitor.act(Role.OPERATE, did, what)
            ui.notify(await to_thread(action), position="bottom")
        except CoWorksError as error:
            say(error)
        await self._refresh()
