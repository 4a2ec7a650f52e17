"""Conditions in words: `count is over 20 and state is not sale` -> an expression about `$answer`.

    condition    clause, then "and" or "or" and another clause; "and" goes before "or"
    clause       NAME SAYS VALUE, where NAME is a part of the answer (`order.total`), or "the answer"
    VALUE        a number, true, false, or words; quotes are needed around "and" and "or" alone

A number that the answer does not have is no number in order: its comparison holds, so that somebody looks.
"""

from __future__ import annotations

import re
from typing import Final

from coworks.biz.templates import quote

HINT: Final = (
    'write for example "count is over 20", "state is not sale", "total is at least 100 and paid is false", '
    '"message contains error", "receipt is missing", or an expression such as $answer.count > 20'
)

_COMPARED: Final = "({0} {1} {2} or $not($exists({0})))"
# Longer ones first: "is" begins them all.
_SAYINGS: Final = (
    ("is at least", ">=", _COMPARED),
    ("is at most", "<=", _COMPARED),
    ("is more than", ">", _COMPARED),
    ("is over", ">", _COMPARED),
    ("is above", ">", _COMPARED),
    ("is less than", "<", _COMPARED),
    ("is under", "<", _COMPARED),
    ("is below", "<", _COMPARED),
    ("is missing", "", "$not($exists({0}))"),
    ("is there", "", "$exists({0})"),
    ("does not contain", "", "$not($contains($string({0}), $string({2})))"),
    ("contains", "", "$contains($string({0}), $string({2}))"),
    ("is not", "!=", "{0} {1} {2}"),
    ("is", "=", "{0} {1} {2}"),
)
_NAME: Final = re.compile(r"(the answer|[^\W\d]\w*(?:\.[^\W\d]\w*)*)\s+(.+)", re.IGNORECASE)
_JOINTS: Final = re.compile(r"""("[^"]*"|'[^']*')|\s+(and|or)\s+""", re.IGNORECASE)
_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
_DANGLING: Final = re.compile(r"(and|or)(\s.*)?|.*\s(and|or)", re.IGNORECASE | re.DOTALL)
_QUOTED: Final = re.compile(r"""(["'])(.*)\1""")


def are_words(text: str) -> bool:
    """True for what is no expression: those of a condition have a variable, or are true or false."""
    return "$" not in text and text.strip() not in {"true", "false"}


def expression_of(words: str) -> str | None:
    """The expression that a condition in words stands for; None when it is not understood."""
    parts = _split(words)
    clauses = [_clause(part) for part in parts[::2]]
    if None in clauses:
        return None
    joints = [part.lower() for part in parts[1::2]]
    told = [clause for pair in zip(joints, clauses[1:], strict=True) for clause in pair]
    return " ".join(str(one) for one in (clauses[0], *told))


def _split(words: str) -> list[str]:
    """Clauses, with the words that join them between them; what is quoted is not looked into."""
    parts, start = list[str](), 0
    for match in _JOINTS.finditer(words):
        if match[2]:
            parts += [words[start : match.start()], match[2]]
            start = match.end()
    return [*parts, words[start:]]


def _clause(text: str) -> str | None:
    match = _NAME.fullmatch(text.strip())
    if match is None:
        return None
    name = "$answer" if match[1].lower() == "the answer" else f"$answer.{match[1]}"
    for saying, sign, form in _SAYINGS:
        rest = match[2].strip()
        if rest.lower() == saying or rest.lower().startswith(f"{saying} "):
            value = rest[len(saying) :].strip()
            return form.format(name, sign, _value(value)) if _fits(value, form) else None
    return None


def _fits(value: str, form: str) -> bool:
    if form == _COMPARED:
        return _NUMBER.fullmatch(value) is not None
    return bool(value) == ("{2}" in form) and not _DANGLING.fullmatch(value)


def _value(text: str) -> str:
    if _NUMBER.fullmatch(text) or text in {"true", "false"}:
        return text
    quoted = _QUOTED.fullmatch(text)
    return quote(quoted[2] if quoted else text)
