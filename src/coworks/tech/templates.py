"""Path templates: `/content/{bucket}/{key}` is a list of segments, each a literal or one whole variable."""

from __future__ import annotations

from coworks.errors import DefinitionError
from coworks.tech.records import Record

# What API Gateway takes in the path part of a resource, and RFC 3986 leaves uncoded.
_LITERAL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:")


class Segment(Record):
    """A part of a path: the literal text, or the variable's name."""

    __slots__ = ("is_variable", "text")

    text: str
    is_variable: bool

    def __init__(self, text: str, is_variable: bool) -> None:
        self._hold(text=text, is_variable=is_variable)


def parse_template(label: str, path: str) -> tuple[Segment, ...]:
    """The segments of a template; `label` names its owner in errors. Raises `DefinitionError`."""
    if path == "/":
        return ()
    segments = tuple(_segment(label, path, part) for part in path.removeprefix("/").split("/"))
    variables = [segment.text for segment in segments if segment.is_variable]
    for name in variables:
        if variables.count(name) > 1:
            raise DefinitionError(
                f"{label}: the path {path} has {{{name}}} twice", hint="give each variable its own name"
            )
    return segments


def _segment(label: str, path: str, part: str) -> Segment:
    if part.startswith("{") and part.endswith("}"):
        name = part[1:-1]
        if not (name.isidentifier() and name.isascii()):
            raise DefinitionError(
                f"{label}: the path {path} has a variable {part} that is no parameter name",
                hint="use a Python name of plain letters, digits and underscores, such as {key}",
            )
        return Segment(name, True)
    if "{" in part or "}" in part:
        raise DefinitionError(
            f"{label}: the path {path} mixes text and a variable in {part!r}",
            hint="a variable is a whole segment: /content/{key}",
        )
    if not part or part in (".", "..") or not _LITERAL.issuperset(part):
        raise DefinitionError(
            f"{label}: the path {path} has a segment {part!r} that cannot be in an address as it is",
            hint="use letters without accents, digits and -._~: between single slashes",
        )
    return Segment(part, False)
