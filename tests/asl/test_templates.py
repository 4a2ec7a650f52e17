"""Templates: values with expressions somewhere in them, and what they say when one fails."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.asl import Scope, StateFailure
from coworks.asl.jsonata import ExpressionSyntaxError, is_expression, parse
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
    whole = parse("$states").reads
    assert "result" not in scope().bindings(whole)["states"]
    assert scope().with_result(None).bindings(whole)["states"]["result"] is None
    assert scope().with_error({"Error": "E"}).bindings(whole)["states"]["errorOutput"] == {"Error": "E"}


def test_a_variable_cannot_hide_what_the_state_sees() -> None:
    bound = scope("in", states="mine").bindings(parse("$states").reads)
    assert bound == {"states": {"input": "in", "context": {}}}


def test_an_expression_is_given_what_it_reads_and_no_more() -> None:
    seen = scope("in", read=1, unread=2).with_result("out")
    assert seen.bindings(parse("$read + 1").reads) == {"read": 1}
    assert seen.bindings(parse("$states.input & $none").reads) == {"states": {"input": "in"}}
    assert scope(round=1, सूची=2).bindings(parse("$round+$सूची*2").reads) == {"round": 1, "सूची": 2}
    assert seen.bindings(parse("$exists($states)").reads) == {"states": {}}


def test_the_context_object_is_made_for_those_who_ask() -> None:
    made = Scope("in", {}, lambda: {"State": {"Name": "It"}}, 0.0)
    assert made.bindings(parse("$states.context").reads) == {"states": {"context": {"State": {"Name": "It"}}}}
    refused = Scope("in", {}, lambda: pytest.fail("nobody asked"), 0.0)
    assert refused.bindings(parse("$states.input").reads) == {"states": {"input": "in"}}


def test_a_variable_hides_a_function_of_its_name() -> None:
    assert parse_template("{% $round & $sum %}", "Output").evaluate(scope(round="a", sum="b")) == "ab"
