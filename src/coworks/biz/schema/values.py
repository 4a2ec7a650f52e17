"""What may stand for a value that a workflow takes, by its kind."""

from __future__ import annotations

from typing import Final

from coworks.biz.schema.steps import STEP_SCHEMAS
from coworks.biz.schema.words import Schema, ref

# Of data, null stands for nothing.
_NOTHING: Final[Schema] = {"type": "null"}
_DATA: Final[dict[str, Schema]] = {
    "text": {"type": ["string", "number"]},
    "number": {"type": "number"},
    "flag": {"type": "boolean"},
    "list": {"type": ["array", "string"]},
    "map": {"type": "object"},
    "moment": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d[Tt]"},
    "duration": ref("duration"),
}

KIND_SCHEMAS: Final[dict[str, Schema]] = {
    **{kind: {"anyOf": [schema, _NOTHING]} for kind, schema in _DATA.items()},
    "anything": {},
    "order": STEP_SCHEMAS["tech"],
    "condition": {"type": ["string", "boolean"]},
}
