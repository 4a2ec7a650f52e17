"""Definitions: each mistake is listed with its place, all at once; what we accept, statelint accepts."""

from __future__ import annotations

from typing import Any

import pytest
from statelint.linter import Linter

from coworks.asl import InvalidDefinitionError, parse_machine
from coworks.asl.states import Pass, Wait

SCHEMA = "SCHEMA_VALIDATION_FAILED"
TARGET = "MISSING_TRANSITION_TARGET"


def definition(states: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(states), "A"), "States": states, **fields}


def mistakes(of: dict[str, Any]) -> list[tuple[str, str]]:
    """The codes and places of what is wrong with a definition."""
    with pytest.raises(InvalidDefinitionError) as caught:
        parse_machine(of)
    return [(one.code, one.location) for one in caught.value.diagnostics]


END = {"Type": "Pass", "End": True}
WHOLE = definition(
    {
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": "f", "Payload": "{% $states.input %}"},
            "TimeoutSeconds": 30,
            "HeartbeatSeconds": 10,
            "Retry": [
                {
                    "ErrorEquals": ["Busy"],
                    "IntervalSeconds": 2,
                    "MaxAttempts": 5,
                    "BackoffRate": 1.5,
                    "MaxDelaySeconds": 60,
                    "JitterStrategy": "FULL",
                },
                {"ErrorEquals": ["States.ALL"]},
            ],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Sorry", "Assign": {"a": 1}, "Output": {}}],
            "Output": "{% $states.result.Payload %}",
            "Next": "Which",
        },
        "Which": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $a = 1 %}", "Next": "Rest", "Assign": {"b": 2}, "Output": "x"}],
            "Default": "Until",
        },
        "Rest": {"Type": "Wait", "Seconds": 60, "Next": "Done"},
        "Until": {"Type": "Wait", "Timestamp": "2026-11-24T06:09:02Z", "Next": "Done"},
        "Sorry": {"Type": "Fail", "Error": "{% 'E' %}", "Cause": "because"},
        "Done": {"Type": "Succeed", "Output": {"é": "{% $a %}"}},
    },
    Comment="all that there is",
    TimeoutSeconds=3600,
    Version="1.0",
)


def test_a_machine_is_read_whole() -> None:
    machine = parse_machine(WHOLE)
    assert (machine.start_at, machine.timeout, list(machine.states)) == ("Ask", 3600, list(WHOLE["States"]))
    assert isinstance(machine.states["Rest"], Wait)


def test_statelint_accepts_what_we_accept() -> None:
    # It knows JSONata, but for a Wait whose Seconds are an expression, which AWS takes.
    assert Linter.validate(WHOLE) == []


def test_a_state_may_set_its_own_query_language() -> None:
    of = {"StartAt": "A", "States": {"A": {**END, "QueryLanguage": "JSONata"}}}
    assert isinstance(parse_machine(of).states["A"], Pass)


def test_without_a_query_language_it_is_jsonpath() -> None:
    path_only = {"Type": "Pass", "InputPath": "$.a", "End": True}
    parse_machine({"StartAt": "A", "States": {"A": path_only}})
    of = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Output": 1, "End": True}}}
    assert mistakes(of) == [(SCHEMA, "/States/A/Output")]


def test_a_jsonata_machine_has_no_jsonpath_state() -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        parse_machine(definition({"A": {**END, "QueryLanguage": "JSONPath"}}))
    assert caught.value.message == (
        "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath'"
        " if set to 'JSONata' for whole state machine at /States/A'"
    )


@pytest.mark.parametrize("language", ["XPath", None, ["JSONata"], 7])
def test_another_query_language_is_refused(language: object) -> None:
    assert mistakes(definition({"A": END}, QueryLanguage=language)) == [(SCHEMA, "/QueryLanguage")]


def test_all_mistakes_are_listed_at_once() -> None:
    of = definition(
        {
            "One": {"Type": "Pass", "Next": "Gone", "Colour": "red"},
            "Two": {"Type": "Wait", "End": True},
            "Three": {"Type": "Task", "End": True, "Retry": [{"ErrorEquals": []}]},
        },
        TimeoutSeconds=0,
        Author="me",
    )
    assert mistakes(of) == [
        (SCHEMA, "/Author"),
        (SCHEMA, "/States/One/Colour"),
        (SCHEMA, "/States/Two"),
        (SCHEMA, "/States/Three"),
        (SCHEMA, "/States/Three/Retry[0]/ErrorEquals"),
        (SCHEMA, "/TimeoutSeconds"),
        (TARGET, "/States/One"),
        (TARGET, "/States/Two"),
        (TARGET, "/States/Three"),
    ]


def test_the_message_reads_as_awss() -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        parse_machine(definition({"A": {"Type": "Pass", "Next": "B"}}))
    assert caught.value.message == (
        "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A'"
    )


@pytest.mark.parametrize("states", [None, [], {}, "A"])
def test_a_machine_without_states_is_refused(states: object) -> None:
    assert (SCHEMA, "") in mistakes({"QueryLanguage": "JSONata", "StartAt": "A", "States": states})


@pytest.mark.parametrize("start", ["B", 7, "", None])
def test_a_machine_must_start_somewhere(start: object) -> None:
    assert any(place == "/StartAt" for _, place in mistakes(definition({"A": END}, StartAt=start)))


@pytest.mark.parametrize(
    ("state", "place"),
    [
        (7, ""),
        ({}, ""),
        ({"Type": "Nap"}, "/Type"),
        ({"Type": "Pass"}, ""),
        ({"Type": "Pass", "Next": "A", "End": True}, ""),
        ({"Type": "Pass", "Next": "A", "End": "yes"}, "/End"),
        ({"Type": "Pass", "End": True, "Next": 7}, "/Next"),
        ({"Type": "Pass", "End": True, "Output": "{% 1 + %}"}, "/Output"),
        ({"Type": "Pass", "End": True, "Assign": "{% $x %}"}, "/Assign"),
        ({"Type": "Pass", "End": True, "ResultPath": "$"}, "/ResultPath"),
        ({"Type": "Succeed", "End": True}, "/End"),
        ({"Type": "Fail", "Error": 7}, "/Error"),
        ({"Type": "Fail", "Cause": {"a": "{% $x %}"}}, "/Cause"),
        ({"Type": "Wait", "End": True, "Seconds": 1, "Timestamp": "2026-11-24T06:09:02Z"}, ""),
        ({"Type": "Wait", "End": True, "Seconds": -1}, "/Seconds"),
        ({"Type": "Wait", "End": True, "Seconds": True}, "/Seconds"),
        ({"Type": "Wait", "End": True, "Timestamp": "tomorrow"}, "/Timestamp"),
        ({"Type": "Task", "End": True}, ""),
        ({"Type": "Task", "End": True, "Resource": "r", "TimeoutSeconds": 0}, "/TimeoutSeconds"),
        ({"Type": "Task", "End": True, "Resource": "r", "HeartbeatSeconds": "9"}, "/HeartbeatSeconds"),
        ({"Type": "Task", "End": True, "Resource": "r", "Retry": {}}, "/Retry"),
        ({"Type": "Task", "End": True, "Resource": "r", "Retry": [7]}, "/Retry[0]"),
        ({"Type": "Task", "End": True, "Resource": "r", "Catch": [{"ErrorEquals": ["E"]}]}, "/Catch[0]"),
        ({"Type": "Choice", "Choices": []}, ""),
        ({"Type": "Choice", "Choices": [{"Condition": True}]}, "/Choices[0]"),
        ({"Type": "Choice", "Choices": [{"Next": "A"}]}, "/Choices[0]"),
        ({"Type": "Choice", "Choices": [{"Next": "A", "Condition": 1}]}, "/Choices[0]/Condition"),
        ({"Type": "Choice", "Choices": [{"Next": "A", "Condition": "{% ( %}"}]}, "/Choices[0]/Condition"),
    ],
)
def test_a_mistake_in_a_state_is_told_with_its_place(state: object, place: str) -> None:
    assert mistakes(definition({"A": state})) == [(SCHEMA, f"/States/A{place}")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("IntervalSeconds", 0),
        ("MaxAttempts", -1),
        ("MaxAttempts", "3"),
        ("BackoffRate", 0.5),
        ("MaxDelaySeconds", 0),
        ("JitterStrategy", "SOME"),
        ("ErrorEquals", "States.ALL"),
        ("ErrorEquals", [7]),
        ("Delay", 1),
    ],
)
def test_a_mistake_in_a_retrier_is_told_with_its_place(field: str, value: object) -> None:
    retry = [{"ErrorEquals": ["A"]}, {"ErrorEquals": ["B"], field: value}]
    task = {"Type": "Task", "Resource": "r", "Retry": retry, "End": True}
    assert mistakes(definition({"A": task})) == [(SCHEMA, f"/States/A/Retry[1]/{field}")]


@pytest.mark.parametrize(
    ("errors", "index"),
    [
        ([["States.ALL"], ["A"]], 0),
        ([["A"], ["A", "States.ALL"]], 1),
        ([["States.ALL"], ["States.ALL"]], 0),
    ],
)
def test_the_name_for_all_errors_stands_alone_and_last(errors: list[list[str]], index: int) -> None:
    task = {"Type": "Task", "Resource": "r", "End": True}
    retry = [{"ErrorEquals": names} for names in errors]
    catch = [{"ErrorEquals": names, "Next": "B"} for names in errors]
    states = {"A": {**task, "Retry": retry, "Catch": catch}, "B": {"Type": "Succeed"}}
    assert mistakes(definition(states)) == [
        (SCHEMA, f"/States/A/Retry[{index}]"),
        (SCHEMA, f"/States/A/Catch[{index}]"),
    ]


def test_a_state_that_nothing_leads_to_is_refused() -> None:
    assert mistakes(definition({"A": END, "B": {"Type": "Pass", "Next": "B"}})) == [(TARGET, "/States/B")]


def test_states_that_only_lead_to_each_other_cannot_be_reached() -> None:
    states = {"A": END, "B": {"Type": "Pass", "Next": "C"}, "C": {"Type": "Pass", "Next": "B"}}
    assert mistakes(definition(states)) == [(TARGET, "/States/B"), (TARGET, "/States/C")]


def test_a_state_that_cannot_be_read_does_not_make_others_unreachable() -> None:
    assert mistakes(definition({"A": {"Type": "Nap", "Next": "B"}, "B": END})) == [(SCHEMA, "/States/A/Type")]


def test_a_name_has_eighty_characters_at_most() -> None:
    parse_machine(definition({"é" * 80: END}))
    assert mistakes(definition({"é" * 81: END})) == [(SCHEMA, f"/States/{'é' * 81}")]


PATHS = {
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "InputPath": "$.order",
            "Parameters": {"FunctionName": "f", "Payload.$": "$", "id.$": "States.UUID()"},
            "ResultSelector": {"all.$": "$.Payload"},
            "ResultPath": "$.answer",
            "OutputPath": "$",
            "TimeoutSecondsPath": "$.limit",
            "HeartbeatSecondsPath": "$.beat",
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Sorry"}],
            "Next": "Which",
        },
        "Which": {
            "Type": "Choice",
            "Choices": [
                {
                    "And": [
                        {"Variable": "$.n", "NumericGreaterThanEquals": 1},
                        {"Not": {"Variable": "$.s", "StringMatches": "a*"}},
                    ],
                    "Next": "Until",
                },
            ],
            "Default": "Rest",
        },
        "Rest": {"Type": "Wait", "SecondsPath": "$.n", "Next": "Made"},
        "Until": {"Type": "Wait", "TimestampPath": "$.at", "Next": "Made"},
        "Made": {"Type": "Pass", "Result": {"a": 1}, "ResultPath": "$.made", "Next": "Done"},
        "Sorry": {"Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "States.JsonToString($)"},
        "Done": {"Type": "Succeed", "InputPath": "$.made", "OutputPath": "$"},
    },
}


def test_statelint_accepts_what_we_accept_in_jsonpath() -> None:
    parse_machine(PATHS)
    assert Linter.validate(PATHS) == []


def assigning(*names: str, kind: str = "Pass", **fields: Any) -> dict[str, Any]:
    return {"Type": kind, "Assign": dict.fromkeys(names, 1), "End": True, **fields}


def around(name: str, inside: dict[str, Any], mode: str = "INLINE") -> dict[str, Any]:
    """A machine that assigns a variable, and then maps over its input with this state."""
    config = {"Mode": mode, **({"ExecutionType": "STANDARD"} if mode == "DISTRIBUTED" else {})}
    processor = {"ProcessorConfig": config, "StartAt": "In", "States": {"In": inside}}
    each = {"Type": "Map", "ItemProcessor": processor, "End": True}
    states = {"Out": {"Type": "Pass", "Assign": {f"{name}.$": "$"}, "Next": "Each"}, "Each": each}
    return {"StartAt": "Out", "States": states}


def test_a_variable_of_an_outer_scope_is_not_assigned_inside() -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        parse_machine(around("x", assigning("x", "y")))
    (found,) = caught.value.diagnostics
    assert found.location == "/States/Each/ItemProcessor/States/In/Assign"
    assert found.message == "Variable 'x' cannot be assigned here: it is assigned in an outer scope"


def test_a_catcher_inside_does_not_assign_one_either() -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Assign": {"x": 1}, "Next": "In"}]
    task = {"Type": "Task", "Resource": "arn:aws:states:::work:do", "Catch": catch, "End": True}
    with pytest.raises(InvalidDefinitionError, match=r"'x' cannot be assigned here.*/Catch\[0\]/Assign"):
        parse_machine(around("x", task))


def test_names_of_their_own_and_those_of_a_distributed_map_may_be_assigned() -> None:
    parse_machine(around("x", assigning("y")))
    parse_machine(around("x", assigning("x"), mode="DISTRIBUTED"))


def test_branches_side_by_side_may_assign_the_same_names() -> None:
    branches = [{"StartAt": name, "States": {name: assigning("x")}} for name in ("A", "B")]
    fork = {"Type": "Parallel", "Branches": branches, "End": True}
    parse_machine({"StartAt": "P", "States": {"P": fork}})
