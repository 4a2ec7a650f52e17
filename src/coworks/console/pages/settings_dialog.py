"""The dialog of what holds for a workflow as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.console import texts
from coworks.console.forms.settings import load_settings, settings_fields, with_settings
from coworks.console.pages.asking import ask
from coworks.console.pages.inputs import field_input

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.console.forms.steps.form import Scene


async def change_settings(text: str, data: Mapping[str, Any], scene: Scene) -> str | None:
    """The text of a workflow with the settings that somebody fills in; None when they leave."""
    values = load_settings(data, scene)

    def fill() -> None:
        for one in settings_fields(data, scene):
            field_input(one, values, one.key)

    def build() -> str:
        return with_settings(text, data, values, scene)

    built: str | None = await ask(texts.SETTINGS, "", texts.DONE, fill, build)
    return built
