"""Templates: values with expressions somewhere in them, and what they say when one fails."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.asl import Scope, StateFailure
from coworks.asl.jsonata import ExpressionSyntaxError, is_expression
from coworks.asl.templates import Constant, Query, kind_of, parse_template

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def scope(given: Any = None, **variables: Any) -> Scope:
    return Scope(given, variables, {}, 0.0)


def failure_of(template: Any, seen: Scope) -> StateFailure:
    with pytest.raises(StateFailure) as caught:
        parse_template(template, "Output").evaluate(seen)
    return caught.value


def test_expressions_are_replaced_wherever_they_stand_and_nothing_else_is() -> None:
    template = {"a": ["{% $x %}", 1, {"b": "{% $states.input.y %}"}], "c": "$x", "{% $x %}": None}
    assert parse_template(template, "Output").evaluate(scope({"y": [2]}, x="é")) == {
        "a": ["é", 1, {"b": [2]}],
        "c": "$x",
        "{% $x %}": None,
    }


@given(JSON)
def test_a_value_without_expressions_is_a_constant(value: Any) -> None:
    def has_expression(part: Any) -> bool:
        if isinstance(part, dict):
            part = list(part.values())
        return any(map(has_expression, part)) if isinstance(part, list) else is_expression(part)

    template = parse_template(value, "Output")
    assert isinstance(template, Constant) is not has_expression(value)
    if isinstance(template, Constant):
        assert template.evaluate(scope()) == value


@given(JSON.filter(lambda value: value is not None))
def test_a_value_goes_through_an_expression_unchanged(value: Any) -> None:
    assert parse_template("{% $states.input %}", "Output").evaluate(scope({"v": value})) == {"v": value}


@pytest.mark.parametrize("text", ["{%", "%}", "{%}", "a {% $x %}", "{% $x %} ", "{$x}", ""])
def test_a_text_that_is_no_expression_as_a_whole_stays_as_it_is(text: str) -> None:
    assert parse_template(text, "Output") == Constant(text)


def test_null_is_a_result() -> None:
    assert parse_template("{% $x %}", "Output").evaluate(scope(x=None)) is None
    assert parse_template(["{% null %}"], "Output").evaluate(scope()) == [None]


def test_nothing_is_no_result() -> None:
    met = failure_of({"deep": [1, "{% $states.input.nope %}"]}, scope({}))
    assert (met.error, met.location) == ("States.QueryEvaluationError", "Output/deep[1]")
    assert met.cause == (
        "The JSONata expression '$states.input.nope' specified for the field 'Output/deep[1]'"
        " returned nothing (undefined)."
    )


def test_a_failing_expression_says_where_it_stands_and_what_jsonata_says() -> None:
    met = failure_of({"n": "{% 1 + 'a' %}"}, scope())
    assert met.cause == (
        "The JSONata expression '1 + 'a'' specified for the field 'Output/n' threw an error during"
        ' evaluation. The right side of the "+" operator must evaluate to a number'
    )


def test_a_result_of_the_wrong_kind_is_shown() -> None:
    query = parse_template("{% $x %}", "Seconds")
    assert isinstance(query, Query)
    assert query.unexpected("number", {"ü": [1]}).cause == (
        "The JSONata expression '$x' specified for the field 'Seconds' returned an unexpected result type."
        " Expected 'number', but was 'object' for value: {\"ü\":[1]}"
    )


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (1, "number"),
        (1.5, "number"),
        (True, "boolean"),
        ("", "string"),
        ([], "array"),
        ({}, "object"),
        (None, "null"),
    ],
)
def test_kinds_have_the_names_of_json(value: object, kind: str) -> None:
    assert kind_of(value) == kind


def test_an_expression_that_does_not_parse_says_where() -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        parse_template(["{% $x + %}"], "Output")
    assert caught.value.position == 4


def test_the_result_and_the_error_are_seen_only_when_there_is_one() -> None:
    assert "result" not in scope().bindings()["states"]
    assert scope().with_result(None).bindings()["states"]["result"] is None
    assert scope().with_error({"Error": "E"}).bindings()["states"]["errorOutput"] == {"Error": "E"}


def test_a_variable_cannot_hide_what_the_state_sees() -> None:
    assert scope("in", states="mine").bindings()["states"] == {"input": "in", "context": {}}
