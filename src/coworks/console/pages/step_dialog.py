"""The form of a step: a new one, whose kind is chosen first, or one that is there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from nicegui import ui

from coworks.console import texts
from coworks.console.forms.fields import FormError
from coworks.console.forms.steps.guards import guard_fields
from coworks.console.forms.steps.step import COMMENT, NAME, build_step, load_step, step_fields
from coworks.console.forms.steps.tech import choose_service
from coworks.console.pages.boxes import offers_inside
from coworks.console.pages.frame import dialog_head, html
from coworks.console.pages.inputs import field_input
from coworks.console.rendering import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.console.forms.fields import Field
    from coworks.console.forms.steps.form import Scene, Values
    from coworks.console.pages.boxes import Box


@dataclass(slots=True)
class _Filling:
    """What stands in the form so far."""

    kind: str
    values: Values
    said: str = ""


async def choose_kind() -> str | None:
    """Which kind of step is added; None for none."""
    with ui.dialog() as dialog, ui.card().classes("wide-dialog"):
        dialog_head(dialog, texts.WHAT_STEP)
        with ui.element("div").classes("kinds"):
            for kind, (name, about) in texts.KINDS.items():
                button = ui.button(color=None, on_click=partial(dialog.submit, kind)).props("flat no-caps")
                with button.classes("kind"):
                    html(render("kind", name=name, about=about))
        with ui.element("div").classes("actions"):
            ui.button(texts.CANCEL, color=None, on_click=lambda: dialog.submit(None)).props("flat no-caps")
    chosen: str | None = await dialog
    dialog.delete()
    return chosen


async def fill_step(kind: str, step: Mapping[str, Any], scene: Scene) -> dict[str, Any] | None:
    """The step as somebody fills it in, None when they leave it."""
    filling = _Filling(kind, load_step(kind, step, scene))
    with ui.dialog().props("persistent") as dialog, ui.card().classes("wide-dialog") as card:
        offers_inside(card, scene.variables)
        name, about = texts.KINDS[kind]
        dialog_head(dialog, name if not step else texts.CHANGE_STEP.format(step.get("name", "")), about)
        _form(filling, step, scene)
        told = html("").props('role="alert"')

        def accept() -> None:
            try:
                dialog.submit(build_step(kind, filling.values, step, scene))
            except FormError as error:
                told.set_content(render("notice", said=error.explain()))

        with ui.element("div").classes("actions"):
            done = ui.button(texts.ADD if not step else texts.DONE, color=None, on_click=accept)
            done.props("unelevated no-caps").classes("main-action")
            ui.button(texts.CANCEL, color=None, on_click=lambda: dialog.submit(None)).props("flat no-caps")
    built: dict[str, Any] | None = await dialog
    dialog.delete()
    return built


def _form(filling: _Filling, step: Mapping[str, Any], scene: Scene) -> None:
    values = filling.values
    field_input(NAME, values, "name")
    own = _OwnFields(filling, scene)
    own.show()
    with ui.expansion(texts.MORE).classes("more").props("dense"):
        own.show_rare()
        for one in guard_fields(filling.kind, step, scene):
            field_input(one, values, f"guard:{one.key}")
        field_input(COMMENT, values, "comment")


class _OwnFields:
    """The fields of what a step does. Where one decides, the others follow it."""

    def __init__(self, filling: _Filling, scene: Scene) -> None:
        self._filling = filling
        self._scene = scene
        self._boxes: dict[str, Box] = {}

    @ui.refreshable_method
    def show(self) -> None:
        self._show(is_rare=False)

    @ui.refreshable_method
    def show_rare(self) -> None:
        self._show(is_rare=True)

    def _fields(self) -> tuple[Field, ...]:
        return step_fields(self._filling.kind, self._filling.values, self._scene)

    def _show(self, *, is_rare: bool) -> None:
        for one in self._fields():
            if one.is_rare == is_rare:
                changed = partial(self._decide, one.key) if one.decides else None
                self._boxes[one.key] = field_input(
                    one, self._filling.values, one.key, self._scene.variables, changed
                )

    def _decide(self, key: str) -> None:
        if key == "service" and self._filling.kind == "tech":
            choose_service(self._filling.values, self._scene)
        fields = {one.key: one for one in self._fields()}
        shown = {one: self._boxes[one].field.choices for one in self._boxes}
        if shown == {one.key: one.choices for one in fields.values()}:
            for one, box in self._boxes.items():
                box.follow(fields[one])
        else:
            self._boxes.clear()
            self.show.refresh()
            self.show_rare.refresh()
