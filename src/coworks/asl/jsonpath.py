"""JSONPath, the first query language of Step Functions, behind one door.

A path starts at `$` (the input), `$$` (the context object) or `$name` (a variable). A definite path gives the
one value that it names and fails when there is none; a path with a wildcard, slice, filter, list of indexes
or `..` gives a list of what it finds, which may be empty. Definite paths are walked here; the others are
python-jsonpath's. Nothing else in CoWorks imports it.

A reference path is a definite path that can be written to: `put` is `ResultPath`.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    import jsonpath as query_language

    from coworks.asl.scope import Scope

Step = str | int


class PathSyntaxError(Exception):
    """A text that is no JSONPath."""


class PathNotFoundError(Exception):
    """A definite path that names nothing. The text is that of Step Functions' own JSONPath (Jayway's)."""


class ReferencePathConflictError(Exception):
    """A reference path that cannot be written to: something on its way is no object or array."""


class Root(Enum):
    INPUT = "$"
    CONTEXT = "$$"
    VARIABLE = "$name"


_FROM_INPUT: Final = Root.INPUT


@dataclass(frozen=True, slots=True)
class Path:
    """A parsed path. `steps` are those of a definite path, `query` is there for the others."""

    source: str
    root: Root
    variable: str
    steps: tuple[Step, ...]
    query: query_language.CompoundJSONPath | query_language.JSONPath | None = None

    def start(self, scope: Scope) -> Any:
        """The document where the path starts. Raises `PathNotFoundError` for an unknown variable."""
        if self.root is Root.INPUT:
            return scope.input
        if self.root is Root.CONTEXT:
            return scope.context
        if self.variable not in scope.variables:
            raise PathNotFoundError(f"No variable is named ${self.variable}")
        return scope.variables[self.variable]

    def find(self, scope: Scope) -> Any:
        """What the path names. Raises `PathNotFoundError` when a definite path names nothing."""
        value = scope.input if self.root is _FROM_INPUT else self.start(scope)
        if self.query is not None:
            return self.query.findall(value)
        for index, step in enumerate(self.steps):
            # Most steps are names of members.
            if (type(value) is dict and step in value) or _has(value, step):
                value = value[step]
            else:
                raise PathNotFoundError(self._missing(index))
        return value

    def _missing(self, index: int) -> str:
        place = "".join(f"[{step!r}]" for step in self.steps[: index + 1])
        is_last = index == len(self.steps) - 1
        return f"{'No results for path: ' if is_last else 'Missing property in path '}${place}"


INPUT: Final = Path("$", Root.INPUT, "", ())


@lru_cache(maxsize=4096)
def parse(source: str) -> Path:
    """The path of a text, parsed once for all that share it. Raises `PathSyntaxError`."""
    if source == INPUT.source:
        return INPUT
    beginning = _BEGINNING.match(source)
    if beginning is None:
        raise PathSyntaxError("A JSONPath begins with '$'")
    variable = beginning["variable"] or ""
    root = Root.VARIABLE if variable else Root(beginning[0])
    segments = list(_segments(source, beginning.end()))
    steps = tuple(one.step for one in segments if one.step is not None and not one.deep)
    if len(steps) == len(segments):
        return Path(source, root, variable, steps)
    return Path(source, root, variable, (), _compiled("$" + "".join(one.written for one in segments)))


def parse_reference(source: str) -> Path:
    """The reference path of a text: a definite one from `$`. Raises `PathSyntaxError`."""
    path = parse(source)
    if path.query is not None or path.root is not Root.INPUT:
        raise PathSyntaxError("A reference path begins with '$' and has names and indexes only")
    return path


def put(document: Any, path: Path, value: Any) -> Any:
    """The document with a value at a reference path; objects that are missing on its way are made.

    Raises `ReferencePathConflictError`. The document itself stays as it is.
    """
    return _put(document, path.steps, value)


def _put(document: Any, steps: tuple[Step, ...], value: Any) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(step, str) and isinstance(document, dict):
        return {**document, step: _put(document.get(step, {}), rest, value)}
    if isinstance(step, int) and _has(document, step):
        changed = list(document)
        changed[step] = _put(document[step], rest, value)
        return changed
    raise ReferencePathConflictError


def _has(value: Any, step: Step) -> bool:
    if isinstance(step, str):
        return isinstance(value, dict) and step in value
    return isinstance(value, list) and -len(value) <= step < len(value)


# Reading: a path is a beginning and segments, `.name`, `['name']`, `[0]` or, indefinite, `.*`, `[1:]`, `..x`

_BEGINNING: Final = re.compile(r"\$\$|\$(?P<variable>[^\W\d]\w*)?")
_NAMED: Final = re.compile(
    r"""(?P<deep>\.\.(?=\[))|(?P<dots>\.\.?)(?:(?P<any>\*)|(?P<name>[^.\[\]\s'"*]+))"""
)
_QUOTED: Final = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""", re.DOTALL)
_INDEX: Final = re.compile(r"-?\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Segment:
    """`step` is set when it is one name or index, `deep` after two dots; `written` is python-jsonpath's."""

    step: Step | None
    deep: bool
    written: str


def _segments(source: str, at: int) -> Iterator[_Segment]:
    deep = False
    while at < len(source):
        if source[at] == "[":
            end = _closing(source, at)
            yield _bracketed(source[at + 1 : end].strip(), deep)
            at, deep = end + 1, False
        elif (found := _NAMED.match(source, at)) and not deep:
            at, deep = found.end(), found["deep"] is not None
            if not deep:
                yield _dotted(found["name"], found["dots"] == "..")
        else:
            raise PathSyntaxError(f"Unexpected '{source[at]}' at character {at + 1}")


def _dotted(name: str | None, deep: bool) -> _Segment:
    if name is None:
        return _Segment(None, deep, "..[*]" if deep else "[*]")
    return _Segment(name, deep, f"{'..' if deep else ''}[{_written(name)}]")


def _bracketed(inner: str, deep: bool) -> _Segment:
    dots = ".." if deep else ""
    if quoted := _QUOTED.fullmatch(inner):
        name = (quoted[1] or quoted[2] or "").replace("\\'", "'")
        return _Segment(name, deep, f"{dots}[{_written(name)}]")
    if _INDEX.fullmatch(inner):
        return _Segment(int(inner), deep, f"{dots}[{inner}]")
    if not inner:
        raise PathSyntaxError("Nothing stands between '[' and ']'")
    return _Segment(None, deep, f"{dots}[{inner}]")


def _written(name: str) -> str:
    return "'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _closing(source: str, opening: int) -> int:
    """Where the bracket that opens there is closed."""
    depth, at = 0, opening
    while at < len(source):
        if quoted := _QUOTED.match(source, at):
            at = quoted.end()
            continue
        depth += {"[": 1, "]": -1}.get(source[at], 0)
        if depth == 0:
            return at
        at += 1
    raise PathSyntaxError(f"The '[' at character {opening + 1} is not closed")


def _compiled(source: str) -> query_language.CompoundJSONPath | query_language.JSONPath:
    # It takes a tenth of a second to load, and few machines have such a path.
    library: Any = import_module("jsonpath")
    try:
        query: query_language.CompoundJSONPath | query_language.JSONPath = library.compile(source)
        return query
    except (library.JSONPathError, ValueError, RecursionError) as error:
        raise PathSyntaxError(str(error).splitlines()[0]) from None
