"""Conditions in forms, put together from values and comparisons, each with where to go when it holds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nicegui import ui

from coworks.console import texts
from coworks.console.forms.conditions import ALONE, OPERATORS, Comparison, read_condition, write_condition
from coworks.console.pages.boxes import LOOK, completed, values_button
from coworks.console.pages.lists import add_button

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coworks.console.forms.conditions import Joint
    from coworks.console.pages.boxes import Box


def rules_input(box: Box) -> None:
    """Rules; the choices of the field are where they can lead."""
    rules: list[list[str]] = [list(rule) for rule in box.typed or []] or [["", ""]]
    targets = {one: texts.THE_END.capitalize() if one == "End" else one for one in box.field.choices}

    def change(number: int, place: int, value: Any) -> None:
        rules[number][place] = value or ""
        box.keep([(when, goto) for when, goto in rules])

    @ui.refreshable
    def rows() -> None:
        for number, (when, goto) in enumerate(rules):
            with ui.element("fieldset").classes("rule"):
                ui.html(texts.CONDITION.format(number + 1), sanitize=True, tag="legend")
                condition_input(when, box.variables, partial(change, number, 0))
                ui.select(
                    targets | ({goto: goto} if goto and goto not in targets else {}),
                    label=texts.GOES_TO,
                    value=goto or None,
                    on_change=lambda e, n=number: change(n, 1, e.value),
                ).props(f"{LOOK} options-dense")
        add_button(texts.ADD_CONDITION, add)

    def add() -> None:
        rules.append(["", ""])
        rows.refresh()

    rows()


def condition_input(when: str, variables: Sequence[str], keep: Callable[[str], None]) -> None:
    """A condition by comparisons, or as the expression that it is when it says more."""
    read = read_condition(when) if when else ([Comparison("")], "and")
    if read is None:
        typed = ui.input(texts.EXPRESSION, value=when, on_change=lambda event: keep(event.value or ""))
        completed(typed.props(LOOK), "expression")
    else:
        _Comparisons(*read, variables, keep).show()


class _Comparisons:
    """Comparisons while they are put together; each change is told as the expression that they are."""

    def __init__(
        self, lines: list[Comparison], joint: Joint, variables: Sequence[str], keep: Callable[[str], None]
    ) -> None:
        self._lines = [[one.left, one.operator, one.right] for one in lines]
        self._joint = joint
        self._variables = variables
        self._keep = keep

    def show(self) -> None:
        with ui.element("div"):
            self._rows()

    @ui.refreshable_method
    def _rows(self) -> None:
        for number, line in enumerate(self._lines):
            if number:
                self._joint_input()
            with ui.element("div").classes("comparison"):
                self._line_input(number, *line)
        add_button(texts.ADD_COMPARISON, self._add)

    def _joint_input(self) -> None:
        words = {"and": texts.AND, "or": texts.OR}
        ui.toggle(words, value=self._joint, on_change=lambda event: self._join(event.value)).props(
            "dense no-caps unelevated"
        )

    def _line_input(self, number: int, left: str, operator: str, right: str) -> None:
        def change(place: int) -> Callable[[Any], None]:
            return lambda event: self._change(number, place, event.value)

        value = ui.input(texts.VALUE, value=left, on_change=change(0)).props(LOOK)
        completed(value, "value")
        values_button(value, self._variables, _instead)
        compared = ui.select(list(OPERATORS), label=texts.COMPARED, value=operator, on_change=change(1))
        compared.props(f"{LOOK} options-dense")
        if operator not in ALONE:
            completed(ui.input(texts.OTHER_VALUE, value=right, on_change=change(2)).props(LOOK), "value")

    def _change(self, number: int, place: int, value: Any) -> None:
        was_alone = self._lines[number][1] in ALONE
        self._lines[number][place] = value or ""
        self._tell()
        if (self._lines[number][1] in ALONE) != was_alone:
            self._rows.refresh()

    def _join(self, joint: Joint) -> None:
        self._joint = joint
        self._tell()

    def _add(self) -> None:
        self._lines.append(["", "is", ""])
        self._rows.refresh()

    def _tell(self) -> None:
        full = [Comparison(*line) for line in self._lines if line[0].strip()]
        self._keep(write_condition(full, self._joint) if full else "")


def _instead(_typed: str, name: str) -> str:
    return name
