"""A machine that CoWorks compiled, without the states that a workflow does not name.

Those before the first step tell what stands above the steps: `input`, `takes` as far as a machine tells it
(what must be given, and what is a duration), and `overlap`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.durations import describe_duration
from coworks.biz.names import BEGINNING, DATA, END, INPUT_CHECK, RUNS_CHECK, WORKFLOW_INPUT
from coworks.biz.takes import DURATION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_INPUT: Final = "$states.input"
_MERGED: Final = re.compile(r"\$merge\(\[(\{.*\}), \$states\.input\]\)", re.DOTALL)
_WITH_DURATIONS: Final = re.compile(r"\( \$given := (.*); \$seconds := (.*) \)", re.DOTALL)
_DURATION: Final = re.compile(r"\$seconds\(\$given\.(\w+)\)")
_NEEDED: Final = re.compile(rf"\$exists\(\${DATA}\.(\w+)\)")
_ANY_KIND: Final = "anything"


@dataclass(frozen=True, slots=True)
class Own:
    """The machine of the steps, the keys of the workflow above them, and its name where it calls itself."""

    machine: Mapping[str, Any]
    above: Mapping[str, Any]
    name: str | None = None


def without_added_states(machine: Mapping[str, Any]) -> Own | None:
    """What a machine says in the words of a workflow; None when it is somebody else's.

    It may be somebody else's still: what comes out says whether it compiles to the same machine.
    """
    try:
        return _own(machine)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None  # it has not the shape of ours


def _own(machine: Mapping[str, Any]) -> Own:
    states = dict(machine["States"])
    beginning = {name: states.pop(name) for name in BEGINNING & states.keys()}
    if machine["StartAt"] != WORKFLOW_INPUT:
        raise ValueError("it does not begin as ours do")
    if states.get(END, {}).get("Type") == "Succeed":
        del states[END]
    above, name = _above(beginning), None
    if runs := beginning.get(RUNS_CHECK):
        above["overlap"], name = "skip", runs["Arguments"]["StateMachineArn"][2:-1]
    first = _after(beginning)
    return Own({**machine, "StartAt": first, "States": {first: states[first], **states}}, above, name)


def _after(beginning: Mapping[str, Any]) -> str:
    """The first step: where the states before it lead to."""
    name = WORKFLOW_INPUT
    while name in beginning:
        state = beginning[name]
        name = state["Choices"][0]["Next"] if name == INPUT_CHECK else state.get("Next") or state["Default"]
    return name


def _above(beginning: Mapping[str, Any]) -> dict[str, Any]:
    """`takes` and `input`, from the state that sets `$data` and the one that looks for what is missing."""
    data = beginning[WORKFLOW_INPUT]["Assign"][DATA].removeprefix("{% ").removesuffix(" %}")
    durations: list[str] = []
    if found := _WITH_DURATIONS.fullmatch(data):
        data, durations = found[1], _DURATION.findall(found[2])
    given = _defaults(data)
    check = beginning.get(INPUT_CHECK)
    needed = _NEEDED.findall(check["Choices"][0]["Condition"]) if check else []
    above: dict[str, Any] = {}
    if needed or durations:
        takes = dict.fromkeys([*_woven(needed, durations), *given], _ANY_KIND)
        above["takes"] = takes | dict.fromkeys(durations, DURATION)
    if given:
        above["input"] = given | {name: _told(given[name]) for name in durations if name in given}
    return above


def _woven(needed: list[str], durations: list[str]) -> Iterator[str]:
    """The names of both, in an order that is that of each."""
    left = iter(durations)
    for name in needed:
        if name in durations:
            yield from iter(lambda: next(left), name)
        yield name
    yield from left


def _told(seconds: Any) -> Any:
    return describe_duration(seconds) if isinstance(seconds, int) else seconds


def _defaults(data: str) -> dict[str, Any]:
    """What is under `input`."""
    if data == _INPUT:
        return {}
    found = _MERGED.fullmatch(data)
    defaults = json.loads(found[1]) if found else None
    if not isinstance(defaults, dict):
        raise ValueError("its input has not the form of ours")
    return defaults
