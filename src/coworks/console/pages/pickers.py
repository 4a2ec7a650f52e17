"""Pickers that say in words what is picked: durations, dates, times of the day, zones, weekdays, people."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from coworks.biz.clock_times import zone_names
from coworks.console import texts
from coworks.console.forms.durations import UNITS, duration_told, joined_duration, split_duration
from coworks.console.forms.fields import people_in
from coworks.console.forms.moments import joined_moment, split_moment
from coworks.console.forms.triggers import DAYS
from coworks.console.pages.boxes import (
    LOOK,
    completed,
    hint_of,
    menu_button,
    offer_values,
    tell,
    text_input,
    words_below,
)

if TYPE_CHECKING:
    from coworks.console.pages.boxes import Box

_UNIT: Final = "minutes"
"""The unit of a duration before one is chosen."""

_ZONES: Final = tuple(sorted(zone_names()))


def duration_input(box: Box) -> None:
    """A number and a unit; words such as "1 hour 30 minutes", and expressions, are taken as well."""
    number, unit = split_duration(str(box.typed))
    chosen = {"number": number, "unit": unit or _UNIT}

    def keep() -> None:
        box.keep(joined_duration(chosen["number"], chosen["unit"]))
        show()

    def type_number(event: Any) -> None:
        chosen["number"] = event.value or ""
        keep()

    def settle() -> None:
        """Who has typed "2 hours", and goes on, has chosen the unit."""
        number, unit = split_duration(chosen["number"])
        if unit and number != chosen["number"].strip():
            chosen.update(number=number, unit=unit)
            units.set_value(unit)
            typed.set_value(number)

    def choose_unit(event: Any) -> None:
        chosen["unit"] = event.value
        keep()

    def show() -> None:
        units.set_visibility(
            joined_duration(chosen["number"] or "2", chosen["unit"]) != chosen["number"].strip()
        )
        told = duration_told(joined_duration(chosen["number"], chosen["unit"]))
        words.set_text(told or hint_of(box.field))

    with ui.element("div").classes("picker"):
        typed = ui.input(box.label, value=chosen["number"], on_change=type_number).props(LOOK)
        typed.on("blur", settle)
        units = ui.select(list(UNITS), label=texts.UNIT, value=chosen["unit"], on_change=choose_unit)
        units.props(f'{LOOK} options-dense aria-label="{texts.UNIT_OF.format(box.field.label)}"')
    offer_values(typed, box.variables)
    words = words_below()
    show()


def moment_input(box: Box) -> None:
    """A date and a time, by what the browser has for them; what is neither is text."""
    parts = split_moment(str(box.typed)) if box.typed else ("", "")
    if parts is None:
        text_input(box)
        return
    chosen = list(parts)

    def keep(place: int, event: Any) -> None:
        chosen[place] = event.value or ""
        box.keep(joined_moment(*chosen))

    with ui.element("div").classes("picker moment"):
        date = ui.input(texts.DATE_OF.format(box.label), value=chosen[0], on_change=partial(keep, 0))
        date.props(f"{LOOK} type=date stack-label")
        time = ui.input(texts.TIME_OF.format(box.label), value=chosen[1], on_change=partial(keep, 1))
        time.props(f"{LOOK} type=time stack-label")
    tell(date, box.field)


def clock_input(box: Box) -> None:
    """A time of the day, by what the browser has for it."""
    chosen = ui.input(box.label, value=str(box.typed), on_change=lambda event: box.keep(event.value))
    chosen.props(f"{LOOK} type=time stack-label")
    tell(chosen, box.field)


def zone_input(box: Box) -> None:
    """The name of a time zone, which the browser completes."""
    box.field, box.variables = replace(box.field, offers=_ZONES), ()
    text_input(box)


def weekdays_input(box: Box) -> None:
    """Some of the days of the week."""
    chosen = set(box.typed or ())

    def keep(code: str, event: Any) -> None:
        (chosen.add if event.value else chosen.discard)(code)
        box.keep(tuple(one for one in DAYS.values() if one in chosen))

    with ui.element("fieldset").classes("rule days"):
        ui.html(box.label, sanitize=True, tag="legend")
        for name, code in DAYS.items():
            ui.checkbox(name, value=code in chosen, on_change=partial(keep, code)).props("dense")


def people_input(box: Box) -> None:
    """Mail addresses, one on each line, with those that the project knows offered."""

    def keep(event: Any) -> None:
        box.keep(event.value)
        show()

    def show() -> None:
        people = people_in(str(box.typed))
        wrong = [one for one in people if "@" not in one and "{%" not in one]
        counted = texts.SO_MANY_PEOPLE.format(len(people)) if len(people) > 1 else ""
        said = texts.NO_ADDRESS_YET.format(wrong[0]) if wrong else counted
        words.set_text(said or hint_of(box.field))

    chosen = ui.textarea(box.label, value=str(box.typed), on_change=keep).props(f"{LOOK} autogrow")
    if box.variables:
        completed(chosen, "text")
    with chosen.add_slot("append"):
        if box.field.offers:
            known = texts.KNOWN_PEOPLE.format(box.field.label)
            menu_button(chosen, "person_add", known, box.field.offers, _below)
        if box.variables:
            menu_button(chosen, "data_object", texts.INSERT, box.variables, _computed_below)
    words = words_below()
    show()


def _below(typed: str, one: str) -> str:
    """A person below those that are there; somebody who is there stays once."""
    people = people_in(typed)
    return typed if one in people else "\n".join([*people, one])


def _computed_below(typed: str, name: str) -> str:
    return _below(typed, f"{{% {name} %}}")
