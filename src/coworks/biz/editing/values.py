"""Setting and deleting values."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from coworks.biz.editing.lists import origins_of
from coworks.biz.editing.pieces import take_apart
from coworks.biz.editing.tree import EditError, are_same, checked, data_of, shown, spot_at, value_at
from coworks.biz.editing.writing import write_entry, write_flow, write_item, write_quoted

if TYPE_CHECKING:
    from coworks.biz.editing.pieces import Pieces
    from coworks.biz.editing.tree import Path, Spot


def set_value(text: str, path: Path, value: Any, *, before: str | None = None) -> str:
    """The text with this value at this path; a key that is not there yet becomes the last one of its mapping,
    or stands in front of the key `before`, when that is there.

    Of a mapping or a list that stays one, only what differs is written. Raises `EditError` when the place of
    the value does not exist, or cannot be edited without a risk.
    """
    data = data_of(text)
    meant = _with_value(data, path, value)
    return text if are_same(meant, data) else checked(_set(text, data, path, value, before), meant)


def delete_value(text: str, path: Path) -> str:
    """The text without the value at this path, and without its key. Raises `EditError` when there is none."""
    data = data_of(text)
    value_at(data, path)
    meant = copy.deepcopy(data)
    del value_at(meant, path[:-1])[path[-1]]
    return checked(_delete(text, path), meant)


def _with_value(data: Any, path: Path, value: Any) -> Any:
    """A copy of the data with the value in it."""
    if not path:
        return value
    meant = copy.deepcopy(data)
    parent, last = value_at(meant, path[:-1]), path[-1]
    if isinstance(parent, dict) and isinstance(last, str):
        parent[last] = value
    elif isinstance(parent, list) and isinstance(last, int) and 0 <= last <= len(parent):
        parent[last : last + 1] = [value]
    else:
        raise EditError(f"there is no {shown(path)}", hint=f"set {shown(path[:-1])} first")
    return meant


def _set(text: str, data: Any, path: Path, value: Any, before: str | None = None) -> str:
    parent = spot_at(text, path[:-1])
    number = _number(parent, path[-1])
    if number == len(parent.children):
        return _add(text, data, parent, path, value, before)
    old = value_at(data, path)
    if isinstance(old, dict) and isinstance(value, dict) and old.keys() & value.keys():
        return _set_inside(text, data, path, value)
    if isinstance(old, list) and isinstance(value, list):
        origins = origins_of(old, value)
        if any(one is not None for one in origins):
            return _set_items(text, old, path, value, origins)
    return _replace(text, parent, number, path[-1], value)


def _number(parent: Spot, last: str | int) -> int:
    if isinstance(last, int):
        return last
    return parent.names.index(last) if last in parent.names else len(parent.children)


def _set_inside(text: str, data: Any, path: Path, value: dict[Any, Any]) -> str:
    """Write what differs, one after the other."""
    for key in [key for key in value_at(data, path) if key not in value]:
        text = _delete(text, (*path, key))
    data = data_of(text)
    for key, one in value.items():
        current = value_at(data, path)
        if key not in current or not are_same(current[key], one):
            text = _set(text, data, (*path, key), one)
            data = data_of(text)
    return text


def _set_items(text: str, old: list[Any], path: Path, value: list[Any], origins: list[int | None]) -> str:
    """Take out, move and add items, then write what differs in those that stay."""
    pieces = take_apart(text, spot_at(text, path))
    for number in reversed(range(len(old))):
        if number not in origins:
            pieces = pieces.without(number)
    order: list[int | None] = [*sorted(one for one in origins if one is not None)]
    for place, origin in enumerate(origins):
        if origin is None:
            pieces = pieces.inserted(place, _lines(pieces, place, value[place]))
            order.insert(place, None)
        elif order[place] != origin:
            here = order.index(origin)
            pieces = pieces.moved(here, place)
            order.insert(place, order.pop(here))
    text = pieces.joined()
    for place, origin in enumerate(origins):
        if origin is not None and not are_same(old[origin], value[place]):
            text = _set(text, data_of(text), (*path, place), value[place])
    return text


def _add(text: str, data: Any, parent: Spot, path: Path, value: Any, before: str | None) -> str:
    last = path[-1]
    if not parent.children:
        return _set(text, data, path[:-1], {last: value} if isinstance(last, str) else [value])
    pieces = take_apart(text, parent)
    number = parent.names.index(before) if before in parent.names else len(parent.children)
    return pieces.inserted(number, _lines(pieces, last, value)).joined()


def _lines(pieces: Pieces, last: str | int, value: Any) -> list[str]:
    """A key with its value, or an item, as it is written in this collection."""
    if isinstance(last, int):
        return [write_flow(value)] if pieces.is_flow else write_item(value)
    return [f"{write_flow(last)}: {write_flow(value)}"] if pieces.is_flow else write_entry(last, value)


def _replace(text: str, parent: Spot, number: int, last: str | int, value: Any) -> str:
    child = parent.children[number]
    pieces = take_apart(text, parent)
    lines = _lines(pieces, last, value)
    if len(lines) == 1 and value is not None and child.kind != "map" and child.is_flow:
        written = write_quoted(value, text[child.start : child.start + 1])
        is_empty = child.start >= child.end or not text[child.start : child.end].strip(" :")
        start = child.end if is_empty else child.start
        return text[:start] + (" " if is_empty else "") + written + text[child.end :]
    if pieces.is_flow:
        return pieces.replaced(number, lines).joined()
    start = pieces.start(number)
    piece = pieces.pieces[number]
    own = child.key - start
    comment = text[child.end : start + len(piece)].partition("\n")[0]
    head = piece[:own] if isinstance(last, str) else piece[: piece.rfind("-", 0, own)]
    lines[0] += comment if comment.strip().startswith("#") else ""
    written = head + pieces.written(lines)
    return text[:start] + written + text[start + len(piece) :]


def _delete(text: str, path: Path) -> str:
    parent = spot_at(text, path[:-1])
    number = _number(parent, path[-1])
    if len(parent.children) > 1:
        return take_apart(text, parent).without(number).joined()
    empty = "[]" if parent.kind == "list" else "{}"
    if parent.is_flow:
        return text[: parent.start] + empty + text[parent.end :]
    pieces = take_apart(text, parent)
    return pieces.before.rstrip() + f" {empty}" + pieces.after
