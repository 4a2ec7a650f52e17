"""`data`: the input that a trigger gives to the run that it starts.

Of a trigger by the clock it is constant. Of one by a message it may name parts of that, as in
`{% $event.detail.id %}`: plain paths only, since on AWS an input transformer fills
them in, which knows no more.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from coworks.biz.nodes import place_inside, plain
from coworks.biz.payloads import check_payload
from coworks.biz.reading import read_map, refuse_expressions
from coworks.biz.templates import templates_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.biz.nodes import Entry
    from coworks.biz.problems import Report

# The steps into an event: names and positions.
Path: TypeAlias = "tuple[str | int, ...]"

_HINT: Final = "write {name: value}"
_STEP: Final = r"\.(?:\w+|`[^`]+`)|\[\d+\]"
_PATH: Final = re.compile(rf"\s*\$event((?:{_STEP})*)\s*")
_REFERENCE: Final = re.compile(rf"\{{%{_PATH.pattern}%\}}")


def read_constants(found: Mapping[str, Entry], report: Report) -> dict[str, Any]:
    """The constant data of a trigger, {} when there is none."""
    entry = found.get("data")
    if entry is None or read_map(entry, report, _HINT) is None:
        return {}
    refuse_expressions(entry, report)
    check_payload([entry], report)
    return _plain(entry)


def read_data(found: Mapping[str, Entry], report: Report) -> dict[str, Any] | None:
    """The data that a trigger makes of what starts it; None when there is none: it is taken as it comes."""
    entry = found.get("data")
    if entry is None or read_map(entry, report, _HINT) is None:
        return None
    check_payload([entry], report)
    for template in templates_in(entry.value):
        for expression in template.expressions:
            if _PATH.fullmatch(expression.source) is None:
                place = place_inside(template.scalar, expression.offset, report.lines)
                message = f"{expression.source.strip()} is no path in $event"
                hint = "write for example $event.detail.id, and compute the rest in a step"
                report.add("B411", place, message, hint, length=len(expression.source))
    return _plain(entry)


def fill(data: Any, event: Any) -> Any:
    """The data with the parts of the event in their places; what the event does not have is null."""
    if isinstance(data, dict):
        return {key: fill(value, event) for key, value in data.items()}
    if isinstance(data, list):
        return [fill(value, event) for value in data]
    if not isinstance(data, str):
        return data
    parts = parts_of(data)
    if len(parts) == 1 and not isinstance(parts[0], str):
        return _part(event, parts[0])
    return "".join(one if isinstance(one, str) else _text(_part(event, one)) for one in parts)


def parts_of(text: str) -> tuple[str | Path, ...]:
    """What stands in a text as it is, and the paths into the event; a path alone is not part of a text."""
    if whole := _REFERENCE.fullmatch(text.strip()):
        return (_steps(whole[1]),)
    found: list[str | Path] = []
    at = 0
    for match in _REFERENCE.finditer(text):
        found += [text[at : match.start()], _steps(match[1])]
        at = match.end()
    found.append(text[at:])
    return tuple(one for one in found if one != "") or ("",)


def _steps(path: str) -> Path:
    steps = re.findall(_STEP, path)
    return tuple(int(one[1:-1]) if one.startswith("[") else one[1:].strip("`") for one in steps)


def _part(event: Any, path: Path) -> Any:
    for step in path:
        if isinstance(step, int):
            event = event[step] if isinstance(event, list) and step < len(event) else None
        else:
            event = event.get(step) if isinstance(event, dict) else None
    return event


def _text(value: Any) -> str:
    """As JSONata writes a value into a text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _plain(entry: Entry) -> dict[str, Any]:
    data: dict[str, Any] = plain(entry.value)
    return data
