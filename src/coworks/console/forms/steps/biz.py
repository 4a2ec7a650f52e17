"""The form of `biz`: another workflow, the data that it works on, and whether its end is waited for."""

from __future__ import annotations

from typing import Any, Final

from coworks.console import texts
from coworks.console.forms.fields import Field
from coworks.console.forms.steps.form import Scene, Values, mapping_of, put
from coworks.console.forms.steps.values import DataForm

_WORKFLOW: Final = "workflow"
_WAITS: Final = Field("wait", texts.WAIT_FOR_END, "yes_no", default=texts.YES)


class BizForm:
    """See the module."""

    _data = DataForm("data")

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        return (_workflow(scene), *self._data.fields(values, scene), _WAITS)

    def load(self, value: Any, scene: Scene) -> Values:
        given = mapping_of(value) if isinstance(value, dict) else {_WORKFLOW: value or ""}
        told = {_WORKFLOW: str(given.get(_WORKFLOW, "")), "wait": _WAITS.shown(given.get("wait"))}
        return {**told, **self._data.load(given, scene)}

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        before = mapping_of(old)
        built = {_WORKFLOW: None, **before} | {_WORKFLOW: _workflow(scene).read(values.get(_WORKFLOW))}
        built = put(built, "data", self._data.read(values, old))
        built = put(built, "wait", _WAITS.read_over(values.get("wait"), before.get("wait")))
        is_short = set(built) == {_WORKFLOW} and not isinstance(old, dict)
        return built[_WORKFLOW] if is_short else built


def _workflow(scene: Scene) -> Field:
    return Field(_WORKFLOW, texts.WORKFLOW, "choice", True, choices=scene.workflows)
