r"""Calls of intrinsic functions, read from text: `States.Format('{} of {}', $.n, States.ArrayLength($.all))`.

An argument is a string in single quotes (`\'`, `\\`, `\{` and `\}` stand for the characters themselves), a
number, true, false, null, a JSONPath, or another call.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coworks.asl import jsonpath
from coworks.asl.intrinsics import FUNCTIONS, Function, run

if TYPE_CHECKING:
    from coworks.asl.scope import Scope

MAX_DEPTH: Final = 10
BEGINNING: Final = "States."


class IntrinsicSyntaxError(Exception):
    """A text that is no call of an intrinsic function."""


@dataclass(frozen=True, slots=True)
class Literal:
    value: Any

    def evaluate(self, scope: Scope) -> Any:
        return self.value


@dataclass(frozen=True, slots=True)
class Reference:
    path: jsonpath.Path

    def evaluate(self, scope: Scope) -> Any:
        """Raises `MissingArgumentError` when the path names nothing."""
        try:
            return self.path.find(scope)
        except jsonpath.PathNotFoundError:
            raise MissingArgumentError(self.path) from None


class MissingArgumentError(Exception):
    """An argument whose path names nothing."""

    def __init__(self, path: jsonpath.Path) -> None:
        super().__init__(path.source)
        self.path = path


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    function: Function
    arguments: tuple[Argument, ...]

    def evaluate(self, scope: Scope) -> Any:
        """Raises `IntrinsicError` and `MissingArgumentError`."""
        return run(self.function, [argument.evaluate(scope) for argument in self.arguments])


Argument = Literal | Reference | Call

# The path alternative ends at a comma or parenthesis, unless that stands between brackets.
_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<function>States\.\w+)\s*\(
      | '(?P<string>(?:[^'\\]|\\.)*)'
      | (?P<constant>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)
      | (?P<path>\$(?:[^,()\[\]'\s]|\[(?:'(?:[^'\\]|\\.)*'|\[[^\[\]]*\]|[^\[\]'])*\])*)
      | (?P<mark>[,)])
    )""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ESCAPED: Final = re.compile(r"\\([\\'{}])")


def parse_call(text: str) -> Call:
    """The call that the whole text is. Raises `IntrinsicSyntaxError`."""
    tokens = _Tokens(text)
    call = _argument(tokens, tokens.next(), 1)
    if not isinstance(call, Call) or text[tokens.at :].strip():
        raise tokens.error()
    return call


class _Tokens:
    """The tokens of a text, one after the other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def next(self) -> re.Match[str]:
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            raise self.error()
        self.at = found.end()
        return found

    def error(
        self, what: str = "The call of an intrinsic function is not complete or not valid"
    ) -> IntrinsicSyntaxError:
        return IntrinsicSyntaxError(f"{what} (at character {self.at + 1})")


def _argument(tokens: _Tokens, token: re.Match[str], depth: int, *, raw: bool = False) -> Argument:
    """`raw` leaves the escapes of a string: those of a Format template mean something to it."""
    if token["function"] is not None:
        return _call(tokens, token["function"], depth)
    if (text := token["string"]) is not None:
        return Literal(text if raw else _ESCAPED.sub(r"\1", text))
    if token["constant"] is not None:
        return Literal(_constant(tokens, token["constant"]))
    if token["path"] is not None:
        return _reference(tokens, token["path"])
    raise tokens.error()


def _call(tokens: _Tokens, name: str, depth: int) -> Call:
    function = FUNCTIONS.get(name)
    if function is None:
        raise tokens.error(f"There is no intrinsic function {name}")
    if depth > MAX_DEPTH:
        raise tokens.error(f"Intrinsic functions may be nested {MAX_DEPTH} deep at most")
    arguments = _arguments(tokens, depth, raw_first=name == "States.Format")
    if not function.takes(len(arguments)):
        raise tokens.error(f"{name} does not take {len(arguments)} arguments")
    return Call(name, function, tuple(arguments))


def _arguments(tokens: _Tokens, depth: int, *, raw_first: bool) -> list[Argument]:
    """The arguments up to the closing parenthesis."""
    arguments: list[Argument] = []
    token = tokens.next()
    while token["mark"] != ")":
        arguments.append(_argument(tokens, token, depth + 1, raw=raw_first and not arguments))
        separator = tokens.next()
        if separator["mark"] is None:
            raise tokens.error()
        token = tokens.next() if separator["mark"] == "," else separator
        if separator["mark"] == "," and token["mark"] == ")":
            raise tokens.error()
    return arguments


def _constant(tokens: _Tokens, text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        raise tokens.error(f"{text[:20]} is no number") from None
    if isinstance(value, float) and not math.isfinite(value):
        raise tokens.error(f"{text[:20]} is too large")
    return value


def _reference(tokens: _Tokens, text: str) -> Reference:
    try:
        return Reference(jsonpath.parse(text))
    except jsonpath.PathSyntaxError as error:
        raise tokens.error(str(error)) from None
