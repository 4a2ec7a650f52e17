"""The forms of steps that hold steps: these are added on the page, the form keeps those that are there."""

from __future__ import annotations

from typing import Any, Final

from coworks.console import texts
from coworks.console.forms.fields import Field, FormError
from coworks.console.forms.steps.form import PlainForm, Scene, Values, mapping_of

_BRANCHES: Final = Field("branches", texts.BRANCHES, "list", True, texts.BRANCHES_ABOUT)


class ForeachForm(PlainForm):
    """For each item of a list."""

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        built = super().build(values, old, scene)
        return {**built, "steps": mapping_of(old).get("steps", [])}


class ParallelForm:
    """The names of the branches."""

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        return (_BRANCHES,)

    def load(self, value: Any, scene: Scene) -> Values:
        return {"branches": _BRANCHES.shown(list(value) if isinstance(value, dict) else None)}

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        before = mapping_of(old)
        names = _BRANCHES.read(values.get("branches"))
        if not isinstance(names, list):
            raise FormError("branches", texts.BRANCHES_ABOUT)
        return {str(name): before.get(name, []) for name in names}
