"""The states of a branch and of an item as their author had them, without what the compiler adds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from coworks.biz.names import END, ERROR, INNER_ERROR, OUTER, added_name
from coworks.biz.renaming import renamed, variables_read
from coworks.biz.states import led

if TYPE_CHECKING:
    from collections.abc import Mapping

_SUCCEED = {"Type": "Succeed"}
_CAUGHT_INSIDE = re.compile(rf"{INNER_ERROR}\d+")


def branch_states(step: str, branch: Mapping[str, Any]) -> dict[str, Any]:
    """The states of a branch of a Parallel, the first one first."""
    return _own_states(step, branch["Comment"], branch["StartAt"], branch["States"])


def item_states(step: str, state: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The variable that holds an item of a Map, and the states for one item, the first one first."""
    processor = state["ItemProcessor"]
    states = dict(processor["States"])
    begin = states.pop(processor["StartAt"])
    variable = next(name for name in begin["Assign"] if not name.startswith(OUTER))
    around = {name: name.removeprefix(OUTER) for name in begin["Assign"] if name.startswith(OUTER)}
    states = renamed(states, around)
    return variable, _own_states(step, f"one {variable}", begin["Next"], states)


def _own_states(step: str, title: str, start: str, states: Mapping[str, Any]) -> dict[str, Any]:
    """With jumps to the end as `End`, and what is caught as `$error`."""
    end = added_name(step, f"end of {title}")
    kept = {name: one for name, one in states.items() if name != end or one != _SUCCEED}
    caught = {name: ERROR for name in _names(kept) if _CAUGHT_INSIDE.fullmatch(name)}
    own = {name: led(one, {end: END}) for name, one in renamed(kept, caught).items()}
    return {start: own[start], **own}


def _names(states: Mapping[str, Any]) -> frozenset[str]:
    """The variables that states read, and those that their catches set."""
    rules = [rule for state in states.values() for rule in state.get("Catch", ())]
    return variables_read(dict(states)).union(*(rule.get("Assign", {}) for rule in rules))
