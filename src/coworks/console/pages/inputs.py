"""The fields of forms, as a person sees them."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

from nicegui import ui

from coworks.biz.completion import FUNCTIONS
from coworks.console import texts
from coworks.console.forms.conditions import ALONE, OPERATORS, Comparison, read_condition, write_condition

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coworks.console.forms.fields import Field

_LOOK: Final = "outlined dense"
Values = dict[str, Any]


def field_input(
    field: Field,
    values: Values,
    key: str,
    variables: Sequence[str] = (),
    changed: Callable[[], None] | None = None,
) -> None:
    """The input of a field, which keeps what is typed in `values[key]`."""

    def keep(value: Any) -> None:
        values[key] = "" if value is None else value
        if changed:
            changed()

    label = field.label if not field.required else f"{field.label} *"
    hint = field.about or (texts.IF_EMPTY.format(field.default) if field.default else "")
    typed = values.get(key, "")
    chosen: Any
    with ui.element("div").classes("field"):
        if field.kind in ("choice", "jump", "yes_no") and not _is_free(field, typed):
            options = _options(field, typed)
            chosen = ui.select(
                options, label=label, value=typed or None, on_change=lambda event: keep(event.value)
            )
            chosen.props(f"{_LOOK} options-dense" + ("" if field.required else " clearable"))
        else:
            make = ui.textarea if field.kind == "long" else ui.input
            chosen = make(label, value=str(typed), on_change=lambda event: keep(event.value)).props(_LOOK)
            if field.kind == "long":
                chosen.props("autogrow")
            if variables:
                _completed(chosen, "text" if field.kind != "expression" else "expression")
                _values_button(chosen, variables, _behind)
        if hint:
            chosen.props["hint"] = hint


def _is_free(field: Field, typed: Any) -> bool:
    """True when an expression stands where something would be chosen."""
    return field.kind != "jump" and isinstance(typed, str) and "{%" in typed


def _options(field: Field, typed: Any) -> dict[str, str]:
    choices = field.choices or ((texts.YES, texts.NO) if field.kind == "yes_no" else ())
    known = dict.fromkeys([*choices, *([str(typed)] if typed else [])])
    return {
        one: texts.THE_END.capitalize() if field.kind == "jump" and one == "End" else one for one in known
    }


def _behind(typed: str, name: str) -> str:
    return f"{typed}{{% {name} %}}"


def _instead(_typed: str, name: str) -> str:
    return name


def offers_inside(card: ui.element, variables: Sequence[str]) -> None:
    """Offer values and functions while somebody types in the fields of a card (`static/completion.js`)."""
    card.props["data-offers"] = json.dumps({"values": list(variables), "functions": FUNCTIONS})
    card.props["data-offers-label"] = texts.INSERT


def _completed(chosen: ui.element, what: Literal["text", "value", "expression"]) -> None:
    """Say what is typed into an input, for the offers."""
    chosen.props(f"data-complete={what}")


def _values_button(chosen: Any, variables: Sequence[str], written: Callable[[str, str], str]) -> None:
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


def pairs_input(values: Values, key: str, variables: Sequence[str] = ()) -> None:
    """Names with values, one more line than there are."""
    pairs: list[list[str]] = [list(pair) for pair in values.get(key) or []]

    def keep() -> None:
        values[key] = [(name, value) for name, value in pairs]

    def change(number: int, place: int, value: Any) -> None:
        pairs[number][place] = value or ""
        keep()

    @ui.refreshable
    def rows() -> None:
        for number, (name, value) in enumerate(pairs):
            with ui.element("div").classes("pair"):
                ui.input(texts.NAME, value=name, on_change=lambda e, n=number: change(n, 0, e.value)).props(
                    _LOOK
                )
                typed = ui.input(
                    texts.VALUE, value=value, on_change=lambda e, n=number: change(n, 1, e.value)
                )
                typed.props(_LOOK)
                if variables:
                    _completed(typed, "text")
                    _values_button(typed, variables, _behind)
        ui.button(texts.ADD_PAIR, icon="add", color=None, on_click=add).props("flat dense no-caps")

    def add() -> None:
        pairs.append(["", ""])
        rows.refresh()

    if not pairs:
        pairs.append(["", ""])
    rows()


def rules_input(values: Values, key: str, steps: Sequence[str], variables: Sequence[str]) -> None:
    """Conditions, each with where to go when it holds."""
    rules: list[list[str]] = [list(rule) for rule in values.get(key) or []] or [["", ""]]

    def keep() -> None:
        values[key] = [(when, goto) for when, goto in rules]

    def change(number: int, place: int, value: Any) -> None:
        rules[number][place] = value or ""
        keep()

    @ui.refreshable
    def rows() -> None:
        for number, (when, goto) in enumerate(rules):
            with ui.element("fieldset").classes("rule"):
                ui.html(texts.CONDITION.format(number + 1), sanitize=True, tag="legend")
                _condition_input(when, variables, partial(change, number, 0))
                options = {one: one for one in steps} | {"End": texts.THE_END.capitalize()}
                chosen = ui.select(
                    options,
                    label=texts.THEN_GO_TO,
                    value=goto or None,
                    on_change=lambda e, n=number: change(n, 1, e.value),
                )
                chosen.props(f"{_LOOK} options-dense")
        ui.button(texts.ADD_CONDITION, icon="add", color=None, on_click=add).props("flat dense no-caps")

    def add() -> None:
        rules.append(["", ""])
        rows.refresh()

    rows()


def _condition_input(when: str, variables: Sequence[str], keep: Callable[[str], None]) -> None:
    """A condition by comparisons, or as the expression that it is when it says more."""
    read = read_condition(when) if when else ([Comparison("")], "and")
    if read is None:
        typed = ui.input(texts.EXPRESSION, value=when, on_change=lambda event: keep(event.value or ""))
        _completed(typed.props(_LOOK), "expression")
        return
    lines = [[one.left, one.operator, one.right] for one in read[0]]
    joint = [read[1]]

    def change(number: int, place: int, value: Any) -> None:
        lines[number][place] = value or ""
        tell()
        if place == 1:
            shown.refresh()

    def tell() -> None:
        full = [Comparison(*line) for line in lines if line[0].strip()]
        keep(write_condition(full, joint[0]) if full else "")

    def join(value: Any) -> None:
        joint[0] = value
        tell()

    def add() -> None:
        lines.append(["", "is", ""])
        shown.refresh()

    @ui.refreshable
    def shown() -> None:
        for number, (left, operator, right) in enumerate(lines):
            if number:
                words = {"and": texts.AND, "or": texts.OR}
                ui.toggle(words, value=joint[0], on_change=lambda e: join(e.value)).props(
                    "dense no-caps unelevated"
                )
            with ui.element("div").classes("comparison"):
                value = ui.input(texts.VALUE, value=left, on_change=lambda e, n=number: change(n, 0, e.value))
                _completed(value.props(_LOOK), "value")
                _values_button(value, variables, _instead)
                ui.select(
                    list(OPERATORS),
                    label=texts.COMPARED,
                    value=operator,
                    on_change=lambda e, n=number: change(n, 1, e.value),
                ).props(f"{_LOOK} options-dense")
                if operator not in ALONE:
                    other = ui.input(
                        texts.OTHER_VALUE, value=right, on_change=lambda e, n=number: change(n, 2, e.value)
                    )
                    _completed(other.props(_LOOK), "value")
        ui.button(texts.ADD_COMPARISON, icon="add", color=None, on_click=add).props("flat dense no-caps")

    shown()
