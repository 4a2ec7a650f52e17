"""What a workflow works on: a field for each value that it takes, with the defaults of its author.

A workflow that says what it `takes` tells the kinds; of another one, the names are those of its `input` and
those that its steps read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.editing import EditError, data_of
from coworks.biz.use import USE, takes_of
from coworks.console import texts
from coworks.console.forms.fields import LISTS_OF_PEOPLE, Field
from coworks.project.workflows import predefined_workflows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.biz.takes import Taken
    from coworks.console.forms.fields import Kind

_READ: Final = re.compile(r"\$data\.([A-Za-z_]\w*)")
_KINDS: Final[dict[str, Kind]] = {
    "text": "text",
    "moment": "text",
    "condition": "text",
    "number": "number",
    "list": "list",
    "duration": "duration",
}


def taken_by(text: str, data: Mapping[str, Any]) -> tuple[Taken, ...]:
    """What a workflow says that it takes; nothing when it does not tell, or cannot be read."""
    used = predefined_workflows().get(str(data.get(USE)))
    if used is not None:
        return takes_of(used)
    try:
        return takes_of(text) if isinstance(data.get("takes"), dict) else ()
    except (KeyError, ValueError):
        return ()


def own_input(data: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a file gives its workflow."""
    given = data.get("input")
    return dict(given) if isinstance(given, dict) else {}


def defaults_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a workflow has when nobody gives others, those of the one that it uses too."""
    used = predefined_workflows().get(str(data.get(USE)))
    return {**(own_input(data_of(used)) if used is not None else {}), **own_input(data)}


def input_fields(text: str, data: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of the form that starts a run."""
    defaults = defaults_of(data)
    if taken := [one for one in taken_by(text, data) if not one.is_piece]:
        return tuple(_field(one.name, defaults.get(one.name), _kind(one)) for one in taken)
    names = dict.fromkeys([*map(str, defaults), *_READ.findall(text)])
    return tuple(_field(name, defaults.get(name)) for name in names)


def setting_fields(text: str, data: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of the values that the file itself gives a workflow which tells what it takes."""
    used = predefined_workflows().get(str(data.get(USE)))
    defaults = own_input(data_of(used)) if used is not None else {}
    return tuple(_field(one.name, defaults.get(one.name), _kind(one)) for one in taken_by(text, data))


def read_input(
    fields: tuple[Field, ...], values: Mapping[str, Any], old: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The values of what was filled in; what was left empty is left to the workflow. Raises `FormError`."""
    before = old or {}
    read = {one.key: one.read_over(values.get(one.key), before.get(one.key)) for one in fields}
    return {key: value for key, value in read.items() if value is not None}


def predefined() -> dict[str, str]:
    """The predefined workflows, with what each is for."""
    told = {}
    for name, text in predefined_workflows().items():
        try:
            told[name] = str(data_of(text).get("comment") or "")
        except EditError:  # its own tests tell; here the others are still to be chosen from
            continue
    return told


def _kind(taken: Taken) -> Kind:
    if taken.kind == "list" and taken.name in LISTS_OF_PEOPLE:
        return "people"
    return _KINDS.get(taken.kind, "any")


def _field(name: str, default: Any, kind: Kind = "any") -> Field:
    shape = Field(name, name, kind)
    about = "" if default is not None else texts.NO_DEFAULT
    return Field(name, name, kind, default=shape.shown(default), about=about)
