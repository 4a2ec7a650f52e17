"""The expressions of the steps: each parses, and each variable is set on every path that reaches its use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from coworks.asl.jsonata import ExpressionSyntaxError, parse
from coworks.biz.names import ERROR, FUNCTION_NAMES
from coworks.biz.nodes import place_inside
from coworks.biz.scopes import check_inside
from coworks.biz.templates import SILENT
from coworks.biz.variables import Variables, variables_inside, variables_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from coworks.biz.flow import Flow
    from coworks.biz.problems import Report
    from coworks.biz.templates import Expression, Template

_EXAMPLE: Final = "an expression is JSONata, for example $data.total > 100"
_MANUAL: Final = "see https://docs.jsonata.org/overview"

_EVAL = re.compile(r"\$eval\b")
# The variable, which JSONata's function of that name hides from the list of those that are read.
_ERROR = re.compile(rf"\${ERROR}\b(?!\s*\()")
_WORD = re.compile(r"(?<![\w$.])[^\W\d]\w*|`")

# Signs of other languages, which people know, and JSONata's.
_OURS: Final = {
    "==": "=", "===": "=", "!==": "!=", "<>": "!=", "=>": ">=", "=<": "<=",
    "&&": "and", "||": "or", "!": "$not(...)",
}  # fmt: skip
_FOREIGN: Final = re.compile(r"===?|!==|<>|=>|=<|&&|\|\||!(?!=)")

# The name under which a test expression is given an input, to see which fields of it are read.
_PROBE: Final = "coworks_probe"


def check_expressions(flow: Flow, report: Report) -> None:
    _check_scope(variables_of(flow), report)


def _check_scope(variables: Variables, report: Report) -> None:
    flow = variables.flow
    for number, step in enumerate(flow.steps):
        if step.kind is None:
            continue
        for template in step.kind.templates():
            _check_template(template, number, variables, report)
            if report.is_full:
                return
        for scope, inner in zip(step.kind.scopes(), flow.inner[number], strict=True):
            given = [one.text for one in scope.given]
            inside = variables_inside(variables, number, inner, given)
            check_inside(variables.all_set, scope, report)
            _check_scope(inside, report)


def _check_template(template: Template, number: int, variables: Variables, report: Report) -> None:
    if template.unclosed is not None:
        place = place_inside(template.scalar, template.unclosed, report.lines)
        report.add("B304", place, 'the expression that begins here has no "%}"', 'end it with "%}"', length=2)
    for expression in template.expressions:
        if report.is_full:
            return
        _Check(template, expression, report).run(number, variables)


class _Check:
    """The check of one expression, which knows how to point into it."""

    def __init__(self, template: Template, expression: Expression, report: Report) -> None:
        self._template = template
        self._source = expression.source
        self._offset = expression.offset
        self._report = report

    def run(self, number: int, variables: Variables) -> None:
        try:
            names = parse(self._source).variables()
        except ExpressionSyntaxError as error:
            self._tell_syntax(error)
            return
        if _EVAL.search(self._spoken()):
            self._tell("B305", "$eval", "Step Functions refuses $eval", "use $parse for JSON text")
        if _ERROR.search(self._spoken()):
            names |= {ERROR}
        for name in sorted(names - {"states"}):
            if not variables.is_set(name, number):
                self._tell_variable(name, number, variables)
        for word in sorted(_bare_words(self._source)):
            self._tell_word(word, variables)

    def _tell_syntax(self, error: ExpressionSyntaxError) -> None:
        if not self._source:
            self._add("B301", 0, "the expression is empty", _EXAMPLE, 1)
            return
        # JSONata's position is behind what it could not take.
        position = max(0, min(error.position, len(self._source)) - 1)
        for found in _FOREIGN.finditer(self._spoken()):
            if found.start() <= position <= found.end():
                hint = f'write "{_OURS[found[0]]}"'
                self._add("B301", found.start(), f'JSONata has no "{found[0]}"', hint, len(found[0]))
                return
        self._add("B301", position, f"the expression does not parse: {error.message}", _EXAMPLE, 1)

    def _tell_variable(self, name: str, number: int, variables: Variables) -> None:
        written = f"${name}"
        if name not in variables.names:
            self._tell_unknown(name, variables)
        elif name == ERROR:
            message = "$error is not set on every path to here: only a catch sets it"
            self._tell("B303", written, message, "use it in the steps that only a catch leads to")
        elif not variables.may_be_set(name, number):
            message = (
                f"{written} is not set here: no path comes from {variables.setters(name)} once it is done"
            )
            self._tell("B303", written, message, "use it after that step")
        else:
            message = f"{written} may not be set here: some paths do not go through {variables.setters(name)}"
            self._tell("B303", written, message, 'give it a value on those paths with a "set" step')

    def _tell_unknown(self, name: str, variables: Variables) -> None:
        written = f"${name}"
        if re.search(rf"{re.escape(written)}\s*\(", self._spoken()):
            near = self._report.near(name, FUNCTION_NAMES)
            hint = f'did you mean "${near}"?' if near else _MANUAL
            self._tell("B302", written, f"JSONata has no function {written}", hint)
        elif step := variables.set_elsewhere(name):
            hint = 'what a step inside another keeps stays inside: give it out as the result, with "success"'
            self._tell("B302", written, f'{written} is set in other steps, by "{step}"', hint)
        else:
            known = [f"${one}" for one in variables.to_propose()]
            self._tell("B302", written, f"no step sets {written}", self._report.suggest(written, known))

    def _tell_word(self, word: str, variables: Variables) -> None:
        if word in FUNCTION_NAMES and re.search(rf"(?<![\w$]){word}\s*\(", self._spoken()):
            self._tell("B306", word, 'functions begin with "$"', f'write "${word}"')
            return
        near = self._report.near(word, variables.names)
        hint = f'did you mean "${near}"?' if near else 'variables begin with "$", texts are between quotes'
        self._tell("B306", word, f'"{word}" is no variable and no text', hint)

    def _tell(self, code: str, written: str, message: str, hint: str | None) -> None:
        match = re.search(rf"(?<![\w$]){re.escape(written)}(?!\w)", self._spoken())
        self._add(code, match.start() if match else 0, message, hint, len(written))

    def _add(self, code: str, position: int, message: str, hint: str | None, length: int) -> None:
        place = place_inside(self._template.scalar, self._offset + position, self._report.lines)
        self._report.add(code, place, message, hint, length=length)

    def _spoken(self) -> str:
        """The source with its texts and comments blanked, positions kept."""
        return SILENT.sub(lambda match: " " * len(match[0]), self._source)


def _bare_words(source: str) -> Collection[str]:
    """The fields that an expression reads from its input, which it has none of: `total` for `$total`."""
    if not _WORD.search(source):
        return ()
    try:
        return parse(f"${_PROBE}.(\n{source}\n)").fields_read(_PROBE) or ()
    except ExpressionSyntaxError:
        return ()
