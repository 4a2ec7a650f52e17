"""A run's page: where it stands on the picture, and what each step did; it follows while the run goes on."""

from __future__ import annotations

import time
from asyncio import to_thread
from functools import partial
from typing import TYPE_CHECKING, Final

from nicegui import ui

from coworks.console import texts
from coworks.console.approvals import answer
from coworks.console.pages.frame import PICK, frame, html, say, show
from coworks.console.pages.run_actions import RunActions
from coworks.console.rendering import render
from coworks.console.runs import run_view
from coworks.console.users import Role
from coworks.engine import EngineError, ExecutionDoesNotExistError
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from nicegui.events import GenericEventArguments

    from coworks.console.approvals import Approval
    from coworks.console.runs import RunView
    from coworks.console.visitors import Visitor

_EVERY: Final = 0.7
_SHARE: Final = 20
"""A look is followed by so many times as long without one, so that watching a run hardly slows it down."""


async def run(workflow: str, name: str) -> None:
    """`/_console/run/{workflow}/{name}`."""
    with frame(f"{workflow} · {name}", "runs") as visitor:
        try:
            view = await to_thread(run_view, visitor.system, workflow, name)
        except ExecutionDoesNotExistError as error:
            html(render("missing", said=error.message))
            return
        await _RunPage(visitor, view).build()


class _RunPage:
    def __init__(self, visitor: Visitor, view: RunView) -> None:
        self._visitor = visitor
        self._view = view
        self._asked: list[str] = []
        self._actions = RunActions(visitor, view)

    async def build(self) -> None:
        with ui.element("div").classes("head"):
            self._head = html("")
            with ui.element("div").classes("actions"):
                self._build_actions()
                stop = (
                    ui.button(texts.STOP, color=None, on_click=self._stop)
                    .props("flat no-caps")
                    .classes("danger")
                )
                self._stop_button = stop
        self._questions = ui.element("div").classes("questions")
        with ui.element("div").classes("desk"):
            with ui.element("div").classes("card"):
                self._steps = html("").on("click", self._picked, js_handler=PICK)
            with ui.element("div").classes("card picture"):
                self._picture = html("")
        self._show()
        self._timer = ui.timer(_EVERY, self._follow, active=not self._view.is_over)

    def _build_actions(self) -> None:
        for name, action, role in (
            (texts.RUN_AGAIN, self._actions.again, Role.OPERATE),
            (texts.COMPARE, self._actions.compare, Role.VIEW),
            (texts.SAVE_TEST, self._actions.save_as_test, Role.EDIT),
        ):
            button = ui.button(name, color=None, on_click=action).props("outline no-caps")
            button.set_visibility(self._visitor.may(role))

    async def _picked(self, event: GenericEventArguments) -> None:
        await self._actions.picked(event.args)

    def _show(self) -> None:
        view = self._view
        show(self._head, render("run_head", view=view))
        show(self._steps, render("run_steps", view=view, may_operate=self._visitor.may(Role.OPERATE)))
        show(self._picture, render("picture", picture=view.picture))
        self._stop_button.set_visibility(not view.is_over and self._visitor.may(Role.OPERATE))
        self._ask()

    def _ask(self) -> None:
        """The questions that wait, each with a button for every answer; anew only when they are others."""
        tokens = [one.token for one in self._view.approvals]
        if tokens == self._asked:
            return
        self._asked = tokens
        self._questions.clear()
        with self._questions:
            for one in self._view.approvals:
                with ui.element("section").classes("card question"):
                    self._question(one)

    def _question(self, approval: Approval) -> None:
        html(render("approval", approval=approval))
        if not self._visitor.may(Role.OPERATE):
            return
        comment = ui.textarea(texts.COMMENT).props("outlined dense autogrow").classes("field")
        with ui.element("div").classes("actions"):
            for place, word in enumerate(approval.answers):
                button = ui.button(word, color=None, on_click=partial(self._answer, approval, word, comment))
                button.props("unelevated no-caps" if place == 0 else "outline no-caps")
                button.classes("main-action" if place == 0 else "")

    async def _answer(self, approval: Approval, decision: str, comment: ui.textarea) -> None:
        user = self._visitor.user.name
        try:
            self._visitor.act(Role.OPERATE, f"answer {decision}", f"{approval.workflow}:{approval.run}")
            engine = self._visitor.system.engine
            await to_thread(answer, engine, approval, decision, str(comment.value or ""), user)
        except EngineError:
            ui.notify(texts.SOMEBODY_ELSE, type="warning", position="bottom")
        except CoWorksError as error:
            say(error)
        else:
            ui.notify(texts.ANSWERED.format(decision), type="positive", position="bottom")
        await self._follow()

    async def _follow(self) -> None:
        execution, began = self._view.execution, time.monotonic()
        self._view = await to_thread(run_view, self._visitor.system, execution.machine, execution.name)
        self._show()
        self._timer.interval = max(_EVERY, _SHARE * (time.monotonic() - began))
        if self._view.is_over:
            self._timer.cancel()

    async def _stop(self) -> None:
        execution = self._view.execution
        try:
            self._visitor.act(Role.OPERATE, "stop", f"{execution.machine}:{execution.name}")
            cause = texts.STOPPED_BY.format(self._visitor.user.name)
            stop = self._visitor.system.engine.stop_execution
            await to_thread(stop, execution.machine, execution.name, cause=cause)
            await self._follow()
        except CoWorksError as error:
            say(error)
