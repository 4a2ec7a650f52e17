"""The data flow in JSONata: Arguments in, Output and Assign out, expressions wherever `{% %}` stands.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from coworks.asl import jsonata
from coworks.asl.failures import QUERY_EVALUATION_ERROR, StateFailure
from coworks.asl.fields import JSONATA, MAX_SECONDS
from coworks.asl.flow import Flow
from coworks.asl.outcomes import NOTHING, GoTo
from coworks.asl.templates import Constant, Query, Template, parse_template
from coworks.asl.timestamps import parse_timestamp

if TYPE_CHECKING:
    from coworks.asl.fields import Fields
    from coworks.asl.scope import Scope


@dataclass(frozen=True, slots=True)
class JSONataEntry:
    template: Template | None

    def take(self, scope: Scope) -> Scope:
        return scope

    def arguments(self, scope: Scope) -> Any:
        if self.template is None:
            return scope.input
        return scope.told("afterArguments", self.template.evaluate(scope))


@dataclass(frozen=True, slots=True)
class JSONataExit:
    next: str | None
    output: Template | None
    assign: Template | None

    def leave(self, scope: Scope, result: Any) -> GoTo:
        assigned = self.assign.evaluate(scope) if self.assign else NOTHING
        return GoTo(self.next, self.output.evaluate(scope) if self.output else result, assigned)


@dataclass(frozen=True, slots=True)
class Seconds:
    """A number of whole seconds, from `least` on."""

    query: Query
    least: int

    def evaluate(self, scope: Scope) -> float:
        value: Any = self.query.evaluate(scope)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.query.unexpected("number", value)
        if not (float(value).is_integer() and self.least <= value <= MAX_SECONDS):
            said = f"must be a whole number from {self.least} to {MAX_SECONDS}, but was {value}"
            raise self.query.failure(said)
        return float(value)


@dataclass(frozen=True, slots=True)
class Text:
    query: Query

    def evaluate(self, scope: Scope) -> str:
        value = self.query.evaluate(scope)
        if not isinstance(value, str):
            raise self.query.unexpected("string", value)
        return value


@dataclass(frozen=True, slots=True)
class Moment:
    """The seconds since the epoch of a timestamp."""

    text: Text

    def evaluate(self, scope: Scope) -> float:
        value = self.text.evaluate(scope)
        moment = parse_timestamp(value)
        if moment is None:
            said = f"The Timestamp is not a valid ISO-8601 extended offset date-time format string: {value}"
            raise StateFailure(QUERY_EVALUATION_ERROR, said, location=self.text.query.location)
        return moment


@dataclass(frozen=True, slots=True)
class Condition:
    query: Query

    def evaluate(self, scope: Scope) -> bool:
        value = self.query.evaluate(scope)
        if not isinstance(value, bool):
            raise self.query.unexpected("boolean", value)
        return value


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number, from 0 on."""

    query: Query

    def evaluate(self, scope: Scope) -> int:
        value: Any = self.query.evaluate(scope)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.query.unexpected("number", value)
        if not (float(value).is_integer() and value >= 0):
            raise self.query.failure(f"must be a whole number from 0 on, but was {value}")
        return int(value)


@dataclass(frozen=True, slots=True)
class Number:
    """Any number, or any whole one."""

    query: Query
    whole: bool

    def evaluate(self, scope: Scope) -> float:
        value: Any = self.query.evaluate(scope)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.query.unexpected("number", value)
        if self.whole and not float(value).is_integer():
            raise self.query.failure(f"must be a whole number, but was {value}")
        return int(value) if self.whole else float(value)


@dataclass(frozen=True, slots=True)
class Items:
    """The list of a Map: what `Items` gives, or the input."""

    template: Template | None

    def evaluate(self, scope: Scope) -> list[Any]:
        value = self.template.evaluate(scope) if self.template else scope.input
        if isinstance(value, list):
            return value
        if isinstance(self.template, Query):
            raise self.template.unexpected("array", value)
        shown = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        said = f"Map state input must be an array but was: {shown}"
        raise StateFailure(QUERY_EVALUATION_ERROR, said, placed=True)


class JSONataFlow(Flow):
    """See `Flow`."""

    language: ClassVar[str] = JSONATA

    def entry(self, fields: Fields) -> JSONataEntry:
        return JSONataEntry(_template(fields, "Arguments"))

    def exit(self, fields: Fields, target: str | None) -> JSONataExit:
        return JSONataExit(target, _template(fields, "Output"), _object(fields, "Assign"))

    def rule_exit(self, rule: Fields, state: Fields) -> JSONataExit:
        return self.exit(rule, rule.string("Next", required=True))

    def catch_exit(self, catcher: Fields) -> JSONataExit:
        return self.exit(catcher, catcher.string("Next", required=True))

    def condition(self, rule: Fields) -> Template:
        template = _template(rule, "Condition")
        if isinstance(template, Query):
            return Condition(template)
        if "Condition" not in rule:
            rule.report("The field 'Condition' is required but was missing")
        elif template and not (isinstance(template, Constant) and isinstance(template.value, bool)):
            rule.report("Expected a JSONata expression or Boolean for field 'Condition'", at="/Condition")
        return template or Constant(False)

    def seconds(self, fields: Fields, name: str, *, least: int) -> Template | None:
        template = _query_or_constant(fields, name, int)
        if isinstance(template, Query):
            return Seconds(template, least)
        if template and not least <= template.value <= MAX_SECONDS:
            fields.report(
                f"Expected a number from {least} to {MAX_SECONDS} for field '{name}'", at=f"/{name}"
            )
        return template

    def moment(self, fields: Fields, name: str) -> Template | None:
        template = _query_or_constant(fields, name, str)
        if isinstance(template, Query):
            return Moment(Text(template))
        if template is None:
            return None
        moment = parse_timestamp(template.value)
        if moment is None:
            fields.report("String does not match RFC3339 timestamp", at=f"/{name}")
        return Constant(moment)

    def count(self, fields: Fields, name: str) -> Template | None:
        template = _query_or_constant(fields, name, int)
        if isinstance(template, Query):
            return Count(template)
        if template and template.value < 0:
            fields.report(f"Expected a number from 0 on for field '{name}'", at=f"/{name}")
        return template

    def number(self, fields: Fields, name: str, *, whole: bool) -> Template | None:
        template = _query_or_constant(
            fields, name, int if whole or type(fields.value.get(name)) is int else float
        )
        if isinstance(template, Query):
            return Number(template, whole)
        if template and template.value < 0:
            fields.report(f"Expected a number from 0 on for field '{name}'", at=f"/{name}")
        return template

    def payload(self, fields: Fields, name: str) -> Template | None:
        return _template(fields, name)

    def items(self, fields: Fields) -> Template:
        template = _template(fields, "Items")
        is_list = isinstance(fields.value.get("Items", []), list)
        if template and not is_list and not isinstance(template, Query):
            fields.report("Expected a JSONata expression or Array for field 'Items'", at="/Items")
        return Items(template)

    def selector(self, fields: Fields) -> Template | None:
        return _template(fields, "ItemSelector")

    def text(self, fields: Fields, name: str) -> Template | None:
        template = _query_or_constant(fields, name, str)
        return Text(template) if isinstance(template, Query) else template


def _template(fields: Fields, name: str) -> Template | None:
    """The template of a field, None when the field is absent."""
    if name not in fields:
        return None
    try:
        return parse_template(fields.value[name], name)
    except jsonata.ExpressionSyntaxError as error:
        fields.report(f"{error.message} (at character {error.position + 1})", at=f"/{name}")
        return None


def _object(fields: Fields, name: str) -> Template | None:
    if name in fields and not isinstance(fields.value[name], dict):
        fields.report(f"Expected value of type Object for field '{name}'", at=f"/{name}")
        return None
    return _template(fields, name)


_KINDS = {int: "Integer", float: "Number", str: "String"}


def _query_or_constant(fields: Fields, name: str, kind: type) -> Query | Constant | None:
    """A field that holds an expression, or a constant of this type."""
    template = _template(fields, name)
    if template is None or isinstance(template, Query):
        return template
    if isinstance(template, Constant) and type(template.value) is kind:
        return template
    fields.report(f"Expected a JSONata expression or {_KINDS[kind]} for field '{name}'", at=f"/{name}")
    return None
