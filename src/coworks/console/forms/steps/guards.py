"""What may be said beside the keyword of a step: what to do when it fails, its time, where it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coworks.biz import STEP_KINDS
from coworks.console import texts
from coworks.console.forms.fields import Field
from coworks.console.forms.rows import are_rows, rows_read, rows_shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coworks.console.forms.steps.form import Scene

_ERRORS: Final = Field("on", texts.ON_ERRORS, "list", about=texts.ON_ERRORS_ABOUT)
_RETRY: Final = (
    Field("attempts", texts.ATTEMPTS, "integer", default="3"),
    _ERRORS,
    Field("delay", texts.DELAY, "duration", default=texts.ONE_SECOND),
    Field("backoff", texts.BACKOFF, "number", default="2"),
    Field("max_delay", texts.MAX_DELAY, "duration"),
)
_ALONE: Final = {"retry": "attempts", "catch": "goto"}
"""What one rule may say alone, without its key: `retry: 2`, `catch: STEP`."""


def guard_fields(kind: str, step: Mapping[str, Any], scene: Scene) -> Iterator[Field]:
    """The guards that a kind of step may have, but for those whose value is of no shape that a form has."""
    recovery = STEP_KINDS[kind].recovery
    if "timeout" in recovery:
        yield Field("timeout", texts.TIMEOUT, "duration")
    if "heartbeat" in recovery:
        yield Field("heartbeat", texts.HEARTBEAT, "duration", about=texts.HEARTBEAT_ABOUT)
    if "retry" in recovery and has_rules("retry", step):
        yield Field("retry", texts.RETRY, "rows", fields=_RETRY, more=texts.ADD_RETRY)
    if "catch" in recovery and has_rules("catch", step):
        yield catch_field(scene)
    if not STEP_KINDS[kind].ends and not STEP_KINDS[kind].decides:
        yield Field("goto", texts.GOES_TO, "jump", choices=scene.targets)


def catch_field(scene: Scene) -> Field:
    """Where to go when it fails, by errors."""
    target = Field("goto", texts.GOES_TO, "jump", True, choices=scene.targets)
    return Field("catch", texts.ON_ERROR, "rows", fields=(target, _ERRORS), more=texts.ADD_CATCH)


def guard_shown(field: Field, value: Any) -> Any:
    """A guard as it is typed."""
    return rows_shown(field, _rules(field.key, value)) if field.kind == "rows" else field.shown(value)


def guard_read(field: Field, typed: Any, old: Any) -> Any:
    """The guard that was typed over an old one; None for none. Raises `FormError`."""
    if field.kind != "rows":
        return field.read_over(typed, old)
    before = _rules(field.key, old)
    rules = [_plain(rule) for rule in rows_read(field, typed or [], before)]
    if not rules or rules == before:
        return old if rules else None
    alone = _ALONE[field.key]
    if len(rules) > 1 or isinstance(old, list):
        return rules
    if set(rules[0]) == {alone}:
        return rules[0][alone]
    return rules if field.key == "catch" else rules[0]


def _rules(key: str, value: Any) -> list[dict[str, Any]]:
    """The rules of a guard, however it is written."""
    if isinstance(value, dict):
        return [value]
    if isinstance(value, list):
        return list(value)
    return [] if value is None else [{_ALONE[key]: value}]


def has_rules(key: str, step: Mapping[str, Any]) -> bool:
    """Whether what stands under `retry` or `catch` is rules, or short for one, as rows can show it."""
    return are_rows(_rules(key, step.get(key)))


def _plain(rule: dict[str, Any]) -> dict[str, Any]:
    """One error needs no list, unless its author wrote one."""
    errors = rule.get("on")
    is_one = isinstance(errors, list) and len(errors) == 1
    return {**rule, "on": errors[0]} if is_one and errors else rule
