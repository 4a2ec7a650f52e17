"""Constants that are larger than a payload may be: told here, and not by the run that they would end.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from coworks.asl.jsonata import OPENING
from coworks.biz.nodes import Entry, ListNode, MapNode, Node

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coworks.biz.problems import Place, Report

MAX_BYTES: Final = 256 * 1024
MAX_MACHINE: Final = 1_048_576

# A character of a text is six bytes of JSON at most: `\u0001`.
_LARGEST_CHARACTER: Final = 6
_FIELDS: Final = (
    "Arguments", "Assign", "ItemSelector", "Items", "Output", "Parameters", "Result", "ResultSelector",
)  # fmt: skip


def check_payload(entries: Iterable[Entry | None], report: Report) -> None:
    """Tell about values that are too large for one payload together, at the largest of them."""
    if report.size * _LARGEST_CHARACTER <= MAX_BYTES:
        return
    given = [entry for entry in entries if entry]
    size = sum(_size(entry.value) for entry in given)
    if size > MAX_BYTES:
        entry = _heaviest(given)
        message = f'"{entry.key}" makes a payload of {size:,} bytes; AWS takes {MAX_BYTES:,} (256 KiB)'
        hint = "keep the data in a bucket (S3), and hand over where they are"
        report.add("B125", entry.key_place, message, hint, length=len(entry.key))


def check_state(state: MapNode, report: Report) -> None:
    """Tell about the same in a state of the States Language."""
    for field in _FIELDS:
        check_payload([state.get(field)], report)


def check_machine(definition: Any, place: Place, report: Report) -> None:
    """Tell about a machine that is larger than AWS takes."""
    size = len(json.dumps(definition, ensure_ascii=False, separators=(",", ":")))
    if size > MAX_MACHINE:
        message = f"the state machine has {size:,} characters; AWS takes {MAX_MACHINE:,}"
        hint = 'move some of the steps to another workflow, and call it with "biz"'
        report.add("B126", place, message, hint)


def _heaviest(entries: list[Entry]) -> Entry:
    """The largest one, or the one inside it that is too large alone."""
    entry = max(entries, key=lambda one: _size(one.value))
    inside = entry.value.entries if isinstance(entry.value, MapNode) else ()
    too_large = [one for one in inside if _size(one.value) > MAX_BYTES]
    return _heaviest(too_large) if too_large else entry


def _size(node: Node) -> int:
    """The bytes of a value as JSON without spaces; an expression may give nothing."""
    if isinstance(node, ListNode):
        return 2 + sum(_size(item) for item in node.items) + max(0, len(node.items) - 1)
    if isinstance(node, MapNode):
        members = [_bytes(one.key) + 1 + _size(one.value) for one in node.entries]
        return 2 + sum(members) + max(0, len(members) - 1)
    if node.is_text and OPENING in node.text:
        return 0
    return _bytes(node.value)


def _bytes(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())
