"""The inputs of forms, as a person sees them: texts and choices. Each keeps what is typed in its box."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

from nicegui import ui

from coworks.biz.completion import FUNCTIONS
from coworks.console import texts
from coworks.console.pages.frame import html
from coworks.console.rendering import render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coworks.console.forms.fields import Field

LOOK: Final = "outlined dense"
Values = dict[str, Any]


@dataclass(slots=True)
class Box:
    """Where a field is filled in: what is typed stands in `values[key]`, and `changed` is told of it.

    What a field is for may follow from what others hold: `follow` shows it as it is then.
    """

    field: Field
    values: Values
    key: str
    variables: Sequence[str] = ()
    changed: Callable[[], None] | None = None
    follow: Callable[[Field], None] = lambda _: None

    @property
    def typed(self) -> Any:
        return self.values.get(self.key, "")

    @property
    def label(self) -> str:
        return f"{self.field.label} *" if self.field.required else self.field.label

    def keep(self, value: Any) -> None:
        self.values[self.key] = "" if value is None else value
        if self.changed:
            self.changed()


def hint_of(field: Field) -> str:
    """What is told under an input."""
    return field.about or (texts.IF_EMPTY.format(field.default) if field.default else "")


def text_input(box: Box) -> None:
    """A line of text, with what is offered for it."""
    chosen = ui.input(box.label, value=str(box.typed), on_change=lambda event: box.keep(event.value))
    chosen.props(LOOK)
    offer = offered_for(chosen)
    offer(box.field.offers)
    offer_values(chosen, box.variables)
    if not box.field.decides:
        tell(chosen, box.field)
        return
    words = words_below()
    words.set_text(hint_of(box.field))

    def follow(field: Field) -> None:
        words.set_text(hint_of(field))
        offer(field.offers)

    box.follow = follow


def long_input(box: Box) -> None:
    """Several lines of text."""
    chosen = ui.textarea(box.label, value=str(box.typed), on_change=lambda event: box.keep(event.value))
    chosen.props(f"{LOOK} autogrow")
    if box.field.kind == "code":
        chosen.props("input-class=code spellcheck=false")
    offer_values(chosen, box.variables)
    tell(chosen, box.field)


def choice_input(box: Box) -> None:
    """One of some; where an expression stands instead, it is text."""
    field, typed = box.field, box.typed
    if field.kind != "jump" and isinstance(typed, str) and "{%" in typed:
        text_input(box)
        return
    options = _options(field, typed)
    chosen = ui.select(
        options, label=box.label, value=typed or None, on_change=lambda event: box.keep(event.value)
    )
    chosen.props(f"{LOOK} options-dense" + ("" if field.required else " clearable"))
    tell(chosen, field)


def _options(field: Field, typed: Any) -> dict[str, str]:
    choices = field.choices or ((texts.YES, texts.NO) if field.kind == "yes_no" else ())
    known = dict.fromkeys([*choices, *([str(typed)] if typed else [])])
    return {
        one: texts.THE_END.capitalize() if field.kind == "jump" and one == "End" else one for one in known
    }


def tell(chosen: Any, field: Field) -> None:
    """Show under an input what its field is for."""
    if hint := hint_of(field):
        chosen.props["hint"] = hint


def words_below() -> ui.label:
    """Where words follow what is typed above: an input that is changed meanwhile would lose some of it."""
    return ui.label().classes("words")


def offered_for(chosen: ui.input) -> Callable[[Sequence[str]], None]:
    """What sets what the browser offers while somebody types into an input."""
    offered = html("").classes("offered")
    key = f"{chosen.html_id}-datalist"  # the name that NiceGUI gives to the list of an input

    def offer(offers: Sequence[str]) -> None:
        offered.set_content(render("datalist", key=key, offers=offers) if offers else "")

    return offer


def _behind(typed: str, name: str) -> str:
    return f"{typed}{{% {name} %}}"


def offer_values(chosen: Any, variables: Sequence[str]) -> None:
    """Offer the values that the workflow knows, for an expression among words."""
    if variables:
        completed(chosen, "text")
        values_button(chosen, variables, _behind)


def offers_inside(card: ui.element, variables: Sequence[str]) -> None:
    """Offer values and functions while somebody types in the fields of a card (`static/completion.js`)."""
    card.props["data-offers"] = json.dumps({"values": list(variables), "functions": FUNCTIONS})
    card.props["data-offers-label"] = texts.INSERT


def completed(chosen: ui.element, what: Literal["text", "value", "expression"]) -> None:
    """Say what is typed into an input, for the offers."""
    chosen.props(f"data-complete={what}")


def values_button(chosen: Any, variables: Sequence[str], written: Callable[[str, str], str]) -> None:
    """A menu of the values that the workflow knows here; `written` says how one joins what is typed."""
    with chosen.add_slot("append"):
        menu_button(chosen, "data_object", texts.INSERT, variables, written)


def menu_button(
    chosen: Any, icon: str, label: str, offers: Sequence[str], written: Callable[[str, str], str]
) -> None:
    """A button whose menu offers something for what is typed; `written` says how one joins it."""

    def put(one: str) -> None:
        chosen.value = written(chosen.value or "", one)

    button = ui.button(icon=icon, color=None).props(f'flat dense round size=sm aria-label="{label}"')
    with button.tooltip(label), ui.menu().props("auto-close"):
        for one in offers:
            ui.menu_item(one, on_click=partial(put, one)).props("dense")
