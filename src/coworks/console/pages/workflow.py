"""A workflow's page: its steps in words, its YAML and its picture, which are one document."""

from __future__ import annotations

import asyncio
import time
from asyncio import to_thread
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from nicegui import ui

from coworks.console import texts
from coworks.console.documents import Document, SaveConflictError, new_text
from coworks.console.forms.entries import surroundings_of
from coworks.console.forms.inputs import own_input
from coworks.console.pages.conflict import show_conflict
from coworks.console.pages.frame import PICK, frame, html, say, show
from coworks.console.pages.start_dialogs import fill_input
from coworks.console.pages.step_actions import StepActions
from coworks.console.pages.yaml_editor import YamlEditor
from coworks.console.pictures import picture_of
from coworks.console.rendering import render
from coworks.console.steps import bare, outline_of
from coworks.console.users import Role
from coworks.errors import CoWorksError
from coworks.project import compile_draft, draft_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coworks.biz.completion import Surroundings
    from coworks.console.visitors import Visitor
    from coworks.project import Project

_TYPING: Final = 0.35
"""Seconds without a key after which the other views follow."""

_LOOK_EVERY: Final = 2.0
_PATIENCE: Final = 60
"""Tenths of a second for the server to take up what was saved."""


async def workflow(name: str) -> None:
    """`/_console/workflow/{name}`."""
    with frame(name, "home") as visitor:
        asked = ui.context.client.request.query_params
        if "about" not in asked and name not in {one.name for one in visitor.system.project.files}:
            html(render("missing", said=texts.NO_SUCH_WORKFLOW.format(name)))
            return
        try:
            desk = WorkflowDesk(visitor, name, _first_text(asked))
        except CoWorksError as error:
            html(render("missing", said=error.explain()))
            return
        await desk.build()


def _first_text(asked: Mapping[str, str]) -> str:
    """What a new workflow begins with, as the address says."""
    return new_text(asked.get("about", ""), asked.get("use", ""), asked.get("sample", ""))


class WorkflowDesk:
    """Somebody at work on a workflow. Every change goes through the document; `refresh` shows it."""

    def __init__(self, visitor: Visitor, name: str, first_text: str) -> None:
        project = visitor.system.project
        self.visitor = visitor
        self.name = name
        self.file = draft_file(project, name)
        self.document = Document(self.file.path, self._compile, time.monotonic)
        if self.document.is_new:
            self.document.begin(first_text)
        self.may_edit = visitor.may(Role.EDIT)
        self._actions = StepActions(self)
        self._seen = project
        self._around: tuple[Project, Surroundings] | None = None
        self._shown = ""

    def around(self) -> Surroundings:
        """What may be used in the workflow."""
        project = self.visitor.system.project
        if self._around is None or self._around[0] is not project:
            self._around = (project, surroundings_of(project, self.name))
        return self._around[1]

    def _compile(self, text: str) -> Any:
        return compile_draft(self.visitor.system.project, self.file, text)

    async def build(self) -> None:
        self._build_head()
        with ui.element("div").classes("desk"):
            with ui.element("div").classes("card"):
                self._build_views()
            with ui.element("div").classes("card picture"):
                self._picture = html("")
        await self.refresh()
        ui.timer(_LOOK_EVERY, self._look)
        ui.keyboard(self._key, ignore=[])

    def _build_head(self) -> None:
        with ui.element("div").classes("head"):
            self._title = html("")
            with ui.element("div").classes("actions"):
                button = partial(ui.button, color=None)
                self._run = button(texts.RUN, icon="play_arrow", on_click=self._start).props(
                    "outline no-caps"
                )
                self._undo = button(texts.UNDO, on_click=self._undo_last).props("flat no-caps")
                self._redo = button(texts.REDO, on_click=self._redo_last).props("flat no-caps")
                self._save = (
                    button(texts.SAVE, on_click=self.save).props("unelevated no-caps").classes("main-action")
                )
                for one in (self._undo, self._redo, self._save):
                    one.set_visibility(self.may_edit)
        self._notice = html("")

    def _build_views(self) -> None:
        with ui.tabs().props("no-caps align=left dense") as tabs:
            steps, yaml = ui.tab("steps", texts.STEPS), ui.tab("yaml", texts.YAML)
        with ui.tab_panels(tabs, value=steps, animated=False, keep_alive=True):
            with ui.tab_panel(steps):
                self._start_view = html("").on("click", self._picked, js_handler=PICK)
                self._steps = html("").on("click", self._picked, js_handler=PICK)
            with ui.tab_panel(yaml):
                self._problems = html("")
                self._editor = YamlEditor(
                    self.document.text, self._typed, self.around, may_edit=self.may_edit
                )

    async def refresh(self) -> None:
        """Show the document as it is now, in all views."""
        document = self.document
        self._shown = text = document.text
        outline = outline_of(text, document.compiled)
        problems = document.compiled.problems
        show(self._title, render("workflow_head", name=self.name, outline=outline, document=document))
        given = [(name, bare(value)) for name, value in own_input(outline.data).items()]
        show(self._start_view, render("start", outline=outline, input=given, may_edit=self.may_edit))
        show(self._steps, render("steps", outline=outline, may_edit=self.may_edit))
        show(self._problems, render("problems", problems=problems))
        self._editor.show(text, problems)
        self._undo.set_enabled(document.can_undo)
        self._redo.set_enabled(document.can_redo)
        self._save.set_enabled(document.is_changed)
        self._run.set_visibility(self.visitor.may(Role.OPERATE))
        self._run.set_enabled(document.compiled.definition is not None)
        ui.run_javascript(f"window.coworksUnsaved = {'true' if document.is_changed else 'false'}")
        picture = await to_thread(picture_of, document.compiled)
        if text == document.text:
            show(self._picture, render("picture", picture=picture, former=self._picture.content))

    async def edit(self, change: Callable[[str], str]) -> bool:
        """Change the text by program; False, and the reason is said, when that is not possible."""
        try:
            self.document.change(change(self.document.text))
        except CoWorksError as error:
            say(error)
            return False
        await self.refresh()
        return True

    async def save(self) -> None:
        """Write the file, unless somebody else did meanwhile."""
        try:
            self.visitor.act(Role.EDIT, "save", self.name)
            self.document.save()
        except SaveConflictError as error:
            await show_conflict(self, error)
            return
        except (CoWorksError, OSError) as error:
            say(error)
            return
        ui.notify(texts.SAVED, type="positive", position="bottom")
        await self.refresh()

    async def _start(self) -> None:
        """Run what is saved, and go and look."""
        if self.document.is_changed:
            ui.notify(texts.SAVE_FIRST, position="bottom")
            return
        outline = outline_of(self.document.text, self.document.compiled)
        data = await fill_input(self.document.text, outline.data)
        if data is None:
            return
        if not await self._is_taken():
            ui.notify(texts.NOT_TAKEN, type="warning", position="bottom")
            return
        try:
            self.visitor.act(Role.OPERATE, "start", self.name)
            execution = await to_thread(self.visitor.system.engine.start_execution, self.name, data)
        except CoWorksError as error:
            say(error)
            return
        ui.navigate.to(f"/run/{quote(self.name, safe='')}/{quote(execution.name, safe='')}")

    async def _is_taken(self) -> bool:
        """True once the system runs what this page shows: it takes up what is saved in a moment."""
        for _ in range(_PATIENCE):
            running = next(
                (one for one in self.visitor.system.project.workflows if one.name == self.name), None
            )
            if running and running.definition == self.document.compiled.definition:
                return True
            await asyncio.sleep(0.1)
        return False

    async def _undo_last(self) -> None:
        self.document.undo()
        await self.refresh()

    async def _redo_last(self) -> None:
        self.document.redo()
        await self.refresh()

    async def _typed(self) -> None:
        text = self._editor.text
        if text == self.document.text or not self.may_edit:
            return
        self.document.change(text, typed=True)
        await asyncio.sleep(_TYPING)
        if text == self.document.text != self._shown:
            await self.refresh()

    async def _key(self, event: Any) -> None:
        is_save = event.key == "s" and (event.modifiers.ctrl or event.modifiers.meta)
        if is_save and event.action.keydown and not event.action.repeat and self.document.is_changed:
            await self.save()

    async def _look(self) -> None:
        """What happened outside meanwhile: to the file, or to the services that the workflow asks."""
        outdated = await to_thread(self.document.is_outdated)
        if outdated and not self.document.is_changed:
            self.document.take_theirs()
            await self.refresh()
        show(
            self._notice,
            render("notice", said=texts.CHANGED_OUTSIDE) if outdated and self.document.is_changed else "",
        )
        if self._seen is not self.visitor.system.project:
            self._seen = self.visitor.system.project
            self.document.look_again()
            await self.refresh()

    async def _picked(self, event: Any) -> None:
        await self._actions.perform(event.args)
