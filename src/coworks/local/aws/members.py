"""Members of a request, read with their types: what is missing or wrong is refused in AWS's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from coworks.local.aws.wire import AwsError

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Members:
    """The codes that an API has for what is missing, and for what is not as it should be."""

    missing: str
    invalid: str

    def text(self, told: Mapping[str, Any], name: str) -> str:
        """A text that is not empty."""
        value = self.optional_text(told, name)
        if not value:
            raise AwsError(self.missing, f"The request must contain the parameter {name}.")
        return value

    def optional_text(self, told: Mapping[str, Any], name: str) -> str | None:
        return self._of(told, name, str)

    def number(self, told: Mapping[str, Any], name: str, least: int, most: int, default: int) -> int:
        """A whole number within these bounds."""
        value = self.optional_number(told, name)
        if value is not None and not least <= value <= most:
            said = f"Value {value} for parameter {name} is invalid. Reason: Must be {least} to {most}."
            raise AwsError(self.invalid, said)
        return default if value is None else value

    def optional_number(self, told: Mapping[str, Any], name: str) -> int | None:
        value = self._of(told, name, int)
        if isinstance(value, bool):
            raise self._wrong(value, name)
        return value

    def texts(self, told: Mapping[str, Any], name: str) -> list[str]:
        return self._all(told, name, str)

    def objects(self, told: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        return self._all(told, name, dict)

    def table(self, told: Mapping[str, Any], name: str) -> dict[str, Any]:
        """An object; empty when it is not there."""
        return self._of(told, name, dict) or {}

    def _all(self, told: Mapping[str, Any], name: str, kind: type[T]) -> list[T]:
        values = self._of(told, name, list) or []
        for value in values:
            if not isinstance(value, kind):
                raise self._wrong(value, name)
        return values

    def _of(self, told: Mapping[str, Any], name: str, kind: type[T]) -> T | None:
        value = told.get(name)
        if value is not None and not isinstance(value, kind):
            raise self._wrong(value, name)
        return value

    def _wrong(self, value: object, name: str) -> AwsError:
        return AwsError(self.invalid, f"Value {value} for parameter {name} is invalid.")
