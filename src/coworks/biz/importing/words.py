"""A state -> the step that probably says the same in plain words; compiling it shows whether it does."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.durations import describe_duration
from coworks.biz.functions import symbol_in
from coworks.biz.importing.scopes import branch_states, item_states
from coworks.biz.names import END
from coworks.biz.steps.aws import INTEGRATION, resource_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    # The steps of the states of a machine inside a state.
    Inside = Callable[[Mapping[str, Any]], list[dict[str, Any]]]

_ALL: Final = ["States.ALL"]
_EXTRAS: Final = ("query", "headers", "body")
_USUAL_RETRY: Final = {"ErrorEquals": _ALL, "IntervalSeconds": 1, "BackoffRate": 2}
_CLOCK_TIME: Final = re.compile(r"\{% /\* the next (\d\d:\d\d in \S+) \*/")
# A text or an encoded value of a path, as the compiler writes them.
_PATH_PARTS: Final = re.compile(r"(?:'([^']*)'|\$encodeUrlComponent\(\$string\((.+?)\)\))(?: & |$)")
_START: Final = "states:startExecution"


def step_of(
    name: str, state: Mapping[str, Any], following: str | None, inside: Inside
) -> dict[str, Any] | None:
    """A step for a state in JSONata, None without words for it; `following` is the next state of the file."""
    try:
        words = _words(name, state, inside)
    except (KeyError, TypeError, AttributeError, ValueError):
        return None  # the state has not the shape that the words are for
    if words is None:
        return None
    step = {"name": name}
    if "Comment" in state:
        step["comment"] = state["Comment"]
    return {**step, **words, **_way(state, words, following)}


def _words(name: str, state: Mapping[str, Any], inside: Inside) -> dict[str, Any] | None:
    kind = str(state.get("Type"))
    if kind in _CALLS:
        words = _CALLS[kind](name, state, inside)
        return words and {**words, **_recovery(state)}
    propose = _WORDS.get(kind)
    return propose(state) if propose else None


def _way(state: Mapping[str, Any], words: Mapping[str, Any], following: str | None) -> dict[str, Any]:
    """`goto` or `default`, where the state does not lead to the next one in the file."""
    default = state.get("Default")
    if default:
        return {} if default == (following or END) else {"choices": [*words["choices"], {"default": default}]}
    if "Next" in state:
        return {} if state["Next"] == following else {"goto": state["Next"]}
    return {"goto": "End"} if state.get("End") and following else {}


def _pass(state: Mapping[str, Any]) -> dict[str, Any]:
    return {"set": state["Assign"]} if "Assign" in state else {"pass": None}


def _wait(state: Mapping[str, Any]) -> dict[str, Any]:
    if "Seconds" in state:
        seconds = state["Seconds"]
        return {"wait": describe_duration(seconds) if isinstance(seconds, int) and seconds else seconds}
    moment = state["Timestamp"]
    if clock := _CLOCK_TIME.match(moment):
        return {"wait": f"until {clock[1].replace(' in ', ' ')}"}
    return {"wait": {"until": moment} if moment.startswith("{%") else moment}


def _succeed(state: Mapping[str, Any]) -> dict[str, Any]:
    return {"success": {"output": state["Output"]} if "Output" in state else None}


def _fail(state: Mapping[str, Any]) -> dict[str, Any]:
    told = {key.lower(): state[key] for key in ("Error", "Cause") if key in state}
    return {"fail": told or None}


def _choice(state: Mapping[str, Any]) -> dict[str, Any]:
    rules = [{"when": _bare(rule["Condition"]), "goto": rule["Next"]} for rule in state["Choices"]]
    return {"choices": rules}


def _task(_: str, state: Mapping[str, Any], __: Inside) -> dict[str, Any] | None:
    call = state["Resource"].removeprefix(INTEGRATION)
    if call == "lambda:invoke" and symbol_in(state["Arguments"]["FunctionName"]):
        return _tech(state["Arguments"])
    if call in (_START, f"{_START}.sync:2"):
        return _biz(state["Arguments"], waits=call != _START)
    named = [one for one in (call.removeprefix("aws-sdk:"), call) if resource_of(one) == state["Resource"]]
    return {"aws": {"call": named[0], "with": state["Arguments"]}} if named else None


def _tech(arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    order = arguments["Payload"]
    if order.get("coworks") != 1:
        return None
    tech = {"service": symbol_in(arguments["FunctionName"]), order["method"].lower(): _path(order["path"])}
    return {"tech": tech | {key: order[key] for key in _EXTRAS if key in order}}


def _path(written: str) -> str:
    """The path of an order, with the values in it as their author wrote them."""
    if not written.startswith("{%"):
        return written
    return _PATH_PARTS.sub(
        lambda part: json.loads(f'"{part[1]}"') if part[2] is None else f"{{% {part[2]} %}}", _bare(written)
    )


def _biz(arguments: Mapping[str, Any], *, waits: bool) -> dict[str, Any]:
    biz = {"workflow": symbol_in(arguments["StateMachineArn"])}
    if arguments["Input"]:
        biz["data"] = arguments["Input"]
    return {"biz": biz if waits else {**biz, "wait": False}}


def _parallel(name: str, state: Mapping[str, Any], inside: Inside) -> dict[str, Any]:
    branches = {one["Comment"]: inside(branch_states(name, one)) for one in state["Branches"]}
    return {"parallel": branches}


def _map(name: str, state: Mapping[str, Any], inside: Inside) -> dict[str, Any]:
    variable, states = item_states(name, state)
    items = state["Items"]
    each: dict[str, Any] = {"items": items if isinstance(items, list) else _bare(items)[1:-1], "as": variable}
    if "MaxConcurrency" in state:
        each["at_most"] = state["MaxConcurrency"]
    if "ItemSelector" in state:
        each["distributed"] = True
    return {"foreach": {**each, "steps": inside(states)}}


def _recovery(state: Mapping[str, Any]) -> dict[str, Any]:
    words: dict[str, Any] = {}
    if "Retry" in state:
        words["retry"] = _retry(state["Retry"])
    if "Catch" in state:
        words["catch"] = _catch(state["Catch"])
    for key, field in (("timeout", "TimeoutSeconds"), ("heartbeat", "HeartbeatSeconds")):
        if field in state:
            words[key] = describe_duration(state[field])
    return words


def _retry(rules: list[dict[str, Any]]) -> Any:
    usual = [{key: one for key, one in rule.items() if key != "MaxAttempts"} for rule in rules]
    if usual == [_USUAL_RETRY]:
        return rules[0]["MaxAttempts"]
    return [_retry_rule(rule) for rule in rules]


def _retry_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    words = {
        "attempts": rule.get("MaxAttempts", 3),
        "delay": describe_duration(rule.get("IntervalSeconds", 1)),
        "backoff": rule.get("BackoffRate", 2),
    }
    if "MaxDelaySeconds" in rule:
        words["max_delay"] = describe_duration(rule["MaxDelaySeconds"])
    return words if rule["ErrorEquals"] == _ALL else {"on": rule["ErrorEquals"], **words}


def _catch(rules: list[dict[str, Any]]) -> Any:
    if len(rules) == 1 and rules[0]["ErrorEquals"] == _ALL:
        return rules[0]["Next"]
    return [
        {"goto": rule["Next"]}
        if rule["ErrorEquals"] == _ALL
        else {"on": rule["ErrorEquals"], "goto": rule["Next"]}
        for rule in rules
    ]


def _bare(condition: str) -> str:
    return condition.removeprefix("{%").removesuffix("%}").strip()


_WORDS: Final[dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "Pass": _pass,
    "Wait": _wait,
    "Succeed": _succeed,
    "Fail": _fail,
    "Choice": _choice,
}
_CALLS: Final[dict[str, Callable[[str, Mapping[str, Any], Inside], dict[str, Any] | None]]] = {
    "Task": _task,
    "Parallel": _parallel,
    "Map": _map,
}
