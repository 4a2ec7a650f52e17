"""The history of an execution with branches is told by whose event it is."""

from __future__ import annotations

from typing import Any

from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore, TaskError, lambda_invoker
from coworks.local.visits import Visit, Visits, read_visits

FAILING = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f"}}
NAP = {"Type": "Wait", "Seconds": 5}


def machine(start: str, **states: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": start, "States": states}


def visits_of(definition: dict[str, Any], *, stopped: bool = False) -> Visits:
    def fail(function: str, payload: Any) -> Any:
        raise TaskError("Busy", "come later")

    engine = Engine(MemoryStore(), lambda_invoker(fail), clock=ManualClock(0), workers=InlineWorkers())
    engine.put_state_machine("m", {"QueryLanguage": "JSONata", **definition})
    name = engine.start_execution("m").name
    if stopped:
        engine.work()
        engine.stop_execution("m", name)
    engine.run_through()
    return read_visits(engine.describe_execution("m", name), engine.get_execution_history("m", name))


def told(visits: Visits) -> list[tuple[str, str, str | None]]:
    return [(one.name, str(one.status), one.parent.name if one.parent else None) for one in visits.all]


def fork(**extra: Any) -> dict[str, Any]:
    """Two branches at once: one fails at its second state, the other waits."""
    bad = machine("A", A={"Type": "Pass", "Next": "B"}, B={**FAILING, "End": True})
    slow = machine("C", C={**NAP, "Next": "D"}, D={"Type": "Pass", "End": True})
    return {"Type": "Parallel", "Branches": [bad, slow], **extra}


def test_a_failure_in_a_branch_is_where_the_execution_failed() -> None:
    visits = visits_of(machine("Both", Both=fork(End=True)))
    assert told(visits) == [
        ("Both", "FAILED", None),
        ("A", "SUCCEEDED", "Both"),
        ("B", "FAILED", "Both"),
        ("C", "ABORTED", "Both"),
    ]
    assert visits.culprit
    assert (visits.culprit.name, visits.culprit.error, visits.culprit.cause) == ("B", "Busy", "come later")


def test_a_failure_in_a_branch_that_is_caught_outside_says_so() -> None:
    caught = fork(Catch=[{"ErrorEquals": ["Busy"], "Next": "After"}], End=True)
    visits = visits_of(machine("Both", Both=caught, After={"Type": "Pass", "End": True}))
    assert told(visits)[0] == ("Both", "CAUGHT", None)
    assert told(visits)[2:] == [
        ("B", "FAILED", "Both"),
        ("C", "ABORTED", "Both"),
        ("After", "SUCCEEDED", None),
    ]
    assert visits.culprit is None


def test_a_second_try_ends_the_branches_of_the_first() -> None:
    retried = fork(Retry=[{"ErrorEquals": ["Busy"], "MaxAttempts": 1}], End=True)
    visits = visits_of(machine("Both", Both=retried))
    assert [name for name, _, _ in told(visits)] == ["Both", "A", "B", "C", "A", "B", "C"]
    assert visits.all[0].tries == 2
    assert not [one for one in visits.all if one.is_open]


def test_the_turns_of_a_map_have_their_number_and_a_fail_state_is_the_culprit() -> None:
    which = {
        "Type": "Choice",
        "Choices": [{"Condition": "{% $states.input = 2 %}", "Next": "No"}],
        "Default": "Nap",
    }
    turn = machine("Which", Which=which, No={"Type": "Fail", "Error": "Two"}, Nap={**NAP, "End": True})
    visits = visits_of(
        machine("Each", Each={"Type": "Map", "Items": [1, 2], "ItemProcessor": turn, "End": True})
    )
    items = {(one.name, one.item): str(one.status) for one in visits.all[1:]}
    assert items == {
        ("Which", 0): "SUCCEEDED",
        ("Which", 1): "SUCCEEDED",
        ("Nap", 0): "ABORTED",
        ("No", 1): "FAILED",
    }
    assert isinstance(visits.culprit, Visit)
    assert (visits.culprit.name, visits.culprit.error) == ("No", "Two")


def test_a_fail_state_whose_failure_is_caught_makes_its_fork_caught() -> None:
    inner = machine("No", No={"Type": "Fail", "Error": "E"})
    both = {
        "Type": "Parallel",
        "Branches": [inner],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "After"}],
        "End": True,
    }
    visits = visits_of(machine("Both", Both=both, After={"Type": "Pass", "End": True}))
    assert told(visits)[:2] == [("Both", "CAUGHT", None), ("No", "FAILED", "Both")]


def test_an_execution_that_was_stopped_has_no_culprit() -> None:
    visits = visits_of(machine("Nap", Nap={**NAP, "End": True}), stopped=True)
    assert told(visits) == [("Nap", "ABORTED", None)]
    assert visits.culprit is None


def test_an_execution_that_was_redriven_is_told_as_it_went_on() -> None:
    calls: list[str] = []

    def fail_once(function: str, payload: Any) -> Any:
        calls.append(function)
        if len(calls) == 1:
            raise TaskError("Busy", "come later")

    engine = Engine(MemoryStore(), lambda_invoker(fail_once), clock=ManualClock(0), workers=InlineWorkers())
    engine.put_state_machine("m", {"QueryLanguage": "JSONata", **machine("Both", Both=fork(End=True))})
    name = engine.start_execution("m").name
    engine.run_through()
    engine.redrive_execution("m", name)
    engine.run_through()
    visits = read_visits(engine.describe_execution("m", name), engine.get_execution_history("m", name))
    assert visits.culprit is None
    assert {(one.name, str(one.status)) for one in visits.all} == {
        (name, "SUCCEEDED") for name in ("Both", "A", "B", "C", "D")
    }
