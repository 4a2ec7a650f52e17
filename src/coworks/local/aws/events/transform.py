"""What a target of a rule is given: the event, a part of it, a constant, or a text made of parts of it.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from coworks.local.aws.events.members import MEMBERS
from coworks.local.aws.wire import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PATH: Final = re.compile(r"\$(?:\.[\w/-]+|\.\*|\[\d+\]|\[\*\])*", re.ASCII)
_STEP: Final = re.compile(r"\.([\w/-]+)|\[(\d+)\]|(\.\*|\[\*\])", re.ASCII)
_PART: Final = re.compile(r'<([^<>"]+)>|\\.|"', re.DOTALL)
_INPUTS: Final = ("Input", "InputPath", "InputTransformer")
_MOST_VARIABLES: Final = 100


def check_input(target: Mapping[str, Any]) -> None:
    """Raises `AwsError` for an input that EventBridge refuses."""
    given = [name for name in _INPUTS if target.get(name) is not None]
    if len(given) > 1:
        raise _refused(f"Only one of {', '.join(_INPUTS)} may be given")
    transformer = MEMBERS.table(target, "InputTransformer")
    paths = MEMBERS.table(transformer, "InputPathsMap")
    if "InputTransformer" in given and not MEMBERS.optional_text(transformer, "InputTemplate"):
        raise _refused("InputTransformer needs an InputTemplate")
    if len(paths) > _MOST_VARIABLES:
        raise _refused(f"InputPathsMap has more than {_MOST_VARIABLES} variables")
    for path in [*paths.values(), *([target["InputPath"]] if "InputPath" in given else [])]:
        if not isinstance(path, str) or not _PATH.fullmatch(path):
            raise _refused(f"{path} is no path: write for example $.detail.state")
    constant = MEMBERS.optional_text(target, "Input")
    if constant is not None and not _is_json(constant):
        raise _refused("Input is not valid JSON")


def input_for(target: Mapping[str, Any], event: Mapping[str, Any], rule: str, rule_arn: str) -> str:
    """The text that the target is given for an event."""
    if (constant := target.get("Input")) is not None:
        return str(constant)
    if (path := target.get("InputPath")) is not None:
        return _json(_found(path, event))
    if transformer := target.get("InputTransformer"):
        paths = transformer.get("InputPathsMap") or {}
        values = {name: _found(path, event) for name, path in paths.items()}
        return _filled(transformer["InputTemplate"], values | _predefined(event, rule, rule_arn))
    return _json(event)


def _predefined(event: Mapping[str, Any], rule: str, rule_arn: str) -> dict[str, Any]:
    return {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule,
        "aws.events.event.ingestion-time": event["time"],
        "aws.events.event": {name: value for name, value in event.items() if name != "detail"},
        "aws.events.event.json": event,
    }


def _filled(template: str, values: Mapping[str, Any]) -> str:
    """Outside quotes a variable is JSON, inside its text; in a template that is no JSON, too."""
    as_json = "".join(_parts(template, values, texts=False))
    return as_json if _is_json(as_json) else "".join(_parts(template, values, texts=True))


def _parts(template: str, values: Mapping[str, Any], *, texts: bool) -> Iterator[str]:
    at, quoted = 0, False
    for found in _PART.finditer(template):
        yield template[at : found.start()]
        at, name = found.end(), found[1]
        if name is None:
            quoted ^= found[0] == '"'
            yield found[0]
        elif name not in values:
            yield found[0]
        elif texts:
            yield _text(values[name])
        else:
            yield _json(_text(values[name]))[1:-1] if quoted else _json(values[name])
    yield template[at:]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else _json(value)


def _found(path: str, event: Any) -> Any:
    """What a path names; None when there is nothing."""
    found = [event]
    several = False
    for step in _STEP.finditer(path):
        name, index, every = step.groups()
        several = several or every is not None
        found = [below for one in found for below in _below(one, name, index)]
    return found if several else (found[0] if found else None)


def _below(value: Any, name: str | None, index: str | None) -> list[Any]:
    if name is not None:
        return [value[name]] if isinstance(value, dict) and name in value else []
    if index is not None:
        return value[int(index) : int(index) + 1] if isinstance(value, list) else []
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _refused(reason: str) -> AwsError:
    return AwsError("ValidationException", f"Parameter(s) not valid. Reason: {reason}.")
