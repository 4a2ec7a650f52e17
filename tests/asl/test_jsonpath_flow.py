"""The data flow in JSONPath: what goes in, what comes out, what is assigned, and what is told on failure."""

from __future__ import annotations

from typing import Any

import pytest

from coworks.asl import Call, Fail, GoTo, InvalidDefinitionError, Scope, Sleep, StateFailure, parse_machine
from coworks.asl.states import State

NOW = 1_800_000_000.0
END = {"Type": "Pass", "End": True}


def machine(**fields: Any) -> dict[str, Any]:
    """A machine of one state of these fields, which may lead to "Other"."""
    way = (
        {}
        if {"Next", "End", "Choices"} & fields.keys() or fields["Type"] in {"Fail", "Succeed"}
        else {"End": True}
    )
    start = {
        "Type": "Choice",
        "Choices": [{"Variable": "$", "IsNull": True, "Next": "It"}],
        "Default": "Other",
    }
    return {"StartAt": "Start", "States": {"Start": start, "It": {**fields, **way}, "Other": END}}


def state(**fields: Any) -> State:
    return parse_machine(machine(**fields)).states["It"]


def scope(given: Any = None, **variables: Any) -> Scope:
    return Scope(given, variables, {"State": {"Name": "It"}}, NOW)


def failure_of(it: State, seen: Scope) -> tuple[str | None, str | None]:
    with pytest.raises(StateFailure) as caught:
        it.enter(seen)
    assert caught.value.placed
    assert caught.value.location is None
    return caught.value.error, caught.value.cause


def passed(given: Any, **fields: Any) -> Any:
    outcome = state(Type="Pass", **fields).enter(scope(given, v={"w": 9}))
    assert isinstance(outcome, GoTo)
    return outcome.output


# Pass: input, parameters, result, output


def test_a_pass_gives_its_input_on() -> None:
    assert passed({"a": 1}) == {"a": 1}


@pytest.mark.parametrize(
    ("fields", "output"),
    [
        ({"InputPath": "$.a"}, {"b": 1}),
        ({"InputPath": None}, {}),
        ({"InputPath": "$v.w"}, 9),
        ({"InputPath": "$$.State"}, {"Name": "It"}),
        (
            {"Parameters": {"x.$": "$.a.b", "y": ["$", {"z.$": "States.Array($v)"}]}},
            {"x": 1, "y": ["$", {"z": [{"w": 9}]}]},
        ),
        ({"InputPath": "$.a", "Parameters": {"x.$": "$.b"}}, {"x": 1}),
        ({"Result": {"x.$": "$.a"}}, {"x.$": "$.a"}),
        ({"Result": None, "InputPath": "$.no"}, None),
        ({"Result": 2, "ResultPath": "$.c.d"}, {"a": {"b": 1}, "c": {"d": 2}}),
        ({"Result": 2, "ResultPath": None}, {"a": {"b": 1}}),
        ({"InputPath": "$.a", "ResultPath": "$.c"}, {"a": {"b": 1}, "c": {"b": 1}}),
        ({"Result": 2, "ResultPath": "$.a.c", "OutputPath": "$.a"}, {"b": 1, "c": 2}),
        ({"OutputPath": None}, {}),
        ({"OutputPath": "$v"}, {"w": 9}),
        ({"OutputPath": "$.a[*]"}, [1]),
    ],
)
def test_a_pass_forms_its_output(fields: dict[str, Any], output: object) -> None:
    assert passed({"a": {"b": 1}}, **fields) == output


def test_variables_are_assigned_from_the_result_and_have_their_old_values_meanwhile() -> None:
    it = state(
        Type="Pass",
        Result={"r": 1},
        Assign={"v": 2, "w.$": "$.r", "x": {"y.$": "$v"}},
        ResultPath="$.in",
        OutputPath="$v",
    )
    assert it.enter(scope({}, v="old")) == GoTo(None, "old", {"v": 2, "w": 1, "x": {"y": "old"}})


@pytest.mark.parametrize(
    ("fields", "error", "cause"),
    [
        ({"InputPath": "$.no"}, "States.Runtime", "Invalid path '$.no' : No results for path: $['no']"),
        (
            {"OutputPath": "$.no.x"},
            "States.Runtime",
            "Invalid path '$.no.x' : Missing property in path $['no']",
        ),
        (
            {"Parameters": {"a": {"x.$": "$.no"}}},
            "States.Runtime",
            "The JSONPath '$.no' specified for the field 'x.$' could not be found in the input"
            """ '{"a":"é"}'""",
        ),
        (
            {"Parameters": {"x.$": "$no.y"}},
            "States.Runtime",
            "The JSONPath '$no.y' specified for the field 'x.$' could not be found in the input '{}'",
        ),
        (
            {"Parameters": {"x.$": "States.MathAdd($.a, 1)"}},
            "States.IntrinsicFailure",
            "The function 'States.MathAdd($.a, 1)' had the following error: a number was expected, not \"é\"",
        ),
        (
            {"Assign": {"x.$": "States.Array($.no)"}},
            "States.Runtime",
            "The function 'States.Array($.no)' had the following error: The JsonPath argument for the field"
            """ '$.no' could not be found in the input '{"a":"é"}'""",
        ),
        (
            {"ResultPath": "$.a.b"},
            "States.ReferencePathConflict",
            'Unable to apply ReferencePath $.a.b to input {"a":"é"}',
        ),
    ],
)
def test_what_cannot_be_found_or_put_fails_as_on_aws(fields: dict[str, Any], error: str, cause: str) -> None:
    assert failure_of(state(Type="Pass", **fields), scope({"a": "é"})) == (error, cause)


# Task


def test_a_task_calls_with_its_parameters_and_times() -> None:
    it = state(
        Type="Task",
        Resource="r",
        InputPath="$.a",
        Parameters={"x.$": "$.b"},
        TimeoutSecondsPath="$.t",
        HeartbeatSecondsPath="$v",
    )
    assert it.enter(scope({"a": {"b": 1, "t": 30}}, v=5)) == Call("r", {"x": 1}, 30.0, 5.0)


def test_the_answer_of_a_task_is_selected_assigned_put_and_shown() -> None:
    it = state(
        Type="Task",
        Resource="r",
        ResultSelector={"n.$": "$.Payload.n", "me.$": "$$.State.Name"},
        Assign={"n.$": "$.n"},
        ResultPath="$.answer",
        OutputPath="$.answer",
    )
    seen = scope({"in": 1}).with_result({"Payload": {"n": 7}})
    assert it.succeed(seen) == GoTo(None, {"n": 7, "me": "It"}, {"n": 7})


def test_a_catcher_puts_the_error_into_the_input_as_it_came() -> None:
    catch = {"ErrorEquals": ["E"], "Next": "Other", "ResultPath": "$.why", "Assign": {"e.$": "$.Error"}}
    it = state(Type="Task", Resource="r", InputPath="$.a", OutputPath="$.no", Catch=[catch])
    met = StateFailure("E", "c")
    told = {"Error": "E", "Cause": "c"}
    assert it.recover(scope({"a": 1}), met, {}) == GoTo("Other", {"a": 1, "why": told}, {"e": "E"})
    plain = state(Type="Task", Resource="r", Catch=[{"ErrorEquals": ["E"], "Next": "Other"}])
    assert plain.recover(scope({"a": 1}), met, {}) == GoTo("Other", told, {})


# Choice, Succeed, Fail


def test_a_choice_sees_and_gives_what_its_paths_let_through() -> None:
    rule = {"Variable": "$.b", "NumericEquals": 1, "Next": "Other", "Assign": {"x.$": "$.b"}}
    it = state(
        Type="Choice", InputPath="$.a", OutputPath="$.b", Choices=[rule], Default="Other", Assign={"d": 0}
    )
    assert it.enter(scope({"a": {"b": 1}})) == GoTo("Other", 1, {"x": 1})
    assert it.enter(scope({"a": {"b": 2}})) == GoTo("Other", 2, {"d": 0})


def test_a_succeed_gives_what_its_paths_let_through() -> None:
    assert state(Type="Succeed", InputPath="$.a", OutputPath="$.b").enter(scope({"a": {"b": 1}})) == GoTo(
        None, 1
    )


def test_a_fail_tells_what_its_paths_name() -> None:
    it = state(Type="Fail", ErrorPath="$.e", CausePath="States.Format('{} {}', $v, $$.State.Name)")
    assert it.enter(scope({"e": "E"}, v="no")) == Fail("E", "no It")
    assert state(Type="Fail", Error="", Cause="c").enter(scope()) == Fail("", "c")
    assert failure_of(it, scope({"e": 1}, v=1))[1] == (
        'The ErrorPath field refers to value "1" which is not a valid string'
    )


# Wait


def test_a_wait_lasts_as_its_path_says() -> None:
    assert state(Type="Wait", SecondsPath="$.s").enter(scope({"s": 60})) == Sleep(NOW + 60)
    it = state(Type="Wait", InputPath="$.a", TimestampPath="$.at", OutputPath="$.at")
    seen = scope({"a": {"at": "1970-01-01T00:00:00Z"}})
    assert it.enter(seen) == Sleep(0)
    assert it.wake(seen) == GoTo(None, "1970-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("fields", "value", "cause"),
    [
        ({"SecondsPath": "$.s"}, -1, "The SecondsPath parameter references a negative value: $.s == -1"),
        ({"SecondsPath": "$.s"}, "1", "The SecondsPath parameter cannot be parsed as a long value: $.s == 1"),
        (
            {"SecondsPath": "$.s"},
            True,
            "The SecondsPath parameter cannot be parsed as a long value: $.s == true",
        ),
        ({"SecondsPath": "$.no"}, 1, "The SecondsPath parameter does not reference an input value: $.no"),
        (
            {"TimestampPath": "$.s"},
            "soon",
            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format"
            " string: $.s == soon",
        ),
        (
            {"SecondsPath": "$.s"},
            10**8,
            "The SecondsPath parameter must be from 0 to 99999999: $.s == 100000000",
        ),
    ],
)
def test_a_wait_refuses_what_is_no_time(fields: dict[str, str], value: object, cause: str) -> None:
    assert failure_of(state(Type="Wait", **fields), scope({"s": value})) == ("States.Runtime", cause)


# Definitions


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"Type": "Pass", "InputPath": "a"}, "/InputPath"),
        ({"Type": "Pass", "InputPath": 7}, "/InputPath"),
        ({"Type": "Pass", "ResultPath": "$.a[*]"}, "/ResultPath"),
        ({"Type": "Pass", "ResultPath": "$$.a"}, "/ResultPath"),
        ({"Type": "Pass", "Parameters": {"a.$": "b"}}, "/Parameters"),
        ({"Type": "Pass", "Parameters": {"a.$": 1}}, "/Parameters"),
        ({"Type": "Pass", "Assign": {"a.$": "States.Nope()"}}, "/Assign"),
        ({"Type": "Pass", "Assign": []}, "/Assign"),
        ({"Type": "Pass", "Parameters": "$"}, "/Parameters"),
        ({"Type": "Pass", "Output": 1}, "/Output"),
        ({"Type": "Pass", "Arguments": 1}, "/Arguments"),
        ({"Type": "Wait", "Seconds": "1"}, "/Seconds"),
        ({"Type": "Wait", "Seconds": "{% 1 %}"}, "/Seconds"),
        ({"Type": "Wait", "SecondsPath": None}, "/SecondsPath"),
        ({"Type": "Wait", "Timestamp": "{% $at %}"}, "/Timestamp"),
        ({"Type": "Wait", "Seconds": 1, "TimestampPath": "$"}, ""),
        ({"Type": "Task", "Resource": "r", "TimeoutSeconds": 1, "TimeoutSecondsPath": "$"}, ""),
        ({"Type": "Task", "Resource": "r", "TimeoutSeconds": 0}, "/TimeoutSeconds"),
        ({"Type": "Task", "Resource": "r", "Arguments": {}}, "/Arguments"),
        ({"Type": "Succeed", "Parameters": {}}, "/Parameters"),
        ({"Type": "Fail", "Error": 1}, "/Error"),
        ({"Type": "Fail", "CausePath": "States.Array()"}, "/CausePath"),
        ({"Type": "Fail", "ErrorPath": "E"}, "/ErrorPath"),
        (
            {"Type": "Choice", "Default": "Other", "Choices": [{"Condition": True, "Next": "Other"}]},
            "/Choices[0]/Condition",
        ),
        (
            {"Type": "Choice", "Default": "Other", "Choices": [{"Variable": "$", "IsNull": True}]},
            "/Choices[0]",
        ),
    ],
)
def test_a_mistake_in_a_jsonpath_state_is_told_with_its_place(fields: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        parse_machine(machine(**fields))
    assert f"/States/It{place}" in [one.location for one in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("language", "field"), [("JSONata", "InputPath"), ("JSONata", "Parameters"), ("JSONPath", "Output")]
)
def test_the_fields_of_the_other_language_are_refused_as_such(language: str, field: str) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        parse_machine(machine(Type="Pass", QueryLanguage=language, **{field: "$"}))
    assert [str(one) for one in caught.value.diagnostics] == [
        f"SCHEMA_VALIDATION_FAILED: Field '{field}' is not supported when QueryLanguage is {language}"
        f" at /States/It/{field}"
    ]
