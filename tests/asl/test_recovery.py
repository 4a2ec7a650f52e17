"""Retry and Catch: which failures they answer, how often, after how long, with what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.asl import Fail, GoTo, Retry, Scope, StateFailure, parse_machine
from coworks.asl.failures import matches
from coworks.asl.fields import MAX_SECONDS
from coworks.asl.recovery import Retrier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coworks.asl.states import State


Rule = dict[str, Any]


def task(retry: Sequence[Rule] = (), catch: Sequence[Rule] = ()) -> State:
    ways = [{**one, "Next": "Plan B"} for one in catch]
    it = {"Type": "Task", "Resource": "r", "Retry": list(retry), "Catch": ways, "Next": "Plan B"}
    states = {"It": it, "Plan B": {"Type": "Succeed"}}
    return parse_machine({"QueryLanguage": "JSONata", "StartAt": "It", "States": states}).states["It"]


SCOPE = Scope({"id": 1}, {"n": 2}, {}, 0.0)
BROKEN = StateFailure("Broken", "it broke")


@pytest.mark.parametrize(
    ("error", "names", "answered"),
    [
        ("Mine", ("Mine",), True),
        ("Mine", ("Other", "Mine"), True),
        ("Mine", ("Other",), False),
        ("Mine", ("States.ALL",), True),
        ("Mine", ("States.TaskFailed",), True),
        (None, ("States.ALL",), True),
        (None, ("Mine",), False),
        ("States.Timeout", ("States.TaskFailed",), False),
        ("States.Timeout", ("States.ALL",), True),
        ("States.HeartbeatTimeout", ("States.Timeout",), True),
        ("States.Timeout", ("States.HeartbeatTimeout",), False),
        ("States.Runtime", ("States.ALL",), False),
        ("States.Runtime", ("States.TaskFailed",), False),
        ("States.DataLimitExceeded", ("States.ALL",), True),
        ("States.DataLimitExceeded", ("States.TaskFailed",), False),
        ("States.DataLimitExceeded", ("States.DataLimitExceeded",), True),
        ("States.QueryEvaluationError", ("States.ALL",), True),
    ],
)
def test_which_names_answer_which_errors(error: str | None, names: tuple[str, ...], answered: bool) -> None:
    assert matches(error, names) is answered


def test_a_failure_is_retried_until_the_attempts_are_used_up() -> None:
    it = task([{"ErrorEquals": ["Broken"], "MaxAttempts": 2, "IntervalSeconds": 3, "BackoffRate": 2}])
    assert it.recover(SCOPE, BROKEN, {}) == Retry(0, 3.0)
    assert it.recover(SCOPE, BROKEN, {0: 1}) == Retry(0, 6.0)
    assert it.recover(SCOPE, BROKEN, {0: 2}) == Fail("Broken", "it broke")


def test_a_retrier_says_nothing_of_its_numbers_and_has_three_attempts_a_second_apart_and_doubling() -> None:
    it = task([{"ErrorEquals": ["States.ALL"]}])
    answers = [it.recover(SCOPE, BROKEN, {0: made}) for made in range(4)]
    assert answers == [Retry(0, 1.0), Retry(0, 2.0), Retry(0, 4.0), Fail("Broken", "it broke")]


def test_each_retrier_counts_for_itself() -> None:
    it = task([{"ErrorEquals": ["A"], "MaxAttempts": 1}, {"ErrorEquals": ["B"], "MaxAttempts": 1}])
    assert it.recover(SCOPE, StateFailure("B"), {0: 1}) == Retry(1, 1.0)
    assert it.recover(SCOPE, StateFailure("A"), {0: 1}) == Fail("A", None)


def test_a_retrier_that_is_used_up_leaves_the_failure_to_the_catchers_not_to_the_next_retrier() -> None:
    retry: list[Rule] = [{"ErrorEquals": ["Broken"], "MaxAttempts": 0}, {"ErrorEquals": ["States.ALL"]}]
    answer = task(retry, [{"ErrorEquals": ["States.ALL"]}]).recover(SCOPE, BROKEN, {})
    assert isinstance(answer, GoTo)


def test_the_longest_delay_holds_and_jitter_is_left_to_the_runner() -> None:
    wanted = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 10, "MaxDelaySeconds": 25}
    it = task([{**wanted, "MaxAttempts": 9, "JitterStrategy": "FULL"}])
    assert it.recover(SCOPE, BROKEN, {0: 1}) == Retry(0, 20.0, jitter=True)
    assert it.recover(SCOPE, BROKEN, {0: 2}) == Retry(0, 25.0, jitter=True)


@given(
    st.integers(1, MAX_SECONDS),
    st.floats(1, 1e6),
    st.integers(0, MAX_SECONDS),
    st.none() | st.integers(1, 900),
)
def test_a_delay_is_a_time_that_comes(interval: int, rate: float, made: int, most: int | None) -> None:
    delay = Retrier(("States.ALL",), interval, MAX_SECONDS, rate, most).delay(made)
    assert min(interval, most or interval) <= delay <= (most or MAX_SECONDS)


def test_the_first_catcher_for_the_error_shows_it_and_leads_on() -> None:
    catch: list[Rule] = [
        {"ErrorEquals": ["Other"]},
        {
            "ErrorEquals": ["Broken", "Bent"],
            "Output": {"why": "{% $states.errorOutput.Cause %}", "id": "{% $states.input.id %}"},
            "Assign": {"n": "{% $n + 1 %}", "error": "{% $states.errorOutput.Error %}"},
        },
        {"ErrorEquals": ["States.ALL"]},
    ]
    answer = task(catch=catch).recover(SCOPE, BROKEN, {})
    assert answer == GoTo("Plan B", {"why": "it broke", "id": 1}, {"n": 3, "error": "Broken"})


def test_a_catcher_without_output_gives_on_the_error_with_what_is_known_of_it() -> None:
    it = task(catch=[{"ErrorEquals": ["States.ALL"]}])
    assert it.recover(SCOPE, BROKEN, {}) == GoTo("Plan B", {"Error": "Broken", "Cause": "it broke"})
    assert it.recover(SCOPE, StateFailure("Broken"), {}) == GoTo("Plan B", {"Error": "Broken"})


def test_a_catcher_may_fail_itself() -> None:
    it = task(catch=[{"ErrorEquals": ["States.ALL"], "Output": "{% $nothing %}"}])
    with pytest.raises(StateFailure, match="returned nothing"):
        it.recover(SCOPE, BROKEN, {})


def test_a_task_leads_to_its_catchers_too() -> None:
    assert task(catch=[{"ErrorEquals": ["States.ALL"]}]).targets() == ("Plan B", "Plan B")
