"""The list under `states` -> steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coworks.biz.names import variable_of
from coworks.biz.nodes import Entry, MapNode, Node
from coworks.biz.reading import (
    Shape,
    check_shape,
    item,
    read_duration,
    read_list,
    read_optional_text,
    read_scalar,
    wrong_kind,
)
from coworks.biz.steps import STEP_KINDS
from coworks.biz.steps.jump import Jump
from coworks.biz.steps.kind import Kind, Step
from coworks.biz.steps.recovery import CatchRule, RetryRule, read_catch, read_retry

if TYPE_CHECKING:
    from coworks.biz.problems import Report

RECOVERY: Final = ("retry", "catch", "timeout", "heartbeat")
_SHAPE: Final = Shape(
    "a step",
    required=("name",),
    optional=("comment", *STEP_KINDS, "goto", *RECOVERY),
    moved=(
        ("default", 'write it as the last entry of "choices": - default: STEP'),
        ("next", 'write "goto"'),
        ("then", 'write "goto"'),
        ("end", 'write "goto: End"'),
        ("on_error", 'write "catch"'),
        ("error", 'write "catch", or "fail" to end with an error'),
        ("if", 'write "choices" with "when" and "goto"'),
        ("when", 'write it under "choices"'),
        ("for", 'write "foreach"'),
        ("loop", 'write "foreach" for each item of a list, or go back with "goto"'),
        ("sleep", 'write "wait"'),
        ("call", 'write "tech" for a service, "biz" for a workflow, "aws" for AWS'),
        ("service", 'write it under "tech": {service: NAME, get: /PATH}'),
    ),
)
_REASONS: Final = {"heartbeat": "only a call of AWS gives signs of life"}
_OF_APPROVE: Final = {
    "timeout": ('"deadline" says it', 'write "deadline" under "approve"'),
    "retry": ("people are asked again by reminders", 'write "remind" under "approve"'),
}
_KINDS = ", ".join(STEP_KINDS)
_STATES_HINT = 'write each step as "- name: ..." with one of ' + _KINDS


def read_steps(entry: Entry, report: Report) -> tuple[Step, ...]:
    """The steps in their order. A broken one stays in the list, so that the others are checked."""
    found = read_list(entry, report, _STATES_HINT)
    if found is None:
        return ()
    if not found.items:
        what = "the workflow" if entry.key == "states" else f'"{entry.key}"'
        report.add("B113", entry.key_place, f"{what} has no step", _STATES_HINT, length=len(entry.key))
    steps = [_read_step(node, number, report) for number, node in enumerate(found.items, 1)]
    return tuple(step for step in steps if step)


def _read_step(node: Node, number: int, report: Report) -> Step | None:
    if not isinstance(node, MapNode):
        wrong_kind(item(node, "step"), "keys and values", report, _STATES_HINT)
        return None
    keyword = _keyword(node, report)
    shape = _SHAPE if keyword else _without_guess(node)
    found = check_shape(node, shape, report)
    kind = STEP_KINDS[keyword.key].read_around(keyword, report, read_steps) if keyword else None
    name = read_scalar(found["name"], report, "write a name") if "name" in found else None
    title = name.text if name else f"step {number}"
    recovery = _read_recovery(found, keyword, kind, report)
    return Step(
        name=title,
        place=node.place,
        name_place=name.place if name else None,
        variable=variable_of(title),
        kind=kind,
        goto=_read_goto(found, kind, report),
        comment=read_optional_text(found, "comment", report),
        retry=recovery.retry,
        catch=recovery.catch,
        timeout=recovery.timeout,
        heartbeat=recovery.heartbeat,
    )


def _keyword(node: MapNode, report: Report) -> Entry | None:
    """The one key that says what the step does."""
    kinds = [entry for entry in node.entries if entry.key in STEP_KINDS]
    for extra in kinds[1:]:
        message = f'a step does one thing, not "{kinds[0].key}" and "{extra.key}"'
        report.add("B106", extra.key_place, message, "write two steps", length=len(extra.key))
    if kinds:
        return kinds[0]
    guess = next((entry for entry in node.entries if entry.key not in _SHAPE.keys), None)
    if guess:
        message = f'"{guess.key}" is not a kind of step'
        hint = dict(_SHAPE.moved).get(guess.key) or report.suggest(guess.key, STEP_KINDS)
        report.add("B105", guess.key_place, message, hint, length=len(guess.key))
    else:
        hint = 'add "pass:" to a step that only leads on' if node.get("goto") else f"add one of {_KINDS}"
        report.add("B105", node.place, "this step does not say what to do", hint)
    return None


def _without_guess(node: MapNode) -> Shape:
    """The keys of a step and the one that was taken for its kind, so that it is told once."""
    unknown = tuple(entry.key for entry in node.entries if entry.key not in _SHAPE.keys)
    return Shape(_SHAPE.what, _SHAPE.required, _SHAPE.optional + unknown[:1], _SHAPE.moved)


def _read_goto(found: dict[str, Entry], kind: Kind | None, report: Report) -> Jump | None:
    if "goto" not in found:
        return None
    entry = found["goto"]
    if kind and (kind.ends or kind.decides):
        reason = "the workflow ends there" if kind.ends else "it says itself where to go"
        hint = "remove it" if kind.ends else 'write "- default: STEP" as the last choice'
        report.add("B114", entry.key_place, f'"goto" cannot be used on this step: {reason}', hint, length=4)
        return None
    target = read_scalar(entry, report, "write the name of a step, or End")
    return Jump.to(target) if target else None


def _refuse_recovery(entry: Entry, keyword: str, report: Report) -> None:
    kind = STEP_KINDS[keyword]
    reason = _REASONS.get(entry.key, "AWS has none there") if kind.can_fail else "it calls no service"
    hint = "write it on the steps inside" if kind.has_steps else "move it to the tech steps"
    if entry.key == "heartbeat":
        hint = 'use "timeout", or an "aws" step that waits'
    elif kind.can_fail and not kind.has_steps:
        reason, hint = _OF_APPROVE.get(entry.key, (reason, "remove it"))
    elif not kind.can_fail and entry.key != "retry":
        hint += ", or to the top of the file"
    article = "an" if keyword[0] in "aeiou" else "a"
    message = f'"{entry.key}" cannot be used on {article} "{keyword}" step: {reason}'
    report.add("B114", entry.key_place, message, hint, length=len(entry.key))


@dataclass(frozen=True, slots=True)
class _Recovery:
    retry: tuple[RetryRule, ...] = ()
    catch: tuple[CatchRule, ...] = ()
    timeout: int | None = None
    heartbeat: int | None = None


def _read_recovery(
    found: dict[str, Entry], keyword: Entry | None, kind: Kind | None, report: Report
) -> _Recovery:
    if keyword:
        possible = STEP_KINDS[keyword.key].recovery
        for key in RECOVERY:
            if key in found and key not in possible:
                _refuse_recovery(found.pop(key), keyword.key, report)
    timeout = read_duration(found["timeout"], report) if "timeout" in found else None
    heartbeat = read_duration(found["heartbeat"], report) if "heartbeat" in found else None
    if timeout and heartbeat and heartbeat >= timeout:
        message = '"heartbeat" must be shorter than "timeout"'
        report.add("B115", found["heartbeat"].place, message, "ask for a sign of life more often")
    return _Recovery(
        retry=read_retry(found["retry"], report) if "retry" in found else (),
        catch=read_catch(found["catch"], report) if "catch" in found else (),
        timeout=timeout,
        heartbeat=heartbeat,
    )
