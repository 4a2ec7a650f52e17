"""What a state does and when a choice is taken, in a few words for a picture."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.durations import describe_duration
from coworks.biz.functions import service_named, symbol_in
from coworks.biz.names import OWN

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX: Final = 44
_COMMENT: Final = re.compile(r"/\* (.*?) \*/")
_OPENING, _CLOSING = "{%", "%}"
_IN_LIST: Final = re.compile(r"^\[([^\[\],]+)\]$")
_PIECE: Final = re.compile(r"""'((?:[^'\\]|\\.)*)'|\$encodeUrlComponent\(\$string\((.*?)\)\)""")
_SIGNS: Final = {
    "GreaterThanEquals": "≥",
    "LessThanEquals": "≤",
    "GreaterThan": ">",
    "LessThan": "<",
    "Equals": "=",
    "Matches": "matches",
}


def what_it_does(state: Mapping[str, Any]) -> str:
    """One short line: `check · GET /status`, `wait 3 days`, `for each item`; empty when the name says it."""
    does = _BY_TYPE.get(state["Type"])
    return _short(does(state)) if does else ""


def condition_in_words(rule: Mapping[str, Any]) -> str:
    """The condition of a choice: its expression, or a JSONPath comparison written with signs."""
    if "Condition" in rule:
        return _bare(rule["Condition"])
    for joint, word in (("And", " and "), ("Or", " or ")):
        if joint in rule:
            return word.join(condition_in_words(one) for one in rule[joint])
    if "Not" in rule:
        return f"not {condition_in_words(rule['Not'])}"
    return _comparison(rule)


def _comparison(rule: Mapping[str, Any]) -> str:
    known = {"Variable", "Next", "Comment", "Assign"}
    operator, value = next(((key, value) for key, value in rule.items() if key not in known), ("", ""))
    variable = rule.get("Variable", "")
    if operator.startswith("Is"):
        kind = operator.removeprefix("Is").lower()
        return f"{variable} is {'' if value else 'not '}{kind}"
    bare = operator.removesuffix("Path")
    sign = next((sign for name, sign in _SIGNS.items() if bare.endswith(name)), operator)
    return f"{variable} {sign} {_json(value) if bare == operator else value}"


def _task(state: Mapping[str, Any]) -> str:
    given = state.get("Arguments", state.get("Parameters"))
    given = given if isinstance(given, dict) else {}
    resource = str(state.get("Resource", ""))
    if "states:startExecution" in resource and (workflow := symbol_in(str(given.get("StateMachineArn", "")))):
        return f"workflow {workflow}"
    if "lambda:invoke" not in resource:
        return resource.removeprefix("arn:aws:states:::").replace("aws-sdk:", "", 1)
    service = service_named(str(given.get("FunctionName", "")))
    order = given.get("Payload")
    if isinstance(order, dict) and "coworks" in order:
        if "waitForTaskToken" in resource and order.get("path") == "/request":
            people = order.get("body", {}).get("to_addrs", "")
            return f"ask {', '.join(map(_bare, people)) if isinstance(people, list) else _bare(people)}"
        return f"{service} · {order.get('method', '')} {_path(order.get('path', ''))}"
    return service


def _path(value: Any) -> str:
    """The path of an order as its author wrote it: `/hello/{$name}`."""
    bare = _bare(value)
    pieces = list(_PIECE.finditer(bare))
    if " & ".join(piece[0] for piece in pieces) != bare:
        return bare
    return "".join(piece[1] if piece[2] is None else f"{{{piece[2]}}}" for piece in pieces)


def _wait(state: Mapping[str, Any]) -> str:
    seconds = state.get("Seconds")
    if isinstance(seconds, int):
        return f"wait {describe_duration(seconds)}"
    until = state.get("Timestamp", state.get("TimestampPath"))
    if until is not None:
        told = _COMMENT.match(_bare(until))
        return f"wait until {told[1] if told else _bare(until)}"
    return f"wait {_bare(seconds if seconds is not None else state.get('SecondsPath'))} seconds"


def _map(state: Mapping[str, Any]) -> str:
    items = state.get("Items", state.get("ItemsPath"))
    # A `foreach` compiles its items into a list, in case that they are one value.
    of = "item" if items is None else f"of {_IN_LIST.sub(lambda found: found[1], _bare(items))}"
    most = state.get("MaxConcurrency")
    return f"for each {of}" + (f", {most} at once" if isinstance(most, int) and most else "")


def _fail(state: Mapping[str, Any]) -> str:
    return _bare(state.get("Error", ""))


def _pass(state: Mapping[str, Any]) -> str:
    assigned = state.get("Assign", {})
    if any(name.startswith(OWN) for name in assigned):
        return "go on in a new run"
    names = ", ".join(assigned)
    return f"set {names}" if names else ""


_BY_TYPE: Final = {"Task": _task, "Wait": _wait, "Map": _map, "Fail": _fail, "Pass": _pass}


def _bare(value: Any) -> str:
    """An expression without its marks; other values as JSON, texts as they are."""
    if not isinstance(value, str):
        return _json(value)
    if value.startswith(_OPENING) and value.endswith(_CLOSING):
        value = value[len(_OPENING) : -len(_CLOSING)].strip()
    return " ".join(value.split())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _short(text: str) -> str:
    return text if len(text) <= _MAX else text[: _MAX - 1] + "…"
