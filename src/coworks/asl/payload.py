"""Payload templates, JSONPath mode's way to make a value: fields whose names end in `.$` are computed.

`{"to.$": "$.address", "id.$": "States.UUID()", "subject": "Hello"}` is a template of three fields, the first
a path, the second an intrinsic function, the third a constant.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coworks.asl import intrinsic_parser, jsonpath
from coworks.asl.failures import INTRINSIC_FAILURE, RUNTIME, StateFailure
from coworks.asl.intrinsics import IntrinsicError
from coworks.asl.templates import Constant, Template, list_template, object_template

if TYPE_CHECKING:
    from coworks.asl.scope import Scope

COMPUTED: Final = ".$"


class PayloadSyntaxError(Exception):
    """A computed field that is neither a path nor a call of an intrinsic function."""


@dataclass(frozen=True, slots=True)
class PathField:
    """A value that a path names, and the field where it stands, for the error's text."""

    path: jsonpath.Path
    field: str

    def evaluate(self, scope: Scope) -> Any:
        try:
            return self.path.find(scope)
        except jsonpath.PathNotFoundError:
            cause = (
                f"The JSONPath '{self.path.source}' specified for the field '{self.field}' could not be found"
                f" in the input '{_searched(self.path, scope)}'"
            )
            raise StateFailure(RUNTIME, cause, placed=True) from None


@dataclass(frozen=True, slots=True)
class FunctionField:
    """What a call of an intrinsic function gives."""

    call: intrinsic_parser.Call
    source: str

    def evaluate(self, scope: Scope) -> Any:
        try:
            return self.call.evaluate(scope)
        except IntrinsicError as error:
            raise self._failure(INTRINSIC_FAILURE, str(error)) from None
        except intrinsic_parser.MissingArgumentError as error:
            missing = (
                f"The JsonPath argument for the field '{error.path.source}' could not be found"
                f" in the input '{_searched(error.path, scope)}'"
            )
            raise self._failure(RUNTIME, missing) from None

    def _failure(self, error: str, what: str) -> StateFailure:
        said = f"The function '{self.source}' had the following error: {what}"
        return StateFailure(error, said, placed=True)


def parse_payload(value: Any) -> Template:
    """The template of a JSON value. Raises `PayloadSyntaxError` for a computed field that cannot be read."""
    if isinstance(value, dict):
        fields = dict(_field(name, field) for name, field in value.items())
        return object_template(fields, value)
    if isinstance(value, list):
        return list_template(tuple(map(parse_payload, value)), value)
    return Constant(value)


def _field(name: str, value: Any) -> tuple[str, Template]:
    if name.endswith(COMPUTED):
        return name.removesuffix(COMPUTED), parse_computed(value, name)
    return name, parse_payload(value)


def parse_computed(text: Any, field: str) -> PathField | FunctionField:
    """The path or call that a text is. Raises `PayloadSyntaxError`."""
    wanted = f"The value for the field '{field}' must be a valid JSONPath or a valid intrinsic function call"
    if not isinstance(text, str):
        raise PayloadSyntaxError(wanted)
    try:
        if text.startswith(intrinsic_parser.BEGINNING):
            return FunctionField(intrinsic_parser.parse_call(text), text)
        return PathField(jsonpath.parse(text), field)
    except (intrinsic_parser.IntrinsicSyntaxError, jsonpath.PathSyntaxError) as error:
        raise PayloadSyntaxError(f"{wanted}. {error}") from None


def _searched(path: jsonpath.Path, scope: Scope) -> str:
    """The document where a path was looked for, as text."""
    try:
        document = path.start(scope)
    except jsonpath.PathNotFoundError:
        document = scope.variables
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)
