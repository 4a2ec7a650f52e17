"""The data flow in JSONPath.

    input -> InputPath -> Parameters -> the work -> ResultSelector -> ResultPath -> OutputPath -> output

`ResultPath` puts the result into the input as it came, before `InputPath`. In `Assign`, `$` is the result (in
a catcher the error, in Choice and Wait the input), and the variables have their old values everywhere.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from coworks.asl import jsonpath
from coworks.asl.conditions import read_condition
from coworks.asl.failures import REFERENCE_PATH_CONFLICT, RUNTIME, StateFailure
from coworks.asl.fields import JSONPATH, MAX_SECONDS
from coworks.asl.flow import Flow
from coworks.asl.intrinsics import GIVE_TEXT
from coworks.asl.outcomes import NOTHING, GoTo
from coworks.asl.payload import FunctionField, PathField, PayloadSyntaxError, parse_computed, parse_payload
from coworks.asl.templates import Constant, Template
from coworks.asl.timestamps import parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.asl.fields import Fields
    from coworks.asl.scope import Scope


def _selected(path: jsonpath.Path | None, scope: Scope) -> Any:
    """What `InputPath` or `OutputPath` lets through; None is the path null, which gives an empty object."""
    if path is None:
        return {}
    try:
        return path.find(scope)
    except jsonpath.PathNotFoundError as error:
        raise StateFailure(RUNTIME, f"Invalid path '{path.source}' : {error}", placed=True) from None


@dataclass(frozen=True, slots=True)
class JSONPathEntry:
    input_path: jsonpath.Path | None
    parameters: Template | None

    def take(self, scope: Scope) -> Scope:
        if self.input_path is not jsonpath.INPUT:
            scope = scope.seeing(_selected(self.input_path, scope))
        scope.told("afterInputPath", scope.input)
        return scope

    def arguments(self, scope: Scope) -> Any:
        given = self.parameters.evaluate(scope) if self.parameters else scope.input
        return scope.told("afterParameters", given)


@dataclass(frozen=True, slots=True)
class ResultEntry:
    """The way into a Pass with a `Result`: the input plays no part."""

    result: Any

    def take(self, scope: Scope) -> Scope:
        return scope

    def arguments(self, scope: Scope) -> Any:
        return scope.told("result", self.result)


@dataclass(frozen=True, slots=True)
class JSONPathExit:
    next: str | None
    assign: Template | None = None
    selector: Template | None = None
    result_path: jsonpath.Path | None = jsonpath.INPUT
    output_path: jsonpath.Path | None = jsonpath.INPUT

    def leave(self, scope: Scope, result: Any) -> GoTo:
        if self.selector:
            result = self.selector.evaluate(scope.seeing(result))
        scope.told("afterResultSelector", result)
        assigned = self.assign.evaluate(scope.seeing(result)) if self.assign else NOTHING
        output = scope.told("afterResultPath", self._merged(scope.input, result))
        if self.output_path is not jsonpath.INPUT:
            output = _selected(self.output_path, scope.seeing(output))
        return GoTo(self.next, output, assigned)

    def _merged(self, given: Any, result: Any) -> Any:
        if self.result_path is jsonpath.INPUT:
            return result
        if self.result_path is None:
            return given
        try:
            return jsonpath.put(given, self.result_path, result)
        except jsonpath.ReferencePathConflictError:
            cause = f"Unable to apply ReferencePath {self.result_path.source} to input {_json(given)}"
            raise StateFailure(REFERENCE_PATH_CONFLICT, cause, placed=True) from None


# Settings that a path may name: `SecondsPath`, `TimestampPath`, `ErrorPath`, ...


@dataclass(frozen=True, slots=True)
class Setting:
    """The value that a path names for a field such as `SecondsPath`."""

    path: jsonpath.Path
    field: str

    def find(self, scope: Scope) -> Any:
        try:
            return self.path.find(scope)
        except jsonpath.PathNotFoundError:
            said = f"The {self.field} parameter does not reference an input value: {self.path.source}"
            raise StateFailure(RUNTIME, said, placed=True) from None

    def refused(self, what: str, value: Any) -> StateFailure:
        shown = value if isinstance(value, str) else _json(value)
        said = f"The {self.field} parameter {what}: {self.path.source} == {shown}"
        return StateFailure(RUNTIME, said, placed=True)


@dataclass(frozen=True, slots=True)
class Seconds:
    setting: Setting
    least: int

    def evaluate(self, scope: Scope) -> float:
        value = self.setting.find(scope)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.setting.refused("cannot be parsed as a long value", value)
        if value < 0:
            raise self.setting.refused("references a negative value", value)
        if not self.least <= value <= MAX_SECONDS:
            raise self.setting.refused(f"must be from {self.least} to {MAX_SECONDS}", value)
        return float(value)


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number from 0 on, which a text may hold."""

    setting: Setting

    def evaluate(self, scope: Scope) -> int:
        value = self.setting.find(scope)
        shown = value if isinstance(value, str) else _json(value)
        if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,9}", shown, re.ASCII):
            raise self._refused(shown, "a valid integer")
        if int(shown) < 0:
            raise self._refused(shown, "a non-negative integer")
        return int(shown)

    def _refused(self, shown: str, wanted: str) -> StateFailure:
        named = f"{self.setting.field} field refers to value"
        said = f'The {named} "{shown}" which is not {wanted}: {self.setting.path.source}'
        return StateFailure(RUNTIME, said, placed=True)


@dataclass(frozen=True, slots=True)
class Number:
    """Any number, or any whole one, which a text may hold."""

    setting: Setting
    whole: bool

    def evaluate(self, scope: Scope) -> float:
        value = self.setting.find(scope)
        shown = value if isinstance(value, str) else _json(value)
        try:
            return int(shown) if self.whole else float(shown)
        except ValueError:
            named = f"{self.setting.field} field refers to value"
            kind = "integer" if self.whole else "float"
            said = f'The {named} "{shown}" which is not a valid {kind}: {self.setting.path.source}'
            raise StateFailure(RUNTIME, said, placed=True) from None


@dataclass(frozen=True, slots=True)
class Items:
    """The list of a Map."""

    path: jsonpath.Path

    def evaluate(self, scope: Scope) -> list[Any]:
        value = _selected(self.path, scope)
        if not isinstance(value, list):
            said = f'Reference path "{self.path.source}" must point to array.'
            raise StateFailure(RUNTIME, said, placed=True)
        return scope.told("afterItemsPath", value)


@dataclass(frozen=True, slots=True)
class Moment:
    """The seconds since the epoch of a timestamp."""

    setting: Setting

    def evaluate(self, scope: Scope) -> float:
        value = self.setting.find(scope)
        moment = parse_timestamp(value) if isinstance(value, str) else None
        if moment is None:
            wanted = "a valid ISO-8601 extended offset date-time format string"
            raise self.setting.refused(f"does not reference {wanted}", value)
        return moment


@dataclass(frozen=True, slots=True)
class Text:
    """The text of `ErrorPath` or `CausePath`, which may call an intrinsic function."""

    computed: PathField | FunctionField
    field: str

    def evaluate(self, scope: Scope) -> str:
        value = self.computed.evaluate(scope)
        if not isinstance(value, str):
            said = f'The {self.field} field refers to value "{_json(value)}" which is not a valid string'
            raise StateFailure(RUNTIME, said, placed=True)
        return value


class JSONPathFlow(Flow):
    """See `Flow`."""

    language: ClassVar[str] = JSONPATH

    def entry(self, fields: Fields) -> JSONPathEntry | ResultEntry:
        if "Result" in fields:
            return ResultEntry(fields.value["Result"])
        return JSONPathEntry(_path(fields, "InputPath"), _payload(fields, "Parameters"))

    def exit(self, fields: Fields, target: str | None) -> JSONPathExit:
        return JSONPathExit(
            target,
            _payload(fields, "Assign"),
            _payload(fields, "ResultSelector"),
            _reference_path(fields, "ResultPath"),
            _path(fields, "OutputPath"),
        )

    def rule_exit(self, rule: Fields, state: Fields) -> JSONPathExit:
        target = rule.string("Next", required=True)
        return JSONPathExit(target, _payload(rule, "Assign"), output_path=_path(state, "OutputPath"))

    def catch_exit(self, catcher: Fields) -> JSONPathExit:
        target = catcher.string("Next", required=True)
        result_path = _reference_path(catcher, "ResultPath")
        return JSONPathExit(target, _payload(catcher, "Assign"), result_path=result_path)

    def condition(self, rule: Fields) -> Template:
        return read_condition(rule)

    def seconds(self, fields: Fields, name: str, *, least: int) -> Template | None:
        if setting := _setting(fields, name):
            return Seconds(setting, least)
        value = fields.value.get(name)
        if type(value) is int and least <= value <= MAX_SECONDS:
            return Constant(float(value))
        if name in fields:
            fields.report(
                f"Expected an Integer from {least} to {MAX_SECONDS} for field '{name}'", at=f"/{name}"
            )
        return None

    def moment(self, fields: Fields, name: str) -> Template | None:
        if setting := _setting(fields, name):
            return Moment(setting)
        text = fields.string(name)
        moment = None if text is None else parse_timestamp(text)
        if text is not None and moment is None:
            fields.report("String does not match RFC3339 timestamp", at=f"/{name}")
        return None if moment is None else Constant(moment)

    def count(self, fields: Fields, name: str) -> Template | None:
        if setting := _setting(fields, name):
            return Count(setting)
        value = fields.value.get(name, 0)
        if type(value) is int and value >= 0:
            return Constant(value)
        fields.report(f"Expected an Integer from 0 on for field '{name}'", at=f"/{name}")
        return None

    def number(self, fields: Fields, name: str, *, whole: bool) -> Template | None:
        if setting := _setting(fields, name):
            return Number(setting, whole)
        if name not in fields:
            return None
        value: Any = fields.value[name]
        if type(value) in ((int,) if whole else (int, float)) and value >= 0:
            return Constant(value)
        fields.report(f"Expected a number from 0 on for field '{name}'", at=f"/{name}")
        return None

    def payload(self, fields: Fields, name: str) -> Template | None:
        return _payload(fields, name)

    def items(self, fields: Fields) -> Template:
        return Items(_path(fields, "ItemsPath") or jsonpath.INPUT)

    def selector(self, fields: Fields) -> Template | None:
        if "ItemSelector" in fields and "Parameters" in fields:
            fields.report("Only one of 'ItemSelector' and 'Parameters' may be set")
        return _payload(fields, "ItemSelector") or _payload(fields, "Parameters")

    def text(self, fields: Fields, name: str) -> Template | None:
        by_path = f"{name}Path"
        if not _one_of(fields, name, by_path):
            text = fields.value.get(name)
            if name in fields and not isinstance(text, str):
                fields.report(f"Expected value of type String for field '{name}'", at=f"/{name}")
            return Constant(text) if isinstance(text, str) else None
        try:
            computed = parse_computed(fields.value[by_path], by_path)
        except PayloadSyntaxError as error:
            fields.report(str(error), at=f"/{by_path}")
            return None
        if isinstance(computed, FunctionField) and computed.call.name not in GIVE_TEXT:
            fields.report(f"{computed.call.name} is not supported in '{by_path}'", at=f"/{by_path}")
        return Text(computed, by_path)


def _one_of(fields: Fields, name: str, by_path: str) -> bool:
    """True when the path is there, and so the plain field must not be."""
    if name in fields and by_path in fields:
        fields.report(f"Only one of '{name}' and '{by_path}' may be set")
    return by_path in fields


def _setting(fields: Fields, name: str) -> Setting | None:
    by_path = f"{name}Path"
    if not _one_of(fields, name, by_path):
        return None
    path = _path(fields, by_path)
    if path is None:
        fields.report(f"Expected value of type String for field '{by_path}'", at=f"/{by_path}")
    return Setting(path or jsonpath.INPUT, by_path)


def _path(fields: Fields, name: str) -> jsonpath.Path | None:
    """The path of a field: null is None, and an absent one is the whole input."""
    return _read_path(fields, name, jsonpath.parse)


def _reference_path(fields: Fields, name: str) -> jsonpath.Path | None:
    return _read_path(fields, name, jsonpath.parse_reference)


def _read_path(fields: Fields, name: str, parse: Callable[[str], jsonpath.Path]) -> jsonpath.Path | None:
    text = fields.value.get(name, jsonpath.INPUT.source)
    if text is None:
        return None
    try:
        if isinstance(text, str):
            return parse(text)
        fields.report(f"Expected value of type String for field '{name}'", at=f"/{name}")
    except jsonpath.PathSyntaxError as error:
        fields.report(f"The value of the field '{name}' is not a valid path: {error}", at=f"/{name}")
    return jsonpath.INPUT


def _payload(fields: Fields, name: str) -> Template | None:
    """The payload template of a field, None when the field is absent."""
    if name not in fields:
        return None
    value = fields.value[name]
    if not isinstance(value, dict):
        fields.report(f"Expected value of type Object for field '{name}'", at=f"/{name}")
        return None
    try:
        return parse_payload(value)
    except PayloadSyntaxError as error:
        fields.report(str(error), at=f"/{name}")
        return None


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
