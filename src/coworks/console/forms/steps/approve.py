"""The form of `approve`: who is asked about what, and what happens when nobody answers."""

from __future__ import annotations

from typing import Any, Final

from coworks.console import texts
from coworks.console.forms.fields import Field, FormError
from coworks.console.forms.steps.form import PlainForm, Scene, Values, mapping_of, put

_AFTER: Final = Field("escalate_after", texts.ESCALATE_AFTER, "duration", is_rare=True)
_OTHERS: Final = Field("escalate_who", texts.ESCALATE_WHO, "people", about=texts.PEOPLE_ABOUT, is_rare=True)


class ApproveForm(PlainForm):
    """A deadline may say where to go when nobody answers in time, an escalation who else is asked."""

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        late = Field("late", texts.WHEN_LATE, "jump", choices=scene.targets)
        return (*self._fields, late, _AFTER, _OTHERS)

    def load(self, value: Any, scene: Scene) -> Values:
        given = mapping_of(value)
        deadline, others = given.get("deadline"), mapping_of(given.get("escalate"))
        return {
            **super().load({**given, "deadline": _after(deadline)}, scene),
            "late": mapping_of(deadline).get("goto", ""),
            "escalate_after": _AFTER.shown(others.get("after")),
            "escalate_who": _OTHERS.shown(others.get("who")),
        }

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        before = mapping_of(old)
        built = super().build(values, put(before, "deadline", _after(before.get("deadline"))), scene)
        built = put(built, "escalate", _escalation(values, mapping_of(before.get("escalate"))))
        if not values.get("late"):
            return built
        if "deadline" not in built:
            raise FormError("deadline", texts.LATE_WITHOUT_DEADLINE)
        return {**built, "deadline": {"after": built["deadline"], "goto": values["late"]}}


def _after(deadline: Any) -> Any:
    return deadline.get("after") if isinstance(deadline, dict) else deadline


def _escalation(values: Values, old: dict[str, Any]) -> dict[str, Any] | None:
    after = _AFTER.read_over(values.get("escalate_after"), old.get("after"))
    who = _OTHERS.read_over(values.get("escalate_who"), old.get("who"))
    if (after is None) != (who is None):
        raise FormError("escalate_who", texts.HALF_AN_ESCALATION)
    return None if after is None else {**old, "after": after, "who": who}
