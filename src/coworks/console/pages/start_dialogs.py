"""What starts a workflow and what it works on; a new workflow; a run by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nicegui import ui

from coworks.biz.editing import delete_value, set_value
from coworks.console import texts
from coworks.console.forms.fields import Field
from coworks.console.forms.inputs import (
    input_fields,
    own_input,
    predefined,
    read_input,
    setting_fields,
)
from coworks.console.forms.pairs import pairs_read, pairs_shown
from coworks.console.pages.asking import ask
from coworks.console.pages.frame import html
from coworks.console.pages.inputs import field_input
from coworks.console.rendering import render

if TYPE_CHECKING:
    from collections.abc import Mapping

Values = dict[str, Any]


async def new_workflow() -> dict[str, str] | None:
    """The `name` of a new workflow, what it is `about`, and the predefined one that it may `use`."""
    known = predefined()
    fields = (
        Field("name", texts.NAME, required=True, about=texts.NAME_ABOUT),
        Field("about", texts.PURPOSE, about=texts.PURPOSE_ABOUT),
    )
    values: Values = {"use": ""}

    def fill() -> None:
        for one in fields:
            field_input(one, values, one.key)
        options = {"": texts.FROM_NOTHING} | {name: f"{name}: {about}" for name, about in known.items()}
        chosen = ui.select(options, label=texts.BEGIN_WITH, value="").props("outlined dense options-dense")
        chosen.classes("field").on_value_change(lambda event: values.update(use=event.value or ""))

    def build() -> dict[str, str]:
        read = {one.key: str(one.read(values.get(one.key)) or "") for one in fields}
        return {**read, "use": values["use"]}

    built: dict[str, str] | None = await ask(texts.NEW_WORKFLOW, "", texts.CREATE, fill, build)
    return built


def with_trigger(text: str, trigger: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The text of a workflow with one more trigger."""
    given = data.get("on")
    before = "input" if "input" in data else "states"
    return set_value(
        text, ("on",), [*(given if isinstance(given, list) else []), dict(trigger)], before=before
    )


def with_changed_trigger(text: str, number: int, trigger: Mapping[str, Any]) -> str:
    """The text of a workflow with another trigger in the place of one of its own."""
    return set_value(text, ("on", number), dict(trigger))


def without_trigger(text: str, number: int, data: Mapping[str, Any]) -> str:
    """The text of a workflow without one of its triggers."""
    given = data.get("on")
    is_last = isinstance(given, list) and len(given) == 1
    return delete_value(text, ("on",) if is_last else ("on", number))


async def change_input(text: str, data: Mapping[str, Any]) -> dict[str, Any] | None:
    """The data that a workflow works on when nobody gives other data."""
    old = own_input(data)
    fields = setting_fields(text, data)
    values: Values = {one.key: one.shown(old.get(one.key)) for one in fields} | {"pairs": pairs_shown(old)}

    def fill() -> None:
        for one in fields:
            field_input(one, values, one.key)
        if not fields:
            field_input(Field("pairs", texts.INPUT, "pairs"), values, "pairs")

    def build() -> dict[str, Any]:
        known = {one.key for one in fields}
        kept = {key: value for key, value in old.items() if key not in known}
        return {**kept, **read_input(fields, values, old)} if fields else pairs_read(values["pairs"], old)

    built: dict[str, Any] | None = await ask(texts.INPUT, texts.INPUT_ABOUT, texts.DONE, fill, build)
    return built


def with_input(text: str, given: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The text of a workflow with this input."""
    if not given:
        return delete_value(text, ("input",)) if "input" in data else text
    return set_value(text, ("input",), dict(given), before="takes" if "takes" in data else "states")


async def fill_input(
    text: str, data: Mapping[str, Any], former: Mapping[str, Any] | None = None
) -> str | None:
    """The input of a run by hand, as JSON text."""
    fields = input_fields(text, data)
    values: Values = {one.key: one.shown((former or {}).get(one.key)) for one in fields}

    def fill() -> None:
        for one in fields:
            field_input(one, values, one.key)
        if not fields:
            html(render("dialog_head", title="", about=texts.NO_INPUT))

    def build() -> str:
        return json.dumps(read_input(fields, values), ensure_ascii=False)

    built: str | None = await ask(texts.RUN_NOW, texts.RUN_ABOUT, texts.RUN, fill, build)
    return built
