"""A list of rules, each with the same few fields: as it is typed, and as it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.console.forms.fields import FormError

if TYPE_CHECKING:
    from coworks.console.forms.fields import Field

Row = dict[str, str]


def are_rows(rules: list[Any]) -> bool:
    """True for mappings, which is what rows can show."""
    return all(isinstance(rule, dict) for rule in rules)


def rows_shown(field: Field, rules: list[dict[str, Any]]) -> list[Row]:
    """The rules as they are typed."""
    return [{one.key: one.shown(rule.get(one.key)) for one in field.fields} for rule in rules]


def new_row(field: Field) -> Row:
    """A row to be filled in; its first field has the value that it would have when it is left empty."""
    first, *others = field.fields
    return {first.key: first.default, **{one.key: "" for one in others}}


def rows_read(field: Field, rows: list[Row], old: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules that were typed; those that are as they were keep all that they say, and empty rows are none.

    Raises `FormError` with the label of the field.
    """
    left = list(zip(rows_shown(field, old), old, strict=True))
    read = []
    for row in rows:
        same = next((pair for pair in left if pair[0] == row), None)
        if same:
            left.remove(same)
            read.append(same[1])
        elif any(str(typed).strip() for typed in row.values()):
            read.append(_rule(field, row))
    return read


def _rule(field: Field, row: Row) -> dict[str, Any]:
    try:
        values = {one.key: one.read(row.get(one.key)) for one in field.fields}
    except FormError as error:
        raise FormError(field.key, f"{field.label}: {error.message}", hint=error.hint) from None
    return {key: value for key, value in values.items() if value is not None}
