"""Each kind of state: what it answers when it is entered, woken or told a result."""

from __future__ import annotations

from typing import Any

import pytest

from coworks.asl import Call, Fail, GoTo, Scope, Sleep, StateFailure, parse_machine
from coworks.asl.states import STATE_TYPES, State

NOW = 1_800_000_000.0


def state(**fields: Any) -> State:
    """The state of these fields, in a machine with a state "Next" to go to."""
    states = {"It": fields, "Next": {"Type": "Pass", "Next": "Other"}, "Other": {"Type": "Succeed"}}
    if fields["Type"] != "Choice":
        states["Start"] = {
            "Type": "Choice",
            "Choices": [{"Condition": True, "Next": "It"}],
            "Default": "Next",
        }
        return parse_machine({"QueryLanguage": "JSONata", "StartAt": "Start", "States": states}).states["It"]
    states["Next"]["Next"] = "Other"
    return parse_machine({"QueryLanguage": "JSONata", "StartAt": "It", "States": states}).states["It"]


def scope(given: Any = None, **variables: Any) -> Scope:
    return Scope(given, variables, {"Execution": {"Name": "one"}}, NOW)


def failure_of(it: State, seen: Scope) -> StateFailure:
    with pytest.raises(StateFailure) as caught:
        it.enter(seen)
    return caught.value


def test_every_kind_of_the_table_tells_its_own_name() -> None:
    assert {name: kind.kind for name, kind in STATE_TYPES.items()} == {name: name for name in STATE_TYPES}


# Pass


def test_a_pass_gives_its_input_on() -> None:
    assert state(Type="Pass", Next="Next").enter(scope({"a": 1})) == GoTo("Next", {"a": 1}, {})


def test_a_pass_gives_its_own_output_and_assigns_what_the_old_variables_say() -> None:
    it = state(
        Type="Pass",
        Output={"was": "{% $n %}"},
        Assign={"n": "{% $n + 1 %}", "before": "{% $n %}"},
        End=True,
    )
    assert it.enter(scope(None, n=1)) == GoTo(None, {"was": 1}, {"n": 2, "before": 1})


def test_a_pass_sees_the_context_object() -> None:
    it = state(Type="Pass", Output="{% $states.context.Execution.Name %}", End=True)
    assert it.enter(scope()) == GoTo(None, "one")


def test_a_state_that_never_sleeps_or_calls_refuses_to_be_told_so() -> None:
    it = state(Type="Pass", End=True)
    with pytest.raises(TypeError, match="never sleeps"):
        it.wake(scope())
    with pytest.raises(TypeError, match="never calls"):
        it.succeed(scope())


# Succeed and Fail


def test_a_succeed_ends_with_its_output() -> None:
    assert state(Type="Succeed").enter(scope(3)) == GoTo(None, 3)
    assert state(Type="Succeed", Output="{% $states.input * 2 %}").enter(scope(3)) == GoTo(None, 6)


def test_a_fail_ends_with_its_error_and_cause() -> None:
    assert state(Type="Fail", Error="Bad", Cause="{% 'no ' & $states.input %}").enter(scope("luck")) == Fail(
        "Bad", "no luck"
    )
    assert state(Type="Fail").enter(scope()) == Fail(None, None)


def test_a_fail_whose_error_is_no_text_fails_to_say_so() -> None:
    met = failure_of(state(Type="Fail", Error="{% $states.input %}"), scope(7))
    assert met.error == "States.QueryEvaluationError"
    assert met.cause == (
        "The JSONata expression '$states.input' specified for the field 'Error' returned an unexpected result"
        " type. Expected 'string', but was 'number' for value: 7"
    )


# Choice


def choice(**fields: Any) -> State:
    rules = [
        {"Condition": "{% $states.input > 10 %}", "Next": "Next", "Output": "big", "Assign": {"size": 2}},
        {"Condition": "{% $states.input > 5 %}", "Next": "Other"},
    ]
    return state(Type="Choice", Choices=rules, **fields)


def test_a_choice_goes_by_the_first_rule_that_is_true() -> None:
    assert choice().enter(scope(11)) == GoTo("Next", "big", {"size": 2})
    assert choice().enter(scope(6)) == GoTo("Other", 6, {})


def test_a_choice_without_a_true_rule_goes_by_its_default_with_its_own_output() -> None:
    it = choice(Default="Other", Output="small", Assign={"size": 0})
    assert it.enter(scope(1)) == GoTo("Other", "small", {"size": 0})


def test_a_choice_that_points_nowhere_fails() -> None:
    met = failure_of(choice(), scope(1))
    assert met.error == "States.NoChoiceMatched"
    assert met.cause == "Failed to transition out of the state. The state does not point to a next state."


def test_a_condition_that_is_no_boolean_fails() -> None:
    it = state(
        Type="Choice",
        Choices=[{"Condition": "{% 'yes' %}", "Next": "Next"}, {"Condition": True, "Next": "Next"}],
    )
    met = failure_of(it, scope())
    assert met.location == "Condition"
    assert met.cause is not None
    assert met.cause.endswith("Expected 'boolean', but was 'string' for value: \"yes\"")


def test_a_choice_leads_wherever_its_rules_and_its_default_do() -> None:
    assert choice(Default="Other").targets() == ("Next", "Other", "Other")


# Wait


def test_a_wait_sleeps_for_its_seconds_then_goes_on() -> None:
    it = state(Type="Wait", Seconds=60, Next="Next")
    assert it.enter(scope("x")) == Sleep(NOW + 60)
    assert it.wake(scope("x")) == GoTo("Next", "x")


def test_a_wait_may_compute_its_seconds() -> None:
    assert state(Type="Wait", Seconds="{% $states.input * 60 %}", End=True).enter(scope(2)) == Sleep(
        NOW + 120
    )


def test_a_wait_sleeps_until_its_timestamp() -> None:
    it = state(Type="Wait", Timestamp="{% $at %}", End=True)
    assert it.enter(scope(None, at="1970-01-01T01:00:00+01:00")) == Sleep(0)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        ("soon", "Expected 'number', but was 'string' for value: \"soon\""),
        (True, "Expected 'number', but was 'boolean' for value: true"),
        (1.5, "must be a whole number from 0 to 99999999, but was 1.5"),
        (-1, "must be a whole number from 0 to 99999999, but was -1"),
        (10**8, "must be a whole number from 0 to 99999999, but was 100000000"),
    ],
)
def test_a_wait_refuses_seconds_that_are_none(seconds: object, said: str) -> None:
    met = failure_of(state(Type="Wait", Seconds="{% $states.input %}", End=True), scope(seconds))
    assert met.error == "States.QueryEvaluationError"
    assert met.cause is not None
    assert met.cause.endswith(said)


def test_a_wait_refuses_a_time_that_is_none() -> None:
    it = state(Type="Wait", Timestamp="{% $states.input %}", End=True)
    assert failure_of(it, scope("tomorrow")).cause == (
        "The Timestamp is not a valid ISO-8601 extended offset date-time format string: tomorrow"
    )
    assert "Expected 'string', but was 'number'" in (failure_of(it, scope(5)).cause or "")


# Task


def test_a_task_calls_its_resource_with_its_input() -> None:
    assert state(Type="Task", Resource="arn:x", End=True).enter(scope([1])) == Call("arn:x", [1])


def test_a_task_calls_with_its_arguments_within_its_times() -> None:
    it = state(
        Type="Task",
        Resource="arn:x",
        Arguments={"id": "{% $states.input %}"},
        TimeoutSeconds="{% $limit %}",
        HeartbeatSeconds=5,
        End=True,
    )
    assert it.enter(scope(7, limit=30)) == Call("arn:x", {"id": 7}, 30.0, 5.0)


def test_the_answer_of_a_task_is_its_output_unless_it_says_otherwise() -> None:
    seen = scope("in").with_result({"ok": True})
    assert state(Type="Task", Resource="r", Next="Next").succeed(seen) == GoTo("Next", {"ok": True})
    it = state(
        Type="Task",
        Resource="r",
        Output="{% $states.result.ok %}",
        Assign={"a": "{% $states.input %}"},
        End=True,
    )
    assert it.succeed(seen) == GoTo(None, True, {"a": "in"})


@pytest.mark.parametrize("limit", [0, 1.5, "x", None, True, 10**8])
def test_a_task_refuses_a_timeout_that_is_none(limit: object) -> None:
    it = state(Type="Task", Resource="r", TimeoutSeconds="{% $states.input %}", End=True)
    met = failure_of(it, scope(limit))
    assert (met.error, met.location) == ("States.QueryEvaluationError", "TimeoutSeconds")


def test_a_state_without_catch_fails_as_it_failed() -> None:
    met = StateFailure("Bad", "luck")
    assert state(Type="Pass", End=True).recover(scope(), met, {}) == Fail("Bad", "luck")
    assert state(Type="Task", Resource="r", End=True).recover(scope(), met, {}) == Fail("Bad", "luck")
