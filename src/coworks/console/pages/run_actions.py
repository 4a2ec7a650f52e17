"""What somebody may do with a run: run it again, as a whole or from a step, compare it, save it as a test."""

from __future__ import annotations

from asyncio import to_thread
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from nicegui import ui

from coworks.biz.editing import data_of
from coworks.console import texts
from coworks.console.documents import Content
from coworks.console.pages.frame import say
from coworks.console.pages.run_dialogs import change_known, choose_run, confirm_test
from coworks.console.pages.start_dialogs import fill_input
from coworks.console.replaying import start_at
from coworks.console.runs import list_runs
from coworks.console.saving import recording_of
from coworks.console.users import Role
from coworks.errors import CoWorksError
from coworks.local.replay import is_native

if TYPE_CHECKING:
    from typing import Any

    from coworks.console.runs import RunView
    from coworks.console.visitors import Visitor
    from coworks.engine import Execution


class RunActions:
    """See the module. Whatever cannot be is said, with its fix."""

    def __init__(self, visitor: Visitor, view: RunView) -> None:
        self._visitor = visitor
        self._system = visitor.system
        self._execution = view.execution
        self._given = view.input

    @property
    def _key(self) -> str:
        return f"{self._execution.machine}:{self._execution.name}"

    async def again(self) -> None:
        """The same workflow as it is now, with this run's data to begin from."""
        name = self._execution.machine
        file = next((one for one in self._system.project.files if one.name == name), None)
        if file is None or not isinstance(self._given, dict):
            ui.notify(texts.NO_SUCH_WORKFLOW.format(name), type="warning", position="bottom")
            return
        try:
            text = (await to_thread(Content.read, file.path)).text
            data = await fill_input(text, data_of(text), self._given)
            if data is None:
                return
            self._visitor.act(Role.OPERATE, "start", name)
            started = await to_thread(self._system.engine.start_execution, name, data)
        except CoWorksError as error:
            say(error)
            return
        _go_to(started)

    async def picked(self, told: dict[str, Any]) -> None:
        """A button of a step was pressed."""
        if told.get("do") == "again" and self._visitor.may(Role.OPERATE):
            await self._again_from(str(told.get("name", "")))

    async def _again_from(self, step: str) -> None:
        """A new run that begins at a step, with what was known there and what somebody changed of it."""
        name = self._execution.machine
        try:
            compiled = self._system.project.workflow(name)
            start = await to_thread(start_at, self._system, name, self._execution.name, step)
            changed = await change_known(start, native=is_native(compiled))
            if changed is None:
                return
            self._visitor.act(Role.OPERATE, "replay", self._key)
            begin = partial(self._system.engine.start_execution, name, self._execution.input, at=changed)
            started = await to_thread(begin)
        except CoWorksError as error:
            say(error)
            return
        _go_to(started)

    async def compare(self) -> None:
        """This run beside another one of the workflow."""
        found, _ = await to_thread(list_runs, self._system.engine, self._execution.machine, None)
        others = [one for one in found if one.id != self._execution.id]
        if not others:
            ui.notify(texts.NO_OTHER_RUN, position="bottom")
        elif other := await choose_run(others):
            runs = [("run", f"{one.machine}:{one.name}") for one in (self._execution, other)]
            ui.navigate.to(f"/compare?{urlencode(runs)}")

    async def save_as_test(self) -> None:
        """A test that expects of the workflow what this run did, written into the project."""
        try:
            test = await confirm_test(await to_thread(recording_of, self._system, self._execution))
            if test is None:
                return
            self._visitor.act(Role.EDIT, "save test", f"{self._key} {test.file.name}")
            await to_thread(test.write)
        except CoWorksError as error:
            say(error)
            return
        ui.notify(texts.TEST_WRITTEN.format(test.file.name), type="positive", position="bottom")


def _go_to(execution: Execution) -> None:
    ui.navigate.to(f"/run/{quote(execution.machine, safe='')}/{quote(execution.name, safe='')}")
