"""Edits of steps, wherever they stand: in the workflow itself, or in a branch inside a step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.editing.pieces import take_apart
from coworks.biz.editing.tree import EditError, checked, data_of, spot_at, value_at
from coworks.biz.editing.values import delete_value, set_value
from coworks.biz.editing.writing import write_item
from coworks.biz.names import variable_of
from coworks.biz.steps import STEP_KINDS
from coworks.biz.use import USE
from coworks.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coworks.biz.editing.tree import Path

STATES: Final[Path] = ("states",)
_JUMPS: Final = ("goto", "default", "catch")
_EXPRESSION: Final = re.compile(r"\{%.*?%\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Where:
    """A step's place: the list that it is in, and its number there from 0."""

    list: Path
    number: int

    @property
    def path(self) -> Path:
        return (*self.list, self.number)


def step_names(text: str) -> list[str]:
    """The names of all steps, in the order of the file."""
    return [name for name, _ in _steps(data_of(text))]


def add_step(
    text: str, step: Mapping[str, Any], *, after: str | None = None, into: Path = STATES, first: bool = False
) -> str:
    """A new step after another one, or at the end, or (`first`) at the beginning, of the list `into`."""
    data = data_of(text)
    if USE in data:
        raise EditError(
            f'its steps are those of "{data[USE]}", which it uses',
            hint='write "states" in the place of "use"',
        )
    where = _find(data, after) if after is not None else None
    into = where.list if where else into
    try:
        items = value_at(data, into) or []
    except EditError:
        items = []
    if not items:
        return set_value(text, into, [dict(step)])
    number = where.number + 1 if where else 0 if first else len(items)
    return _inserted(text, data, Where(into, number), write_item(dict(step)), dict(step))


def change_step(text: str, name: str, step: Mapping[str, Any]) -> str:
    """Make a step this one, writing only what differs; a new name is told to all that lead there."""
    new = str(step.get("name", name))
    if new != name:
        text = rename_step(text, name, new)
    return set_value(text, _find(data_of(text), new).path, dict(step))


def delete_step(text: str, name: str) -> str:
    """The text without a step. What jumps to it is for the checker to tell."""
    return delete_value(text, _find(data_of(text), name).path)


def move_step(text: str, name: str, *, after: str | None = None, into: Path = STATES) -> str:
    """Move a step, with its comments, after another one, or to the beginning of the list `into`."""
    data = data_of(text)
    here = _find(data, name)
    there = _find(data, after) if after is not None else Where(into, -1)
    if after == name:
        return text
    if here.list != there.list:
        return _moved_elsewhere(text, name, after, into)
    new = there.number + 1 - (here.number <= there.number)
    items = value_at(data, here.list)
    items.insert(new, items.pop(here.number))
    return checked(take_apart(text, spot_at(text, here.list)).moved(here.number, new).joined(), data)


def copy_step(text: str, name: str, new_name: str) -> str:
    """A copy of a step right below it, with its comments, under a new name."""
    data = data_of(text)
    here = _find(data, name)
    lines = take_apart(text, spot_at(text, here.list)).lines(here.number)
    there = Where(here.list, here.number + 1)
    copied = _inserted(text, data, there, lines, value_at(data, here.path))
    return set_value(copied, (*there.path, "name"), new_name)


def rename_step(text: str, name: str, new_name: str) -> str:
    """Give a step another name; jumps to it, and expressions that use its result, follow."""
    data = data_of(text)
    here = _find(data, name)
    old, new = variable_of(name), variable_of(new_name)
    used = re.compile(rf"(?<![\w$])\${re.escape(old)}(?!\w)")
    text = set_value(text, (*here.path, "name"), new_name)
    for path, value in _texts(data, ()):
        if path[-1] in _JUMPS and value == name and _is_of_step(data, path):
            text = set_value(text, path, new_name)
        elif used.search(value):
            text = set_value(text, path, _with_variable(path, value, used, f"${new}"))
    return text


def _with_variable(path: Path, value: str, used: re.Pattern[str], new: str) -> str:
    """The text with the variable replaced in its expressions; `when` is one as a whole."""
    if path[-1] in {"when", "items"} and "{%" not in value:
        return used.sub(lambda _: new, value)
    return _EXPRESSION.sub(lambda part: used.sub(lambda _: new, part[0]), value)


def _is_of_step(data: Any, path: Path) -> bool:
    """True for a key of a step, a choice or a rule, and not of data that a step sends."""
    if path == ("catch",):
        return True
    for _, where in _steps(data):
        inside = path[len(where.path) :]
        if path[: len(where.path)] == where.path:
            keys = tuple(one for one in inside[:-1] if isinstance(one, str))
            if keys in {(), ("choices",), ("catch",)}:
                return True
    return path[0] == "catch"


def _moved_elsewhere(text: str, name: str, after: str | None, into: Path) -> str:
    """From one list to another: the same lines, at another indentation."""
    data = data_of(text)
    here = _find(data, name)
    step = value_at(data, here.path)
    lines = take_apart(text, spot_at(text, here.list)).lines(here.number)
    text = delete_value(text, here.path)
    data = data_of(text)
    there = _find(data, after) if after is not None else Where(into, -1)
    return _inserted(text, data, Where(there.list, there.number + 1), lines, step)


def _inserted(text: str, data: Any, where: Where, lines: list[str], step: Any) -> str:
    value_at(data, where.list).insert(where.number, step)
    pieces = take_apart(text, spot_at(text, where.list))
    if pieces.is_flow:
        raise EditError(
            "steps on one line cannot be edited", hint='write each step on lines of its own: "- name: ..."'
        )
    return checked(pieces.inserted(where.number, lines).joined(), data)


def _find(data: Any, name: str) -> Where:
    found = dict(reversed(list(_steps(data))))
    if name not in found:
        raise EditError(f'no step is named "{name}"', hint=did_you_mean(name, found))
    return found[name]


def _steps(data: Any) -> Iterator[tuple[str, Where]]:
    """All steps of a file with their places."""
    if isinstance(data, dict):
        yield from _steps_in(data.get("states"), STATES)


def _steps_in(items: Any, path: Path) -> Iterator[tuple[str, Where]]:
    for number, step in enumerate(items if isinstance(items, list) else ()):
        if isinstance(step, dict) and "name" in step:
            yield str(step["name"]), Where(path, number)
            for key in step.keys() & STEP_KINDS.keys():
                yield from _lists_of_steps(step[key], (*path, number, key))


def _lists_of_steps(value: Any, path: Path) -> Iterator[tuple[str, Where]]:
    """The steps inside the value of a step's keyword, however that kind of step writes its branches."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _lists_of_steps(one, (*path, key))
    elif isinstance(value, list):
        if value and all(
            isinstance(one, dict) and "name" in one and one.keys() & STEP_KINDS.keys() for one in value
        ):
            yield from _steps_in(value, path)
        else:
            for number, one in enumerate(value):
                yield from _lists_of_steps(one, (*path, number))


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _texts(one, (*path, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _texts(one, (*path, number))
