"""Texts with expressions in them: `{% $data.url %} answers {% $check_server.status %}`.

A text that is exactly one `{% %}` keeps the type of its result; any other is joined into one JSONata
expression, because States Language evaluates a string only when it is an expression as a whole.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from coworks.asl.jsonata import CLOSING, OPENING
from coworks.biz.nodes import ListNode, MapNode, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What may stand between the marks: quoted texts, quoted names and comments hide a "%}".
_INSIDE = re.compile(
    r"""(?: [^'"`/%]++ | '(?:[^'\\]|\\.)*+' | "(?:[^"\\]|\\.)*+" | `[^`]*+`
        | /\*.*?\*/ | /(?!\*) | %(?!}) )*+%}""",
    re.VERBOSE | re.DOTALL,
)

# Texts, quoted names and comments, where a "$" or a word means nothing.
SILENT = re.compile(r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+"|`[^`]*+`|/\*.*?\*/""", re.DOTALL)

_PATH = re.compile(r"\$\w+(?:\.\w+)*")


@dataclass(frozen=True, slots=True)
class Expression:
    """A JSONata expression and where it begins in the text of its scalar."""

    source: str
    offset: int


Part: TypeAlias = str | Expression


@dataclass(frozen=True, slots=True)
class Template:
    """A text of the workflow cut into words and expressions. `unclosed` is where a `{%` has no `%}`."""

    scalar: Scalar
    parts: tuple[Part, ...]
    unclosed: int | None = None

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return tuple(part for part in self.parts if isinstance(part, Expression))

    @property
    def whole(self) -> Expression | None:
        """The expression when the text is nothing else."""
        written = [part for part in self.parts if isinstance(part, Expression) or part.strip()]
        return written[0] if len(written) == 1 and isinstance(written[0], Expression) else None


def template_of(scalar: Scalar) -> Template:
    """The parts of a scalar's text."""
    text = scalar.text
    parts: list[Part] = []
    position = 0
    reads_quotes = True
    while (opening := text.find(OPENING, position)) >= 0:
        start = opening + len(OPENING)
        match = _INSIDE.match(text, start) if reads_quotes else None
        # A quote that is never closed is the expression's own mistake: JSONata tells it better.
        reads_quotes = match is not None
        end = match.end() if match else text.find(CLOSING, start) + len(CLOSING)
        if end < start + len(CLOSING):
            return Template(scalar, tuple(parts), unclosed=opening)
        if opening > position:
            parts.append(text[position:opening])
        parts.append(_expression(text, start, end - len(CLOSING)))
        position = end
    if position < len(text):
        parts.append(text[position:])
    return Template(scalar, tuple(parts))


def bare_template(scalar: Scalar) -> Template:
    """A text that is an expression with or without its marks."""
    if OPENING in scalar.text:
        return template_of(scalar)
    return Template(scalar, (_expression(scalar.text, 0, len(scalar.text)),))


def _expression(text: str, start: int, end: int) -> Expression:
    inside = text[start:end]
    return Expression(inside.strip(), start + len(inside) - len(inside.lstrip()))


def templates_in(node: Node) -> Iterator[Template]:
    """Every text with an expression in a value."""
    if isinstance(node, ListNode):
        for item in node.items:
            yield from templates_in(item)
    elif isinstance(node, MapNode):
        for entry in node.entries:
            yield from templates_in(entry.value)
    elif node.is_text and OPENING in node.text:
        yield template_of(node)


def to_states_language(node: Node) -> Any:
    """A value as States Language writes it."""
    if isinstance(node, ListNode):
        return [to_states_language(item) for item in node.items]
    if isinstance(node, MapNode):
        return {entry.key: to_states_language(entry.value) for entry in node.entries}
    if node.is_text and OPENING in node.text:
        return render(template_of(node))
    return node.value


def render(template: Template, each: Callable[[str], str] | None = None) -> Any:
    """A template as one `{% %}`. `each` wraps an expression among words; one that is alone stays as it is."""
    if whole := template.whole:
        return mark(whole.source)
    wrap = each or _operand
    joined = (quote(part) if isinstance(part, str) else wrap(part.source) for part in template.parts)
    return mark(" & ".join(joined))


def _operand(source: str) -> str:
    """An expression that stands between others: a plain path needs no parentheses to be read right."""
    return source if _PATH.fullmatch(source) else f"({source})"


def mark(source: str) -> str:
    """An expression between its marks."""
    return f"{OPENING} {source} {CLOSING}"


def quote(text: str) -> str:
    """A text as a JSONata literal. JSONata has JSON's escapes only: none for `'` in single quotes."""
    literal = json.dumps(text, ensure_ascii=False)
    if "'" in text:
        return literal
    return "'" + literal[1:-1].replace('\\"', '"') + "'"
