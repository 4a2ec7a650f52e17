"""Which input a field has: one kind, one function."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from nicegui import ui

from coworks.console.pages.boxes import Box, Values, choice_input, long_input, text_input
from coworks.console.pages.conditions import rules_input
from coworks.console.pages.lists import pairs_input, rows_input
from coworks.console.pages.pickers import (
    clock_input,
    duration_input,
    moment_input,
    people_input,
    weekdays_input,
    zone_input,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coworks.console.forms.fields import Field, Kind


def field_input(
    field: Field,
    values: Values,
    key: str,
    variables: Sequence[str] = (),
    changed: Callable[[], None] | None = None,
) -> Box:
    """The input of a field, which keeps what is typed in `values[key]` and offers the variables."""
    box = Box(field, values, key, variables, changed)
    with ui.element("div").classes("field"):
        INPUTS.get(field.kind, text_input)(box)
    return box


INPUTS: Final[dict[Kind, Callable[[Box], None]]] = {
    "choice": choice_input,
    "jump": choice_input,
    "yes_no": choice_input,
    "long": long_input,
    "code": long_input,
    "people": people_input,
    "duration": duration_input,
    "moment": moment_input,
    "clock": clock_input,
    "zone": zone_input,
    "weekdays": weekdays_input,
    "pairs": pairs_input,
    "rows": partial(rows_input, show=field_input),
    "conditions": rules_input,
}
"""The others are a line of text."""
