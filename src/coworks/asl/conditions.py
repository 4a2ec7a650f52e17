r"""The conditions of a JSONPath Choice: comparisons of a variable, joined by And, Or and Not.

A comparison has `Variable` (a path) and one operator of the table below: `NumericLessThan` with a constant,
`NumericLessThanPath` with a path to the other value. A value of another type than the operator's makes it
false; a path that names nothing fails the state, but for `IsPresent`.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from coworks.asl import jsonpath
from coworks.asl.failures import RUNTIME, StateFailure
from coworks.asl.fields import JSONPATH, vocabulary
from coworks.asl.timestamps import parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coworks.asl.fields import Fields
    from coworks.asl.scope import Scope


class Condition(Protocol):
    def evaluate(self, scope: Scope) -> bool:
        """Raises `StateFailure` when a path names nothing."""


@dataclass(frozen=True, slots=True)
class And:
    conditions: tuple[Condition, ...]

    def evaluate(self, scope: Scope) -> bool:
        return all(condition.evaluate(scope) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Or:
    conditions: tuple[Condition, ...]

    def evaluate(self, scope: Scope) -> bool:
        return any(condition.evaluate(scope) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Not:
    condition: Condition

    def evaluate(self, scope: Scope) -> bool:
        return not self.condition.evaluate(scope)


@dataclass(frozen=True, slots=True)
class IsPresent:
    variable: jsonpath.Path
    wanted: bool

    def evaluate(self, scope: Scope) -> bool:
        try:
            self.variable.find(scope)
        except jsonpath.PathNotFoundError:
            return not self.wanted
        return self.wanted


@dataclass(frozen=True, slots=True)
class Is:
    """The variable is of a type, or is not."""

    variable: jsonpath.Path
    test: Callable[[Any], bool]
    wanted: bool

    def evaluate(self, scope: Scope) -> bool:
        return self.test(_found(self.variable, scope)) is self.wanted


@dataclass(frozen=True, slots=True)
class Comparison:
    """The variable is in a relation to another value, when both are of the relation's type."""

    variable: jsonpath.Path
    relation: Relation
    other: jsonpath.Path

    def evaluate(self, scope: Scope) -> bool:
        right = _found(self.other, scope)
        return self.relation.holds(_found(self.variable, scope), self.relation.read(right))


@dataclass(frozen=True, slots=True)
class ComparisonToConstant:
    """The same with a value that is known, as the relation reads it."""

    variable: jsonpath.Path
    relation: Relation
    right: Any

    def evaluate(self, scope: Scope) -> bool:
        return self.relation.holds(_found(self.variable, scope), self.right)


@dataclass(frozen=True, slots=True)
class Relation:
    """`read` gives a comparable value, None for one of another type."""

    read: Callable[[Any], Any]
    compare: Callable[[Any, Any], bool]

    def holds(self, left: Any, right: Any) -> bool:
        """True for two values in this relation, of which `right` is read already."""
        one = None if right is None else self.read(left)
        return one is not None and self.compare(one, right)


def _found(path: jsonpath.Path, scope: Scope) -> Any:
    try:
        return path.find(scope)
    except jsonpath.PathNotFoundError:
        said = f"Invalid path '{path.source}': The choice state's condition path references an invalid value."
        raise StateFailure(RUNTIME, said, placed=True) from None


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _timestamp(value: Any) -> float | None:
    return parse_timestamp(value) if isinstance(value, str) else None


def _matches(text: str, pattern: str) -> bool:
    r"""`*` stands for any characters, `\*` and `\\` for themselves. Linear, whatever the pattern."""
    first, *others = _between_stars(pattern)
    if not others:
        return text == first
    *middle, last = others
    at, end = len(first), len(text) - len(last)
    if at > end or not text.startswith(first) or not text.endswith(last):
        return False
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


@lru_cache(maxsize=1024)
def _between_stars(pattern: str) -> tuple[str, ...]:
    parts = [""]
    for piece in re.findall(r"\\[\\*]|.", pattern, re.DOTALL):
        if piece != "*":
            parts[-1] += piece[-1]
        else:
            parts.append("")
    return tuple(parts)


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "String": _string,
    "Numeric": _number,
    "Timestamp": _timestamp,
}
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}
RELATIONS: Final[Mapping[str, Relation]] = {
    "BooleanEquals": Relation(_boolean, operator.eq),
    **{
        f"{kind}{name}": Relation(read, compare)
        for kind, read in _READERS.items()
        for name, compare in _COMPARISONS.items()
    },
}
MATCHES: Final = "StringMatches"
PRESENT: Final = "IsPresent"
TESTS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "IsNull": lambda value: value is None,
    "IsString": lambda value: isinstance(value, str),
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsNumeric": lambda value: _number(value) is not None,
    "IsTimestamp": lambda value: _timestamp(value) is not None,
}
OPERATORS: Final = frozenset(
    {*RELATIONS, *(f"{name}Path" for name in RELATIONS), *TESTS, MATCHES, PRESENT, "And", "Or", "Not"}
)
_NEVER: Final = Or(())


# Reading


def read_condition(rule: Fields) -> Condition:
    """The condition of a rule, or of an object within one; mistakes go to the report of the fields."""
    operators = [name for name in rule.value if name in OPERATORS]
    if len(operators) != 1:
        rule.report(f"A rule needs exactly one comparison operator, but has {len(operators)}")
        return _NEVER
    (name,) = operators
    if name == "Not":
        inner = rule.object(name)
        return Not(_within(inner)) if inner else _NEVER
    if name in {"And", "Or"}:
        joined = tuple(map(_within, rule.objects(name)))
        if not joined:
            rule.report(f"Expected a non-empty Array of Objects for field '{name}'", at=f"/{name}")
        return And(joined) if name == "And" else Or(joined)
    return _comparison(rule, name)


_WITHIN: Final = vocabulary(*OPERATORS, "Variable", "Comment")


def _within(rule: Fields) -> Condition:
    """A condition inside another one, which leads nowhere itself."""
    rule.only(_WITHIN, JSONPATH)
    return read_condition(rule)


def _comparison(rule: Fields, name: str) -> Condition:
    variable = _path(rule, "Variable")
    operand = rule.value[name]
    if name == PRESENT or name in TESTS:
        if not isinstance(operand, bool):
            return _refused(rule, name, "Boolean")
        return IsPresent(variable, operand) if name == PRESENT else Is(variable, TESTS[name], operand)
    if name == MATCHES:
        relation = Relation(_string, _matches)
    elif name in RELATIONS:
        relation = RELATIONS[name]
    else:
        return Comparison(variable, RELATIONS[name.removesuffix("Path")], _path(rule, name))
    known = relation.read(operand)
    if known is None:
        return _refused(rule, name, _type_of(name))
    return ComparisonToConstant(variable, relation, known)


def _path(rule: Fields, name: str) -> jsonpath.Path:
    text = rule.string(name, required=True)
    try:
        return jsonpath.parse(text or jsonpath.INPUT.source)
    except jsonpath.PathSyntaxError as error:
        rule.report(f"The value of the field '{name}' is not a valid path: {error}", at=f"/{name}")
        return jsonpath.INPUT


def _type_of(name: str) -> str:
    return next(kind for kind in (*_READERS, "Boolean") if name.startswith(kind))


def _refused(rule: Fields, name: str, wanted: str) -> Condition:
    is_text = wanted == "Timestamp" and isinstance(rule.value[name], str)
    said = (
        "String does not match RFC3339 timestamp"
        if is_text
        else f"Expected value of type {wanted} for field '{name}'"
    )
    rule.report(said, at=f"/{name}")
    return _NEVER
