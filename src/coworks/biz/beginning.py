"""The states before the first step: they make `$data`, tell what is missing of it, and skip overlaps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.names import (
    DATA,
    INPUT_CHECK,
    INPUT_MISSING,
    OWN,
    RUNS_CHECK,
    RUNS_FOUND,
    SKIPPED,
    WORKFLOW_INPUT,
)
from coworks.biz.nodes import MapNode, plain
from coworks.biz.takes import DURATION, missing, values_of
from coworks.biz.templates import mark, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from coworks.biz.workflow import Workflow

State = dict[str, Any]

# A duration as data is a number of seconds, or words as in a file: "1 hour 30 minutes".
_SECONDS: Final = (
    "function($given) { $type($given) = 'string' ? ("
    " $parts := $match($given, /([0-9.]+) *(w|d|h|min|s)/i);"
    " $exists($parts)"
    " ? $sum($parts.($number(groups[0])"
    " * $lookup({'w': 604800, 'd': 86400, 'h': 3600, 'min': 60, 's': 1}, $lowercase(groups[1]))))"
    " : $error($given & ' is no duration')"
    ") : $given }"
)
_RETRY: Final = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 5, "BackoffRate": 2.0}
# AWS does not say how its SDK integrations tell moments: as texts, or as seconds or milliseconds since 1970.
# What came first: older runs, and those that go on with the work of an older one. Two that began in the same
# moment are told apart by their ARNs.
_OTHERS: Final = (
    "( $moment := function($at) { $type($at) = 'string' ? $toMillis($at) : $at < 1e11 ? $at * 1000 : $at };"
    " $me := $states.context.Execution; $began := $moment($me.StartTime);"
    " $is_again := function($name) { $substring($name, 0, 6) = 'again-' };"
    " $first := $states.result.Executions[ExecutionArn != $me.Id and ($is_again(Name)"
    " or $moment(StartDate) < $began or ($moment(StartDate) = $began and ExecutionArn < $me.Id))];"
    " $exists($first) and $not($is_again($me.Name)) )"
)


def write_beginning(workflow: Workflow, name: str, first: str) -> dict[str, State]:
    """The states from the start to the first step, each leading to the next."""
    parts = [{WORKFLOW_INPUT: {"Type": "Pass", "Assign": {DATA: mark(_data(workflow))}}}]
    if lacking := _lacking(workflow):
        parts.append(_complete(lacking))
    if workflow.skips_overlaps:
        parts.append(_alone(name))
    starts = [next(iter(part)) for part in parts[1:]]
    return dict(_linked(parts, [*starts, first]))


def _linked(parts: Iterable[Mapping[str, State]], following: Iterable[str]) -> Iterator[tuple[str, State]]:
    """The states of the parts; what has no way out in a part leads to the next one."""
    for part, then in zip(parts, following, strict=True):
        for name, state in part.items():
            if state["Type"] == "Choice":
                rules = [{"Next": then, **rule} for rule in state["Choices"]]
                yield name, {"Default": then, **state, "Choices": rules}
            elif state["Type"] in {"Fail", "Succeed"}:
                yield name, state
            else:
                yield name, {"Next": then, **state}


def _data(workflow: Workflow) -> str:
    """`$data`: the input over its defaults, which JSONata reads as they are; durations are seconds."""
    data = "$states.input"
    if workflow.defaults:
        given = workflow.defaults.value
        defaults = values_of(given, workflow.takes) if isinstance(given, MapNode) else plain(given)
        data = f"$merge([{json.dumps(defaults, ensure_ascii=False)}, $states.input])"
    durations = [one.name for one in workflow.takes if one.kind == DURATION]
    if not durations:
        return data
    each = ", ".join(f"{quote(name)}: $seconds($given.{name})" for name in durations)
    return f"( $given := {data}; $seconds := {_SECONDS}; $merge([$given, {{{each}}}]) )"


def _lacking(workflow: Workflow) -> list[str]:
    """The values that only who starts a run can give."""
    given = workflow.defaults.value if workflow.defaults else None
    return missing(workflow.takes, {one.key for one in given.entries} if isinstance(given, MapNode) else ())


def _complete(names: list[str]) -> dict[str, State]:
    complete = " and ".join(f"$exists(${DATA}.{name})" for name in names)
    absent = ", ".join(f"$exists(${DATA}.{name}) ? [] : {quote(name)}" for name in names)
    cause = f"'the workflow needs ' & $join([{absent}], ', ') & ' in its input'"
    return {
        INPUT_CHECK: {"Type": "Choice", "Choices": [{"Condition": mark(complete)}], "Default": INPUT_MISSING},
        INPUT_MISSING: {"Type": "Fail", "Error": "InputError", "Cause": mark(cause)},
    }


def _alone(name: str) -> dict[str, State]:
    others = f"{OWN}others"
    return {
        RUNS_CHECK: {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sfn:listExecutions",
            "Arguments": {"StateMachineArn": f"${{{name}}}", "StatusFilter": "RUNNING"},
            "Output": mark("$states.input"),
            "Assign": {others: mark(_OTHERS)},
            "Retry": [dict(_RETRY)],
            "Next": RUNS_FOUND,
        },
        RUNS_FOUND: {"Type": "Choice", "Choices": [{"Condition": mark(f"${others}"), "Next": SKIPPED}]},
        SKIPPED: {"Type": "Succeed", "Output": {"skipped": "another run of this workflow is under way"}},
    }
