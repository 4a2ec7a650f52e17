"""The keys and the words that may stand at a place, from the JSON Schema of the language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coworks.biz.completion.place import ITEM
from coworks.biz.schema import workflow_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_TOGETHER: Final = ("allOf", "anyOf", "oneOf")
_EITHER: Final = ("then", "else")


class Keywords:
    """The language, by the paths of keys that lead to a place; `library` are the predefined workflows."""

    def __init__(self, library: Mapping[str, str]) -> None:
        self._schema = workflow_schema(library)

    def keys(self, path: Sequence[str]) -> dict[str, str]:
        """The keys of the mapping at a path, with what each is for."""
        found: dict[str, str] = {}
        for schema in self._at(path):
            for key, one in schema.get("properties", {}).items():
                if one is not False and not found.get(key):
                    found[key] = self._about(one)
        return found

    def words(self, path: Sequence[str]) -> tuple[str, ...]:
        """The words that may stand at a path, where there are few."""
        words: list[str] = []
        for schema in self._at(path):
            words += [str(one) for one in schema.get("enum", ())]
            words += [str(schema["const"])] if "const" in schema else []
            words += ["true", "false"] if schema.get("type") == "boolean" else []
        return tuple(dict.fromkeys(words))

    def _at(self, path: Sequence[str]) -> list[dict[str, Any]]:
        found = list(self._parts(self._schema))
        for key in path:
            found = [part for schema in found for one in _inside(schema, key) for part in self._parts(one)]
        return found

    def _parts(self, schema: Any) -> Iterator[dict[str, Any]]:
        """A schema and those that it is put together from."""
        if not isinstance(schema, dict):
            return
        yield schema
        if "$ref" in schema:
            yield from self._parts(self._schema["definitions"][schema["$ref"].rpartition("/")[2]])
        for one in (*(one for key in _TOGETHER for one in schema.get(key, ())), *map(schema.get, _EITHER)):
            yield from self._parts(one)

    def _about(self, schema: Any) -> str:
        return next((str(one["description"]) for one in self._parts(schema) if "description" in one), "")


def _inside(schema: Mapping[str, Any], key: str) -> Iterator[Any]:
    if key == ITEM:
        yield schema.get("items")
    elif key in schema.get("properties", {}):
        yield schema["properties"][key]
    else:
        yield schema.get("additionalProperties")
