"""What the buttons of a step do: change, add, move, copy, delete."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from nicegui import ui

from coworks.biz.completion import variables_at
from coworks.biz.editing import (
    add_step,
    change_step,
    copy_step,
    delete_step,
    move_step,
    step_names,
)
from coworks.console import texts
from coworks.console.aws_calls import aws_catalogue
from coworks.console.forms.entries import service_choices
from coworks.console.forms.steps import FORMS
from coworks.console.forms.steps.form import Scene
from coworks.console.forms.triggers import trigger_kind
from coworks.console.pages.frame import zone_of_browser
from coworks.console.pages.settings_dialog import change_settings
from coworks.console.pages.start_dialogs import (
    change_input,
    with_changed_trigger,
    with_input,
    with_trigger,
    without_trigger,
)
from coworks.console.pages.step_dialog import choose_kind, fill_step
from coworks.console.pages.trigger_dialog import TriggerDialog
from coworks.console.people import known_people
from coworks.console.steps import outline_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.console.pages.desk import Desk
    from coworks.console.steps import StepLine


class StepActions:
    """The steps of a desk's document. Each action is one change, which `undo` takes back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._zone = "UTC"

    async def perform(self, told: dict[str, Any]) -> None:
        """What was chosen: `do`, `name` for the step, `into` for the place of a list."""
        if not self._desk.may_edit:
            return
        self._zone = await zone_of_browser()
        action, name = told.get("do"), str(told.get("name", ""))
        if action == "add":
            await self._add(name or None, tuple(json.loads(told.get("into", '["states"]'))))
        elif action == "edit":
            await self._change(name)
        elif action == "copy":
            await self._desk.edit(lambda text: copy_step(text, name, _free_name(text, name)))
        elif action == "delete":
            if await self._desk.edit(partial(delete_step, name=name)):
                ui.notify(texts.DELETED.format(name), position="bottom")
        elif action in ("up", "down"):
            await self._move(name, -1 if action == "up" else 1)
        else:
            await self._change_start(str(action), told)

    async def _change_start(self, action: str, told: dict[str, Any]) -> None:
        """What starts the workflow, and what it works on."""
        data = self._data()
        if action == "add-trigger" and (trigger := await self._asked_trigger()):
            await self._desk.edit(lambda text: with_trigger(text, trigger, data))
        elif action == "edit-trigger":
            await self._change_trigger(int(told.get("number", 0)), data)
        elif action == "change-settings":
            changed = await change_settings(self._desk.document.text, data, self._scene(()))
            if changed is not None:
                await self._desk.edit(lambda _: changed)
        elif action == "drop-trigger":
            await self._desk.edit(lambda text: without_trigger(text, int(told.get("number", 0)), data))
        elif (
            action == "change-input"
            and (given := await change_input(self._desk.document.text, data)) is not None
        ):
            await self._desk.edit(lambda text: with_input(text, given, data))

    async def _asked_trigger(self, old: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        now = self._desk.visitor.system.engine.clock.now()
        return await TriggerDialog(now, self._zone, old).ask()

    async def _change_trigger(self, number: int, data: Any) -> None:
        old = data["on"][number]
        if not isinstance(old, dict) or trigger_kind(old) is None:
            ui.notify(texts.ONLY_IN_YAML, position="bottom")
        elif trigger := await self._asked_trigger(old):
            await self._desk.edit(lambda text: with_changed_trigger(text, number, trigger))

    async def _add(self, after: str | None, into: tuple[str | int, ...]) -> None:
        kind = await choose_kind()
        if kind is None:
            return
        variables = self._variables_at(after, after=True) if after else self._first_variables()
        step = await fill_step(kind, {}, self._scene(variables))
        if step is None:
            return
        _begin_inside(self._desk.document.text, kind, step)
        await self._desk.edit(lambda text: add_step(text, step, after=after, into=into, first=after is None))

    async def _change(self, name: str) -> None:
        line = self._line(name)
        if line is None or line.kind not in FORMS:
            ui.notify(texts.ONLY_IN_YAML, position="bottom")
            return
        old = self._value(line)
        step = await fill_step(line.kind, old, self._scene(self._variables_at(name), but=name))
        if step is not None:
            _begin_inside(self._desk.document.text, line.kind, step)
            await self._desk.edit(lambda text: change_step(text, name, step))

    async def _move(self, name: str, by: int) -> None:
        """One place up or down in its list."""
        line = self._line(name)
        if line is None:
            return
        siblings = self._siblings(line)
        number = int(line.path[-1]) + by
        if not 0 <= number < len(siblings):
            return
        before = siblings[number - 1] if by < 0 and number else siblings[number] if by > 0 else None
        await self._desk.edit(lambda text: move_step(text, name, after=before, into=line.path[:-1]))

    def _siblings(self, line: StepLine) -> list[str]:
        value: Any = self._data()
        for key in line.path[:-1]:
            value = value[key]
        return [str(one.get("name")) for one in value]

    def _scene(self, variables: tuple[str, ...], but: str = "") -> Scene:
        project = self._desk.visitor.system.project
        return Scene(
            service_choices(project),
            tuple(one.name for one in project.workflows if one.name != self._desk.name),
            tuple(one for one in step_names(self._desk.document.text) if one != but),
            variables,
            known_people(project),
            aws_catalogue(),
            self._zone,
        )

    def _first_variables(self) -> tuple[str, ...]:
        names = step_names(self._desk.document.text)
        given = outline_of(self._desk.document.text, self._desk.document.compiled).data.get("input")
        parts = (
            [f"$data.{key}" for key in given if str(key).isidentifier()] if isinstance(given, dict) else []
        )
        return self._variables_at(names[0]) if names else ("$data", *parts)

    def _variables_at(self, step: str, *, after: bool = False) -> tuple[str, ...]:
        return variables_at(self._desk.document.text, step, self._desk.around(), after=after)

    def _line(self, name: str) -> StepLine | None:
        outline = outline_of(self._desk.document.text, self._desk.document.compiled)
        return next((one for step in outline.steps for one in step.all() if one.name == name), None)

    def _value(self, line: StepLine) -> dict[str, Any]:
        value: Any = self._data()
        for key in line.path:
            value = value[key]
        return dict(value)

    def _data(self) -> Any:
        return outline_of(self._desk.document.text, self._desk.document.compiled).data


def _begin_inside(text: str, kind: str, step: dict[str, Any]) -> None:
    """Give each empty list of steps in a new or changed step a first one, to be replaced."""
    lists = {"foreach": ("steps",), "parallel": tuple(step.get("parallel") or ())}.get(kind, ())
    for number, key in enumerate(lists):
        if not step[kind][key]:
            name = texts.NEW_STEP if len(lists) == 1 else f"{texts.NEW_STEP} {number + 1}"
            step[kind][key] = [{"name": _free_name(text, name), "pass": None}]


def _free_name(text: str, name: str) -> str:
    """A name that no step has yet: `Check server 2`."""
    taken = set(step_names(text))
    number = 2
    while f"{name} {number}" in taken:
        number += 1
    return f"{name} {number}" if name in taken else name
