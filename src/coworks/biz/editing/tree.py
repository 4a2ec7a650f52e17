"""A text with the places where its values begin and end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

from coworks.biz.nodes import plain
from coworks.biz.problems import Report
from coworks.biz.source import read_source
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from collections.abc import Sequence

Path: TypeAlias = tuple[str | int, ...]
"""Keys and, in lists, numbers from 0: `("states", 0, "tech", "service")`."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class EditError(CoWorksError):
    """A change that cannot be made."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A value in a text: `text[start:end]`. In a mapping its key begins at `key`, else `key` is `start`.

    `children` are the values of a list or a mapping, `names` the keys of a mapping.
    """

    start: int
    end: int
    key: int
    kind: str
    is_flow: bool
    children: tuple[Spot, ...] = ()
    names: tuple[str, ...] = ()


def data_of(text: str) -> Any:
    """The plain value of a text. Raises `EditError` with the first problem when it cannot be read."""
    report = Report("the file", text)
    root = read_source(text, report)
    if root is None or report.has_errors():
        problem = report.problems()[0]
        raise EditError(f"line {problem.line}: {problem.message}", hint=problem.hint or None)
    return plain(root)


def spot_at(text: str, path: Path) -> Spot:
    """The value at a path. Raises `EditError` when there is none."""
    spot = _spot(yaml.compose(text, Loader=_LOADER), text)
    for step in path:
        number = spot.names.index(step) if step in spot.names else step
        if isinstance(number, str) or not 0 <= number < len(spot.children):
            raise EditError(f"there is no {shown(path)}")
        spot = spot.children[number]
    return spot


def value_at(data: Any, path: Path) -> Any:
    """The plain value at a path. Raises `EditError` when there is none."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            raise EditError(f"there is no {shown(path)}") from None
    return data


def are_same(one: Any, other: Any) -> bool:
    """Whether two values are written alike: to Python, true is 1 and 1 is 1.0, and in YAML they are not."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(are_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(are_same, one, other))
    if isinstance(one, (bool, int, float)) or isinstance(other, (bool, int, float)):
        return type(one) is type(other) and bool(one == other)
    return bool(one == other)


def checked(text: str, meant: Any) -> str:
    """The text, once it is sure that it says what was meant."""
    if not are_same(data_of(text), meant):
        raise EditError("this place cannot be edited without a risk", hint="change the file by hand here")
    return text


def shown(path: Sequence[str | int]) -> str:
    """A path as people write it: `states[0].tech.service`."""
    return "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path).removeprefix(".")


def _spot(node: Any, text: str, key: int | None = None, key_end: int = 0) -> Spot:
    """An empty value ends behind the colon of its key."""
    start, end = int(node.start_mark.index), int(node.end_mark.index)
    key = start if key is None else key
    if isinstance(node, yaml.ScalarNode):
        while node.style in ("|", ">") and end > start and text[end - 1] in "\n\r ":
            end -= 1
        return Spot(start, max(end, key_end), key, "scalar", node.style not in ("|", ">"))
    if isinstance(node, yaml.MappingNode):
        names = tuple(str(name.value) for name, _ in node.value)
        children = tuple(
            _spot(value, text, name.start_mark.index, name.end_mark.index + 1) for name, value in node.value
        )
    else:
        names, children = (), tuple(_spot(item, text) for item in node.value)
    kind = "map" if isinstance(node, yaml.MappingNode) else "list"
    # The mark of a block is behind the comments and blank lines that follow it.
    end = end if node.flow_style or not children else children[-1].end
    return Spot(start, end, key, kind, node.flow_style, children, names)
