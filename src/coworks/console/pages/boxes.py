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
    offered = offers_of(box.field)
    chosen.props(f"list={list_of(offered)}")
    offer_values(chosen, box.variables)
    tell(chosen, box.field)

    def follow(field: Field) -> None:
        tell(chosen, field)
        show_offers(offered, field)

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
    else:
        chosen.props.pop("hint", None)
    chosen.update()


def offers_of(field: Field) -> ui.html:
    """The list that the browser offers while somebody types."""
    offered = html("").classes("offered")
    show_offers(offered, field)
    return offered


def show_offers(offered: ui.html, field: Field) -> None:
    """Offer what a field offers now."""
    offered.set_content(render("datalist", key=list_of(offered), offers=field.offers) if field.offers else "")


def list_of(offered: ui.html) -> str:
    """The name of the list in the page."""
    return f"offered-{offered.id}"


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

    def put(name: str) -> None:
        chosen.value = written(chosen.value or "", name)

    with (
        chosen.add_slot("append"),
        ui.button(icon="data_object", color=None)
        .props(f'flat dense round size=sm aria-label="{texts.INSERT}"')
        .tooltip(texts.INSERT),
        ui.menu().props("auto-close"),
    ):
        for name in variables:
            ui.menu_item(name, on_click=partial(put, name)).props("dense")
