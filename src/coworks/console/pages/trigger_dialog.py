"""The dialog of what starts a workflow: what is chosen stands in words under it, with the next times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from nicegui import ui

from coworks.console import texts
from coworks.console.forms.fields import FormError
from coworks.console.forms.schedules import checked_trigger, schedule_told
from coworks.console.forms.triggers import TRIGGER_FORMS, build_trigger, load_trigger, trigger_kind
from coworks.console.pages.asking import ask
from coworks.console.pages.inputs import field_input

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST: Final = "every"


class TriggerDialog:
    """A new trigger, or an old one. `now` is in seconds since 1970, `zone` the one of who looks."""

    def __init__(self, now: float, zone: str, old: Mapping[str, Any] | None = None) -> None:
        self._now = now
        self._zone = zone
        self._old = old
        self._kind = (trigger_kind(old) if old else None) or _FIRST
        self._values = self._loaded()
        self._told = ""

    async def ask(self) -> dict[str, Any] | None:
        """The trigger as it is written; None when the dialog is left."""
        title, accept = (
            (texts.ADD_TRIGGER, texts.ADD) if self._old is None else (texts.CHANGE_TRIGGER, texts.DONE)
        )
        built: dict[str, Any] | None = await ask(title, "", accept, self._fill, self._build)
        return built

    def _fill(self) -> None:
        kinds = ui.select(texts.TRIGGERS, label=texts.WHAT_STARTS, value=self._kind, on_change=self._choose)
        kinds.props("outlined dense options-dense").classes("field")
        self._fields()
        with ui.element("div").props('role="status"'):
            ui.label().bind_text_from(self, "_told").classes("told")
        with ui.expansion(texts.MORE).classes("more").props("dense"):
            self._rare_fields()
        self._tell()

    @ui.refreshable_method
    def _fields(self) -> None:
        self._show(is_rare=False)

    @ui.refreshable_method
    def _rare_fields(self) -> None:
        self._show(is_rare=True)

    def _show(self, *, is_rare: bool) -> None:
        for one in TRIGGER_FORMS[self._kind]:
            if one.is_rare == is_rare:
                field_input(one, self._values, one.key, (), self._tell)

    def _choose(self, event: Any) -> None:
        self._kind = event.value
        self._values = self._loaded()
        self._fields.refresh()
        self._rare_fields.refresh()
        self._tell()

    def _loaded(self) -> dict[str, Any]:
        if self._old is not None and trigger_kind(self._old) == self._kind:
            return load_trigger(self._kind, self._old)
        return {**load_trigger(self._kind, {}), "timezone": self._zone}

    def _tell(self) -> None:
        """Say what is chosen, as soon as it is enough."""
        try:
            trigger = checked_trigger(self._build())
        except FormError:
            self._told = ""
        else:
            self._told = schedule_told(trigger, self._now, ZoneInfo(self._zone))

    def _build(self) -> dict[str, Any]:
        return build_trigger(self._kind, self._values, self._old)
