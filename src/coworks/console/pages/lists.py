"""Lists in forms: names with values, and rules that have the same few fields each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nicegui import ui

from coworks.console import texts
from coworks.console.forms.rows import new_row
from coworks.console.pages.boxes import (
    LOOK,
    hint_of,
    offer_values,
    offered_for,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coworks.console.forms.fields import Field
    from coworks.console.pages.boxes import Box


def pairs_input(box: Box) -> None:
    """Names with values, with room for one where there is none."""
    pairs: list[list[str]] = [list(pair) for pair in box.typed or []] or [["", ""]]
    offering: list[Callable[[Sequence[str]], None]] = []

    def change(number: int, place: int, value: Any) -> None:
        pairs[number][place] = value or ""
        box.keep([(name, value) for name, value in pairs])

    @ui.refreshable
    def rows() -> None:
        offering.clear()
        for number, (name, value) in enumerate(pairs):
            with ui.element("div").classes("pair"):
                named = ui.input(texts.NAME, value=name, on_change=lambda e, n=number: change(n, 0, e.value))
                named.props(LOOK)
                typed = ui.input(
                    texts.VALUE, value=value, on_change=lambda e, n=number: change(n, 1, e.value)
                )
                typed.props(LOOK)
                offer_values(typed, box.variables)
            offering.append(offered_for(named))
            offering[-1](box.field.offers)
        add_button(texts.ADD_PAIR, add)

    def add() -> None:
        pairs.append(["", ""])
        rows.refresh()

    with ui.element("fieldset").classes("rule"):
        ui.html(box.field.label, sanitize=True, tag="legend")
        rows()
        told = ui.label(hint_of(box.field)).classes("about")

    def follow(field: Field) -> None:
        box.field = field
        told.set_text(hint_of(field))
        for offer in offering:
            offer(field.offers)

    box.follow = follow


def rows_input(box: Box, show: Callable[..., object]) -> None:
    """Rules, each with the fields of the box's field; `show` shows one of them."""
    rules: list[dict[str, str]] = [dict(row) for row in box.typed or []]

    def keep() -> None:
        box.keep([dict(row) for row in rules])

    @ui.refreshable
    def shown() -> None:
        for number, row in enumerate(rules):
            with ui.element("fieldset").classes("rule"):
                ui.html(box.field.label, sanitize=True, tag="legend")
                with ui.element("div").classes("side"):
                    for one in box.field.fields:
                        show(one, row, one.key, (), keep)
                button = ui.button(texts.REMOVE, icon="close", color=None, on_click=partial(remove, number))
                button.props("flat dense no-caps")
        add_button(box.field.more, add)

    def add() -> None:
        rules.append(new_row(box.field))
        keep()
        shown.refresh()

    def remove(number: int) -> None:
        rules.pop(number)
        keep()
        shown.refresh()

    shown()


def add_button(words: str, add: Callable[[], None]) -> None:
    """The button that adds one more to a list."""
    ui.button(words, icon="add", color=None, on_click=add).props("flat dense no-caps")
