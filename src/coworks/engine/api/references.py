"""Which variables the states of a definition refer to, as descriptions of state machines tell it.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
(variableReferences)
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARIABLE = re.compile(r"(?<![\w$.@])\$([A-Za-z_]\w*)(?!\w|\s*\(|\s*:=)")
_QUOTED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"")
_BOUND = re.compile(r"\$(\w+)\s*:=|(?:function|λ)\s*\(([^)]*)\)")
_JSONATA = re.compile(r"\{%(.*)%\}", re.DOTALL)
_INSIDE = frozenset({"ItemProcessor", "Iterator", "Branches"})


def variable_references(text: str) -> dict[str, list[str]]:
    """The names of variables by state, states without any left out."""
    found: dict[str, set[str]] = {}
    try:
        _gather(json.loads(text), found)
    except RecursionError:  # a value nested so deeply is data
        return {}
    return {state: sorted(names) for state, names in found.items() if names}


def _gather(machine: dict[str, Any], found: dict[str, set[str]]) -> None:
    for name, state in machine.get("States", {}).items():
        own = {key: value for key, value in state.items() if key not in _INSIDE}
        found.setdefault(name, set()).update(_referred(own, ""))
        for inner in (state.get("ItemProcessor"), state.get("Iterator"), *state.get("Branches", [])):
            if isinstance(inner, dict):
                _gather(inner, found)


def _referred(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, dict):
        for inner_key, inner in value.items():
            yield from _referred(inner, inner_key)
    elif isinstance(value, list):
        for inner in value:
            yield from _referred(inner, "")
    elif isinstance(value, str):
        yield from _in_text(value, key)


def _in_text(text: str, key: str) -> Iterator[str]:
    if written := _JSONATA.fullmatch(text.strip()):
        expression = _QUOTED.sub("''", written[1])
        bound = {"states"}
        for name, parameters in _BOUND.findall(expression):
            bound |= {name, *re.findall(r"\$(\w+)", parameters)}
        yield from (name for name in _VARIABLE.findall(expression) if name not in bound)
    elif key.endswith((".$", "Path")) or key == "Variable":
        yield from _VARIABLE.findall(_QUOTED.sub("''", text))
