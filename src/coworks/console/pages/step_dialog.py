"""The form of a step: a new one, whose kind is chosen first, or one that is there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from nicegui import ui

from coworks.console import texts
from coworks.console.forms.fields import Field, FormError
from coworks.console.forms.steps import FORMS, Scene, Values, build_step, guard_fields, load_step
from coworks.console.pages.frame import html
from coworks.console.pages.inputs import field_input, offers_inside, pairs_input, rules_input
from coworks.console.rendering import render

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True)
class _Filling:
    """What stands in the form so far."""

    kind: str
    values: Values
    said: str = ""


async def choose_kind() -> str | None:
    """Which kind of step is added; None for none."""
    with ui.dialog() as dialog, ui.card().classes("wide-dialog"):
        html(render("dialog_head", title=texts.WHAT_STEP, about=""))
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
        html(
            render(
                "dialog_head",
                title=name if not step else texts.CHANGE_STEP.format(step.get("name", "")),
                about=about,
            )
        )
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
    field_input(Field("name", texts.NAME, required=True), values, "name")

    @ui.refreshable
    def own() -> None:
        for one in FORMS[filling.kind].fields(values, scene):
            if one.key == "rules":
                rules_input(values, "rules", scene.steps, scene.variables)
            elif one.key == "pairs":
                pairs_input(values, "pairs", scene.variables)
            else:
                decides = one.key in ("service", "entry")
                field_input(
                    one,
                    values,
                    one.key,
                    scene.variables,
                    partial(choose, one.key) if decides else None,
                )
        if entry := _entry(values, scene):
            html(render("entry_about", about=entry))

    def choose(key: str) -> None:
        if key == "service":
            values["entry"] = ""
            service = scene.service(values.get("service", ""))
            if service and len(service.entries) == 1:
                values["entry"] = service.entries[0].key
        own.refresh()

    own()
    with ui.expansion(texts.MORE).classes("more").props("dense"):
        for one in guard_fields(filling.kind, step, scene):
            field_input(one, values, f"guard:{one.key}")
        field_input(Field("comment", texts.COMMENT), values, "comment")


def _entry(values: Values, scene: Scene) -> str:
    service = scene.service(values.get("service", ""))
    entry = service.entry(values.get("entry", "")) if service else None
    return entry.about if entry else ""
