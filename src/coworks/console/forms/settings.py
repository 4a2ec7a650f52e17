"""What holds for a workflow as a whole: its purpose, its time, overlaps, failures, and what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coworks.biz.editing import delete_value, set_value
from coworks.biz.takes import KINDS, PIECES
from coworks.biz.use import USE
from coworks.biz.workflow import SKIP
from coworks.console import texts
from coworks.console.forms.fields import Field
from coworks.console.forms.rows import rows_read, rows_shown
from coworks.console.forms.steps.guards import catch_field, guard_read, guard_shown, has_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.console.forms.steps.form import Scene

Values = dict[str, Any]
_COMMENT: Final = Field("comment", texts.PURPOSE, "long", about=texts.PURPOSE_ABOUT)
_TIMEOUT: Final = Field("timeout", texts.WHOLE_TIMEOUT, "duration")
_OVERLAP: Final = Field("overlap", texts.SKIPS, "yes_no", default=texts.NO)
_TAKES: Final = Field(
    "takes",
    texts.TAKES,
    "rows",
    fields=(
        Field("name", texts.NAME, required=True),
        Field(
            "kind",
            texts.KIND_OF_VALUE,
            "choice",
            True,
            choices=tuple(one for one in KINDS if one not in PIECES),
        ),
    ),
    more=texts.ADD_TAKEN,
)
_ORDER: Final = ("comment", "takes", "overlap", "catch", "timeout")
_BEFORE: Final = {
    "comment": ("on", "takes", "input"),
    "takes": ("input",),
    "overlap": ("catch", "timeout"),
    "catch": ("timeout",),
}
"""In front of which keys a careful author writes one; in front of the steps when none of them is there."""


def settings_fields(data: Mapping[str, Any], scene: Scene) -> tuple[Field, ...]:
    """The fields that a file can have; a workflow that uses another one has that one's ways."""
    if USE in data:
        return (_COMMENT, _TIMEOUT)
    takes = (_TAKES,) if isinstance(data.get("takes", {}), dict) else ()
    catch = (catch_field(scene),) if has_rules("catch", data) else ()
    return (_COMMENT, _TIMEOUT, _OVERLAP, *catch, *takes)


def load_settings(data: Mapping[str, Any], scene: Scene) -> Values:
    """What the form shows."""
    return {one.key: _shown(one, data.get(one.key)) for one in settings_fields(data, scene)}


def with_settings(text: str, data: Mapping[str, Any], values: Values, scene: Scene) -> str:
    """The text of a workflow with these settings. Raises `FormError`."""
    shown = load_settings(data, scene)
    for one in sorted(settings_fields(data, scene), key=lambda one: _ORDER.index(one.key)):
        if values.get(one.key) != shown[one.key]:
            text = _with(text, data, one.key, _read(one, values.get(one.key), data.get(one.key)))
    return text


def _shown(field: Field, value: Any) -> Any:
    if field.key == "takes":
        return rows_shown(field, [{"name": name, "kind": kind} for name, kind in (value or {}).items()])
    if field.key == "overlap":
        return texts.YES if value == SKIP else ""
    return guard_shown(field, value)


def _read(field: Field, typed: Any, old: Any) -> Any:
    if field.key == "takes":
        return {row["name"]: row["kind"] for row in rows_read(field, typed or [], [])} or None
    if field.key == "overlap":
        return SKIP if field.read(typed) else None
    return guard_read(field, typed, old)


def _with(text: str, data: Mapping[str, Any], key: str, value: Any) -> str:
    if value is None:
        return delete_value(text, (key,)) if key in data else text
    before = next((one for one in _BEFORE.get(key, ()) if one in data), "states")
    return set_value(text, (key,), value, before=USE if before not in data and USE in data else before)
