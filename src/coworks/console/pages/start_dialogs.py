"""What starts a workflow and what it works on; a new workflow; a run by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

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
from coworks.console.samples import samples
from coworks.project.predefined import WITH_COWORKS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Values = dict[str, Any]
_BELOW_TRIGGERS: Final = ("takes", "input", "overlap", "catch", "timeout")


async def new_workflow(services: Collection[str]) -> dict[str, str] | None:
    """The `name` of a new workflow, what it is `about`, and the predefined one that it may `use`, or the
    `sample` that it begins with. `services` are those of the project.
    """
    fields = (
        Field("name", texts.NAME, required=True, about=texts.NAME_ABOUT),
        Field("about", texts.PURPOSE, about=texts.PURPOSE_ABOUT),
    )
    values: Values = {"begin": ("", "")}

    def fill() -> None:
        for one in fields:
            field_input(one, values, one.key)
        chosen = ui.select(_beginnings(), label=texts.BEGIN_WITH, value=("", ""))
        chosen.props("outlined dense options-dense").classes("field").on_value_change(choose)
        with ui.element("div").props('role="status"'):
            told.append(ui.label().classes("about"))

    def choose(event: Any) -> None:
        values["begin"] = event.value or ("", "")
        told[0].set_text(_lacking(values["begin"], services))

    def build() -> dict[str, str]:
        read = {one.key: str(one.read(values.get(one.key)) or "") for one in fields}
        kind, name = values["begin"]
        return {**read, kind: name} if kind else read

    told: list[ui.label] = []
    built: dict[str, str] | None = await ask(texts.NEW_WORKFLOW, "", texts.CREATE, fill, build)
    return built


def _beginnings() -> dict[tuple[str, str], str]:
    """What a workflow can begin with, in words."""
    return {
        ("", ""): texts.FROM_NOTHING,
        **{("sample", one.name): texts.FROM_SAMPLE.format(one.about) for one in samples().values()},
        **{("use", name): f"{name}: {about}" for name, about in predefined().items()},
    }


def _lacking(begin: tuple[str, str], services: Collection[str]) -> str:
    """Which services are still to be chosen for a sample; nothing when they are all there."""
    kind, name = begin
    lacking = samples()[name].lacking(services) if kind == "sample" else ()
    ours = [one for one in lacking if one in WITH_COWORKS]
    told = texts.LACKING.format(", ".join(lacking)) if lacking else ""
    return f"{told} {texts.COMES_WITH.format(json.dumps(ours))}" if ours else told


def with_trigger(text: str, trigger: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The text of a workflow with one more trigger."""
    given = data.get("on")
    before = next((one for one in _BELOW_TRIGGERS if one in data), "states")
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
