"""A whole step: its name and comment, what it does, and what guards it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from coworks.console import texts
from coworks.console.forms.fields import Field
from coworks.console.forms.steps import FORMS
from coworks.console.forms.steps.form import Scene, Values, put
from coworks.console.forms.steps.guards import guard_fields, guard_read, guard_shown

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME: Final = Field("name", texts.NAME, required=True)
COMMENT: Final = Field("comment", texts.COMMENT, "long")
_AT_FIRST: Final = {"tech": {"timeout": "30 seconds"}}
"""What guards a new step, unless its author says otherwise."""


def step_fields(kind: str, values: Values, scene: Scene) -> tuple[Field, ...]:
    """The fields of what a step does."""
    return tuple(with_people(one, scene) for one in FORMS[kind].fields(values, scene))


def with_people(field: Field, scene: Scene) -> Field:
    """The field; where it is about people, those that the project knows are offered."""
    return replace(field, offers=scene.people) if field.kind == "people" else field


def load_step(kind: str, step: Mapping[str, Any], scene: Scene) -> Values:
    """What the form of a step shows: `name`, `comment`, the guards, and the fields of its kind."""
    values = FORMS[kind].load(step.get(kind), scene)
    guards = step or _AT_FIRST.get(kind, {})
    for one in guard_fields(kind, step, scene):
        values[f"guard:{one.key}"] = guard_shown(one, guards.get(one.key))
    return {**values, "name": str(step.get("name", "")), "comment": str(step.get("comment") or "")}


def build_step(kind: str, values: Values, old: Mapping[str, Any], scene: Scene) -> dict[str, Any]:
    """The step that a form makes of an old one; what was not touched is as it was. Raises `FormError`."""
    name = NAME.read(values.get("name"))
    step = put({**old, "name": name}, "comment", COMMENT.read_over(values.get("comment"), old.get("comment")))
    if not (kind in old and _is_untouched(FORMS[kind].load(old[kind], scene), values)):
        step[kind] = FORMS[kind].build(values, old.get(kind), scene)
    for one in guard_fields(kind, old, scene):
        step = put(step, one.key, guard_read(one, values.get(f"guard:{one.key}"), old.get(one.key)))
    return {key: step[key] for key in sorted(step, key=_place)} if not old else step


def _is_untouched(loaded: Values, values: Values) -> bool:
    return all(values.get(key) == one for key, one in loaded.items())


_ORDER: Final = ("name", "comment", *FORMS, "retry", "timeout", "heartbeat", "catch", "goto")


def _place(key: str) -> int:
    """Where a careful author writes a key of a step."""
    return _ORDER.index(key)
