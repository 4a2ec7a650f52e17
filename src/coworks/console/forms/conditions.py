"""Conditions in plain words: value, is, other value, joined by and/or; and as the expressions that they are.

An expression that says more than that stays an expression.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final, Literal

Joint = Literal["and", "or"]

OPERATORS: Final = {
    "is": "=",
    "is not": "!=",
    "is greater than": ">",
    "is at least": ">=",
    "is less than": "<",
    "is at most": "<=",
    "contains": "$contains",
    "exists": "$exists",
}
ALONE: Final = frozenset({"exists"})
"""Those that need no other value."""

_SIGNS: Final = {sign: words for words, sign in OPERATORS.items()}
_REFERENCE: Final = r"\$[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[-?\d+\])*"
_LITERAL: Final = r'"(?:[^"\\]|\\.)*"|\'[^\'\\]*\'|-?\d+(?:\.\d+)?|true|false|null'
_VALUE: Final = rf"(?:{_REFERENCE}|{_LITERAL})"
_COMPARISON: Final = re.compile(rf"\s*({_VALUE})\s*(!=|>=|<=|=|>|<)\s*({_VALUE})\s*")
_CALL: Final = re.compile(rf"\s*(\$contains|\$exists)\(\s*({_VALUE})\s*(?:,\s*({_VALUE})\s*)?\)\s*")
_JOINT: Final = re.compile(r"\s*\b(and|or)\b\s*")
_IS_VALUE: Final = re.compile(_VALUE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A value, an operator in words, another value. Values are typed as people do: `$x`, 200, some words."""

    left: str
    operator: str = "is"
    right: str = ""


def write_condition(comparisons: list[Comparison], joint: Joint = "and") -> str:
    """The expression of comparisons."""
    return f" {joint} ".join(map(_written, comparisons))


def read_condition(expression: str) -> tuple[list[Comparison], Joint] | None:
    """The comparisons of an expression, None when it says more than comparisons do."""
    found: list[Comparison] = []
    joints: set[str] = set()
    position = 0
    while True:
        match = _COMPARISON.match(expression, position) or _CALL.match(expression, position)
        if match is None:
            return None
        found.append(_comparison(match))
        position = match.end()
        if position >= len(expression):
            return (found, "or" if joints == {"or"} else "and") if len(joints) < 2 else None
        joint = _JOINT.match(expression, position)
        if joint is None:
            return None
        joints.add(joint[1])
        position = joint.end()


def _comparison(match: re.Match[str]) -> Comparison:
    if match.re is _CALL:
        return Comparison(_typed(match[2]), _SIGNS[match[1]], _typed(match[3] or ""))
    return Comparison(_typed(match[1]), _SIGNS[match[2]], _typed(match[3]))


def _written(one: Comparison) -> str:
    left, right = _value(one.left), _value(one.right)
    sign = OPERATORS[one.operator]
    if one.operator in ALONE:
        return f"{sign}({left})"
    return f"{sign}({left}, {right})" if sign.startswith("$") else f"{left} {sign} {right}"


def _value(typed: str) -> str:
    """A typed value in an expression: what is no reference, number or word of its own is a text."""
    stripped = typed.strip()
    return stripped if _IS_VALUE.fullmatch(stripped) else json.dumps(stripped, ensure_ascii=False)


def _typed(value: str) -> str:
    """A value of an expression as it is typed: a text without quotes, when it is one all the same."""
    if value[:1] not in ("'", '"'):
        return value
    text = str(json.loads(value)) if value[0] == '"' else value[1:-1]
    return value if _IS_VALUE.fullmatch(text) or text != text.strip() else text
