"""The forms of what is names with values: `set`, `again`, and the result of `success`; and of `pass`."""

from __future__ import annotations

from typing import Any, Final

from coworks.console import texts
from coworks.console.forms.fields import Field, FormError
from coworks.console.forms.pairs import pairs_read, pairs_shown
from coworks.console.forms.steps.form import Scene, Values, mapping_of, put

_PAIRS: Final = Field("pairs", texts.PAIRS, "pairs")
_WHOLE: Final = Field("whole", texts.WHOLE, "any", about=texts.WHOLE_ABOUT)


class SetForm:
    """The variables and their values."""

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        return (_PAIRS,)

    def load(self, value: Any, scene: Scene) -> Values:
        return {"pairs": pairs_shown(value)}

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        pairs = pairs_read(values.get("pairs", ()), old)
        if not pairs:
            raise FormError("pairs", texts.NO_PAIR)
        return pairs


class AgainForm(SetForm):
    """The values that the new run has over those of this one, if any."""

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        return pairs_read(values.get("pairs", ()), old) or None


class PassForm:
    """Nothing to fill in."""

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        return ()

    def load(self, value: Any, scene: Scene) -> Values:
        return {}

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        return None


class DataForm:
    """Data under the key `inside`: names with values, or one value for all of it."""

    def __init__(self, inside: str) -> None:
        self._inside = inside

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        return (_PAIRS, _WHOLE)

    def load(self, value: Any, scene: Scene) -> Values:
        data = mapping_of(value).get(self._inside)
        whole = "" if isinstance(data, dict) else _WHOLE.shown(data)
        return {"pairs": pairs_shown(data), "whole": whole}

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        return put(mapping_of(old), self._inside, self.read(values, old)) or None

    def read(self, values: Values, old: Any) -> Any:
        """What stands under the key; None for nothing."""
        before = mapping_of(old).get(self._inside)
        pairs = pairs_read(values.get("pairs", ()), before)
        whole = _WHOLE.read_over(values.get("whole"), None if isinstance(before, dict) else before)
        if pairs and whole is not None:
            raise FormError("whole", texts.PAIRS_AND_WHOLE)
        return pairs or whole
