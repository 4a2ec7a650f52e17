"""Names with values, as they are typed and as they are written."""

from __future__ import annotations

from typing import Any, Final

from coworks.console import texts
from coworks.console.forms.fields import Field, FormError

_ANY: Final = Field("value", texts.VALUE, "any")


def pairs_shown(value: Any) -> list[tuple[str, str]]:
    """Names and values as they are typed."""
    return [(str(name), _ANY.shown(one)) for name, one in value.items()] if isinstance(value, dict) else []


def pairs_read(pairs: Any, old: Any = None) -> dict[str, Any]:
    """The mapping of typed pairs; those without a name and a value are none, and what is left as it was in
    the `old` mapping has its value. Raises `FormError`.
    """
    before = old if isinstance(old, dict) else {}
    read: dict[str, Any] = {}
    for name, typed in ((name.strip(), typed.strip()) for name, typed in pairs):
        if not name and typed:
            raise FormError("pairs", texts.PAIR_WITHOUT_NAME.format(typed))
        if name in read:
            raise FormError("pairs", texts.PAIR_TWICE.format(name))
        if name in before and typed == _ANY.shown(before[name]).strip():
            read[name] = before[name]
        elif name:
            read[name] = _ANY.read(typed) if typed else ""
    return read
