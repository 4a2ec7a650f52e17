"""The dialogs of a run's page: what was known at a step, the other run, the test that a run makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nicegui import ui

from coworks.console import texts
from coworks.console.forms.fields import Field
from coworks.console.pages.asking import ask
from coworks.console.pages.frame import html
from coworks.console.pages.inputs import field_input
from coworks.console.rendering import render
from coworks.console.replaying import is_changeable, known_values, label_of, typed_for, with_typed
from coworks.console.saving import named
from coworks.console.words import moment_in_words, status_in_words

if TYPE_CHECKING:
    from coworks.engine import Execution
    from coworks.engine.records import StartPoint
    from coworks.local.recording import RecordedTest


async def change_known(start: StartPoint, *, native: bool) -> StartPoint | None:
    """Where a run begins again, with what somebody changed of what was known there; None when they leave."""
    values = known_values(start, native=native)
    typed: dict[str, Any] = {name: typed_for(one) for name, one in values.items() if is_changeable(one)}

    def fill() -> None:
        for name, value in values.items():
            if name in typed:
                field_input(Field(name, label_of(name), kind="long"), typed, name)
            else:
                html(render("datum", title=label_of(name), value=value))

    def build() -> StartPoint:
        return with_typed(start, values, typed)

    title = texts.AGAIN_FROM.format(start.state)
    built: StartPoint | None = await ask(title, texts.AGAIN_ABOUT, texts.RUN, fill, build)
    return built


async def choose_run(others: list[Execution]) -> Execution | None:
    """Another run of the same workflow, to compare one with."""
    options = {
        place: f"{moment_in_words(one.started)} · {status_in_words(one.status)} · {one.name}"
        for place, one in enumerate(others)
    }
    chosen = [0]

    def fill() -> None:
        select = ui.select(options, label=texts.OTHER_RUN, value=0).props("outlined dense options-dense")
        select.classes("field").on_value_change(lambda event: chosen.__setitem__(0, event.value or 0))

    built: Execution | None = await ask(
        texts.COMPARE_WITH, "", texts.COMPARE, fill, lambda: others[chosen[0]]
    )
    return built


async def confirm_test(test: RecordedTest) -> RecordedTest | None:
    """The test as it shall be written, under the name that somebody gives its file; None for not at all."""
    field = Field("file", texts.TEST_FILE, required=True, about=texts.TEST_FILE_ABOUT)
    typed: dict[str, Any] = {"file": test.file.name}

    def fill() -> None:
        field_input(field, typed, "file")
        html(render("saved_test", text=test.text))

    def build() -> RecordedTest:
        return named(test, str(field.read(typed["file"])))

    built: RecordedTest | None = await ask(texts.SAVE_TEST, texts.TEST_ABOUT, texts.SAVE, fill, build)
    return built
