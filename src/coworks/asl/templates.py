"""JSONata templates: values with expressions somewhere in them, parsed once, evaluated at every visit.

`{"url": "{% $data.url %}", "tries": 3}` is a template: strings that are an expression as a whole are
replaced by its result, everything else stays as it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from coworks.asl import jsonata
from coworks.asl.failures import QUERY_EVALUATION_ERROR, StateFailure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.asl.scope import Scope


class Template(Protocol):
    """A value that is known once a scope is."""

    def evaluate(self, scope: Scope) -> Any:
        """The value. Raises `StateFailure` with States.QueryEvaluationError when an expression fails."""


@dataclass(frozen=True, slots=True)
class Constant:
    value: Any

    def evaluate(self, scope: Scope) -> Any:
        return self.value


@dataclass(frozen=True, slots=True)
class Query:
    """One expression, and the field where it stands, for the error's text."""

    expression: jsonata.Expression
    location: str

    def evaluate(self, scope: Scope) -> Any:
        try:
            return self.expression.evaluate(scope.bindings(self.expression.reads), now=scope.now)
        except jsonata.UndefinedResultError as error:
            raise self.failure(f"{error}.") from None
        except jsonata.EvaluationError as error:
            raise self.failure(f"threw an error during evaluation. {error}") from None

    def failure(self, what: str) -> StateFailure:
        said = f"The JSONata expression '{self.expression.source}' specified for the field '{self.location}'"
        return StateFailure(QUERY_EVALUATION_ERROR, f"{said} {what}", location=self.location)

    def unexpected(self, wanted: str, value: Any) -> StateFailure:
        shown = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        return self.failure(
            f"returned an unexpected result type. Expected '{wanted}', but was '{kind_of(value)}'"
            f" for value: {shown}"
        )


@dataclass(frozen=True, slots=True)
class ListTemplate:
    items: tuple[Template, ...]

    def evaluate(self, scope: Scope) -> list[Any]:
        return [item.evaluate(scope) for item in self.items]


@dataclass(frozen=True, slots=True)
class ObjectTemplate:
    fields: Mapping[str, Template]

    def evaluate(self, scope: Scope) -> dict[str, Any]:
        return {name: field.evaluate(scope) for name, field in self.fields.items()}


def parse_template(value: Any, location: str) -> Template:
    """The template of a JSON value that stands in the field `location`.

    Raises `jsonata.ExpressionSyntaxError` for an expression that does not parse.
    """
    if jsonata.is_expression(value):
        return Query(jsonata.parse(jsonata.inside(value)), location)
    if isinstance(value, dict):
        return object_template(
            {name: parse_template(field, f"{location}/{name}") for name, field in value.items()}, value
        )
    if isinstance(value, list):
        return list_template(
            tuple(parse_template(item, f"{location}[{i}]") for i, item in enumerate(value)), value
        )
    return Constant(value)


def object_template(fields: dict[str, Template], value: dict[str, Any]) -> Template:
    constant = all(isinstance(field, Constant) for field in fields.values())
    return Constant(value) if constant else ObjectTemplate(fields)


def list_template(items: tuple[Template, ...], value: list[Any]) -> Template:
    constant = all(isinstance(item, Constant) for item in items)
    return Constant(value) if constant else ListTemplate(items)


_KIND_OF_JSON = {
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}


def kind_of(value: Any) -> str:
    """JSON's word for the type of a value: "number", "object", ..."""
    return _KIND_OF_JSON[type(value)]
