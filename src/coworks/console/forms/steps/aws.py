"""The form of `aws`: a service, an action, how long it is waited for, and the parameters."""

from __future__ import annotations

import re
from typing import Any, Final

from coworks.console import texts
from coworks.console.forms.fields import Field, FormError
from coworks.console.forms.steps.form import Scene, Values, mapping_of, put
from coworks.console.forms.steps.values import DataForm
from coworks.errors import near_name

_CALL: Final = re.compile(r"((?:aws-sdk:)?[^:]*):([A-Za-z0-9]*)((?:\..*)?)", re.DOTALL)
_WAYS: Final = {
    texts.TAKES_ANSWER: "",
    texts.WAITS_UNTIL_DONE: ".sync",
    texts.WAITS_FOR_ANSWER: ".waitForTaskToken",
}


class AwsForm:
    """What is typed may be what is not known here: AWS has more than any list of it. What looks like a slip
    is told under the field.
    """

    _with = DataForm("with")

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        service, action = str(values.get("service", "")), str(values.get("action", ""))
        known = scene.aws
        services = known.services() if known else ()
        actions = known.actions(service) if known else ()
        names = known.parameters(service, action) if known else ()
        ways = (*_WAYS, *((str(values["way"]),) if values.get("way") not in (None, "", *_WAYS) else ()))
        pairs, _ = self._with.fields(values, scene)
        told = (
            slip(service, services) or texts.AWS_SERVICE_ABOUT,
            slip(action, actions) or texts.AWS_ACTION_ABOUT,
        )
        return (
            Field("service", texts.AWS_SERVICE, "text", True, told[0], offers=services, decides=True),
            Field("action", texts.AWS_ACTION, "text", True, told[1], offers=actions, decides=True),
            Field("way", texts.AWS_WAY, "choice", default=texts.TAKES_ANSWER, choices=ways),
            Field(pairs.key, texts.AWS_WITH, "pairs", about=_names_told(values, names), offers=names),
        )

    def load(self, value: Any, scene: Scene) -> Values:
        call = _CALL.fullmatch(str(mapping_of(value).get("call", "")))
        service, action, way = call.groups() if call else (str(mapping_of(value).get("call", "")), "", "")
        words = next((words for words, written in _WAYS.items() if written == way), way)
        values = {"service": service, "action": action, "way": words if way else ""}
        return {**values, **self._with.load(value, scene)}

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        service, action, *_ = self.fields(values, scene)
        called = f"{service.read(values.get('service'))}:{action.read(values.get('action'))}"
        if not _CALL.fullmatch(called):
            raise FormError("action", texts.NO_CALL.format(called))
        way = values.get("way") or ""
        built = {"call": called + _WAYS.get(way, way)}
        return put({**built, **mapping_of(old), **built}, "with", self._with.read(values, old))


def slip(typed: str, known: tuple[str, ...]) -> str:
    """What was probably meant, in words; empty for what is known, and where nothing is."""
    if not typed or not known or typed.removeprefix("aws-sdk:") in known:
        return ""
    near = near_name(typed, known)
    return texts.DID_YOU_MEAN.format(near) if near else ""


def _names_told(values: Values, names: tuple[str, ...]) -> str:
    """A slip in the names of the parameters, or which there are."""
    told = [slip(str(name).strip(), names) for name, _ in values.get("pairs", ())]
    return next(filter(None, told), "") or (texts.AWS_TAKES.format(", ".join(names[:12])) if names else "")
