"""Where in a YAML text the cursor is, read from the lines and their indents: the text may be half written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

ITEM: Final = "-"
"""A list, in a path of keys."""

_LINE: Final = re.compile(r"(?P<indent>\s*)(?P<dashes>(?:-\s+)*)(?P<rest>.*)")
_KEY: Final = re.compile(
    r"""(?P<key>[^\s:#"'{}\[\],-][^:#"'{}\[\],]*|"[^"]*"|'[^']*')\s*:(?:\s+(?P<value>.*)|$)"""
)
_TOKEN: Final = re.compile(r""""(?:[^"\\]|\\.)*"?|'[^']*'?|[{}\[\],]|:(?=\s|$)|[^{}\[\],:"']+|.""")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a text. `path` are the keys that lead to it, `ITEM` for a list; `key` is the one whose value
    is written there, None where a key is; `typed` is what of it is written so far, `siblings` are the keys
    beside it with their values on one line, `around` those of the mapping around; `step` is the name of the
    step that it belongs to.
    """

    path: tuple[str, ...]
    key: str | None
    typed: str
    siblings: Mapping[str, str] = field(default_factory=dict)
    around: Mapping[str, str] = field(default_factory=dict)
    step: str | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: `column` is where its content begins, `dash` where its dashes do, None for none."""

    column: int
    dash: int | None
    content: str

    @classmethod
    def read(cls, text: str) -> _Line:
        match = _LINE.match(text)
        indent, dashes, content = match.groups() if match else ("", "", "")
        dash = len(indent) if dashes else None
        return cls(len(indent) + len(dashes), dash, "" if content.startswith("#") else content)

    @property
    def key(self) -> str | None:
        match = _KEY.match(self.content)
        return _bare(match["key"]) if match else None


def spot_at(text: str, line: int, column: int) -> Spot:
    """The spot at a line, from 1, and a column, from 0."""
    written = text.split("\n")
    lines = [_Line.read(one) for one in written]
    here = lines[line - 1] = _Line.read(written[line - 1][:column])
    levels = list(_levels(lines, line - 1))
    path = tuple(key for level in reversed(levels) for key in level.keys)
    siblings = dict(_siblings(lines, line - 1, here.column))
    around = _mapping(lines, levels[1]) if len(levels) > 1 else {}
    match = _KEY.match(here.content)
    key, rest = (_bare(match["key"]), match["value"] or "") if match else (None, here.content)
    flow = _Flow(_Place(path, key, siblings, around), rest)
    step = flow.step or next((name for name in (_step(lines, level) for level in levels) if name), None)
    at = flow.at
    return Spot(at.path, at.key, flow.typed.lstrip(), at.siblings, at.around, step)


@dataclass(frozen=True, slots=True)
class _Level:
    """A mapping around the place: one of its lines, its column, the keys that lead to it from the next."""

    line: int
    column: int
    keys: tuple[str, ...]


def _levels(lines: Sequence[_Line], number: int) -> Iterator[_Level]:
    """The mappings around a line, from the inmost."""
    line, at, dash = number, lines[number].column, lines[number].dash
    for above in range(number - 1, -1, -1):
        one = lines[above]
        if not one.content:
            continue
        if dash is None and one.dash is not None and one.column == at:
            line, dash = above, one.dash
        elif one.column < at if dash is None else one.column <= dash and one.dash != dash:
            yield _Level(line, at, (one.key or "", *(() if dash is None else (ITEM,))))
            line, at, dash = above, one.column, one.dash
    yield _Level(line, at, () if dash is None else (ITEM,))


def _siblings(lines: Sequence[_Line], number: int, column: int) -> Iterator[tuple[str, str]]:
    """The keys of the mapping that has a line, but the line's own, with their values."""
    if lines[number].dash is None:
        yield from _keys(lines[number - 1 :: -1] if number else (), column, up=True)
    yield from _keys(lines[number + 1 :], column, up=False)


def _keys(lines: Iterable[_Line], column: int, *, up: bool) -> Iterator[tuple[str, str]]:
    for one in lines:
        if not one.content:
            continue
        if one.column < column or (one.dash is not None and one.column == column and not up):
            return
        if one.column == column and (match := _KEY.match(one.content)):
            yield _bare(match["key"]), _bare(match["value"] or "")
        if one.column == column and one.dash is not None:
            return


def _mapping(lines: Sequence[_Line], level: _Level) -> dict[str, str]:
    """The keys of a level, with their values on one line."""
    match = _KEY.match(lines[level.line].content)
    own = {_bare(match["key"]): _bare(match["value"] or "")} if match else {}
    return own | dict(_siblings(lines, level.line, level.column))


def _step(lines: Sequence[_Line], level: _Level) -> str | None:
    """The name of the step that a level is, None when it is none."""
    return _mapping(lines, level).get("name") if level.keys[-1:] == (ITEM,) else None


@dataclass(frozen=True, slots=True)
class _Place:
    path: tuple[str, ...]
    key: str | None
    siblings: Mapping[str, str]
    around: Mapping[str, str]


class _Flow:
    """What is opened on the line itself: `{a: 1, b: [`."""

    def __init__(self, at: _Place, rest: str) -> None:
        self.at = at
        self.typed = ""
        self.step: str | None = None
        self._opened: list[_Place] = []
        for sign in _TOKEN.findall(rest):
            self._take(sign)

    def _take(self, sign: str) -> None:
        if sign in ("{", "[") and not self.typed.strip():
            self._open(sign)
        elif not self._opened:
            self.typed += sign
        elif sign in ("}", "]"):
            self.at, self.typed = self._opened.pop(), ""
        elif sign == ",":
            self._keep()
        elif sign == ":":
            self.at, self.typed = replace(self.at, key=_bare(self.typed)), ""
        else:
            self.typed += sign

    def _open(self, sign: str) -> None:
        self._opened.append(self.at)
        key, list_ = self.at.key, (ITEM,) if sign == "[" else ()
        path = (*self.at.path, *(() if key is None else (key,)), *list_)
        self.at, self.typed = _Place(path, None, {}, self.at.siblings), ""

    def _keep(self) -> None:
        """The pair that has just ended is one of the siblings."""
        key, value = self.at.key, _bare(self.typed)
        known = self.at.siblings if key is None else {**self.at.siblings, key: value}
        self.at, self.typed = replace(self.at, key=None, siblings=known), ""
        if key == "name" and self.at.path[-1:] == (ITEM,):
            self.step = value


def _bare(text: str) -> str:
    """A text without the quotes around it."""
    bare = text.strip()
    return bare[1:-1] if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "'\"" else bare
