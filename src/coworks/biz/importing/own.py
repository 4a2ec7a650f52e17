"""A machine that CoWorks compiled, without the states that a workflow does not name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from coworks.biz.names import DATA, END, WORKFLOW_INPUT

if TYPE_CHECKING:
    from collections.abc import Mapping

_INPUT = "{% $states.input %}"
_BEFORE, _AFTER = "{% $merge([", ", $states.input]) %}"


def without_added_states(machine: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The machine of the steps, and the keys of the workflow above them; None when it is somebody else's."""
    states = dict(machine["States"])
    first = states.pop(WORKFLOW_INPUT, {})
    if machine["StartAt"] != WORKFLOW_INPUT or first.get("Next") not in states:
        return None
    defaults = _defaults(first.get("Assign"))
    if defaults is None:
        return None
    if states.get(END, {}).get("Type") == "Succeed":
        del states[END]
    return {**machine, "StartAt": first["Next"], "States": states}, {"input": defaults} if defaults else {}


def _defaults(assigned: Any) -> dict[str, Any] | None:
    """What is under `input`, from the state that sets `$data`."""
    written = assigned.get(DATA) if isinstance(assigned, dict) else None
    if written == _INPUT:
        return {}
    if not (isinstance(written, str) and written.startswith(_BEFORE) and written.endswith(_AFTER)):
        return None
    try:
        defaults = json.loads(written.removeprefix(_BEFORE).removesuffix(_AFTER))
    except ValueError:
        return None
    return defaults if isinstance(defaults, dict) else None
