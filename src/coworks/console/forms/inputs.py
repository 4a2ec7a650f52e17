"""What a workflow is started with: a field for each value of its input, with the defaults of its author."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from coworks.console import texts
from coworks.console.forms.fields import Field

if TYPE_CHECKING:
    from collections.abc import Mapping

_READ: Final = re.compile(r"\$data\.([A-Za-z_]\w*)")


def input_fields(text: str, data: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of the start form: what `input` gives a default, then what the steps read besides."""
    given = data.get("input")
    defaults = given if isinstance(given, dict) else {}
    read = dict.fromkeys(_READ.findall(text))
    names = [*map(str, defaults), *(name for name in read if name not in defaults)]
    return tuple(_field(name, defaults.get(name)) for name in names)


def _field(name: str, default: Any) -> Field:
    shape = Field(name, name, "any")
    return Field(
        name, name, "any", default=shape.shown(default), about="" if default is not None else texts.NO_DEFAULT
    )


def read_input(fields: tuple[Field, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    """The input of a run: what was filled in; the defaults are the workflow's. Raises `FormError`."""
    read = {one.key: one.read(values.get(one.key)) for one in fields}
    return {key: value for key, value in read.items() if value is not None}
