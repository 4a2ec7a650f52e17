"""Which step may follow which, what a top-level catch covers, and which variables are set where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coworks.biz import variable_of

if TYPE_CHECKING:
    from collections.abc import Callable

TECH = "    tech: {service: check, get: /status}\n"


def step(name: str, *, goto: str | None = None, body: str = TECH) -> str:
    return f"  - name: {name}\n{body}" + (f"    goto: {goto}\n" if goto else "")


def uses(variable: str, name: str = "Use", goto: str | None = None) -> str:
    return step(name, goto=goto, body=f"    set: {{kept: '{{% ${variable} %}}'}}\n")


def choice(name: str, *targets: str) -> str:
    rules = "".join(f"      - when: $data.a = '{target}'\n        goto: {target}\n" for target in targets)
    return f"  - name: {name}\n    choices:\n{rules}"


def test_a_top_level_catch_covers_every_call_but_its_own_handler(
    machine: Callable[[str], dict[str, Any]],
) -> None:
    text = "catch: Sorry\nstates:\n" + step("A") + step("B", goto="End") + step("Sorry") + step("Log")
    states = machine(text)["States"]
    assert [name for name in states if "Catch" in states[name]] == ["A", "B"]
    assert states["A"]["Catch"][0]["Next"] == "Sorry"


def test_a_handler_that_goes_back_leaves_the_steps_covered(machine: Callable[[str], dict[str, Any]]) -> None:
    text = "catch: Sorry\nstates:\n" + step("A") + step("B", goto="End") + step("Sorry", goto="B")
    states = machine(text)["States"]
    assert [name for name in states if "Catch" in states[name]] == ["A", "B"]


def test_the_own_catch_of_a_step_comes_first(machine: Callable[[str], dict[str, Any]]) -> None:
    own = TECH + "    catch: [{on: NotFoundError, goto: End}]\n"
    text = "catch: Sorry\nstates:\n" + step("A", body=own, goto="End") + step("Sorry")
    rules = machine(text)["States"]["A"]["Catch"]
    assert [(rule["ErrorEquals"], rule["Next"]) for rule in rules] == [
        (["NotFoundError"], "End"),
        (["States.ALL"], "Sorry"),
    ]


def test_a_step_that_catches_all_needs_no_other_catch(machine: Callable[[str], dict[str, Any]]) -> None:
    text = "catch: Sorry\nstates:\n" + step("A", body=TECH + "    catch: End\n") + step("B", goto="End")
    states = machine(text + step("Sorry"))["States"]
    assert [rule["Next"] for rule in states["A"]["Catch"]] == ["End"]


def test_a_loop_with_a_way_out_is_well(machine: Callable[[str], dict[str, Any]]) -> None:
    text = "states:\n" + step("Ask") + choice("Done?", "End") + step("Rest", goto="Ask", body="    wait: 5\n")
    assert machine(text)["States"]["Rest"]["Next"] == "Ask"


def test_a_loop_that_only_a_failure_leaves_is_well(machine: Callable[[str], dict[str, Any]]) -> None:
    machine("catch: End\nstates:\n" + step("Ask", goto="Ask"))


def test_two_loops_are_two_problems(problems: Callable[[str], list[str]]) -> None:
    text = "states:\n" + choice("Which?", "A", "B") + step("A", goto="A") + step("B", goto="B")
    assert [one.split(" ")[1] for one in problems(text)] == ["B112", "B112"]


def test_a_result_is_set_on_every_path(machine: Callable[[str], dict[str, Any]]) -> None:
    text = choice("Which?", "B") + step("A", goto="Use") + step("B") + uses("data", "Use")
    machine("states:\n" + text)


def test_a_variable_set_on_both_ways_is_set(machine: Callable[[str], dict[str, Any]]) -> None:
    one = step("A", body="    set: {x: 1}\n", goto="Use")
    other = step("B", body="    set: {x: 2}\n")
    machine("states:\n" + choice("Which?", "B") + one + other + uses("x"))


def test_a_variable_set_on_one_way_may_not_be_set(problems: Callable[[str], list[str]]) -> None:
    one = step("A", body="    set: {x: 1}\n", goto="Use")
    told = problems("states:\n" + choice("Which?", "B") + one + step("B") + uses("x"))
    assert told == [
        '12:21 B303 $x may not be set here: some paths do not go through "A"; '
        'give it a value on those paths with a "set" step'
    ]


def test_a_variable_set_before_a_loop_stays_set(machine: Callable[[str], dict[str, Any]]) -> None:
    start = step("Start", body="    set: {n: 0}\n")
    count = step("Add", body="    set: {n: '{% $n + 1 %}'}\n")
    again = choice("Done?", "End") + step("Again", body="    pass:\n", goto="Add")
    machine("states:\n" + start + count + again)


def test_a_value_of_a_set_step_is_not_seen_in_the_step_itself(problems: Callable[[str], list[str]]) -> None:
    told = problems("states:\n" + step("A", body="    set: {a: 1, b: '{% $a %}'}\n"))
    assert [one.split(" ")[1] for one in told] == ["B303"]


def test_the_error_is_set_after_a_catch(machine: Callable[[str], dict[str, Any]]) -> None:
    text = step("A", goto="End") + uses("error.Cause", "Sorry") + step("Log", body="    wait: 5\n")
    machine("catch: Sorry\nstates:\n" + text)


def test_the_error_is_not_set_where_no_catch_leads(problems: Callable[[str], list[str]]) -> None:
    text = step("A") + uses("error.Cause", "Sorry")
    assert [one.split(" ")[1] for one in problems("catch: Sorry\nstates:\n" + text)] == ["B303"]


@pytest.mark.parametrize(
    "expression",
    [
        "($x := 3; $x + $data.a)",
        "$map($data.items, function($i, $n){$i.price * $n})",
        "$states.context.Execution.Id",
        "$uuid() & $hash($data.a, 'MD5')",
        "$data.items[price > 3].name",
        "$filter($data.items, function($v){$v = 'nothing $here'})",
        "$data.items.{'name': name} /* $nor.here */",
        "$error('it failed')",
    ],
)
def test_what_an_expression_binds_itself_is_no_problem(
    expression: str, machine: Callable[[str], dict[str, Any]]
) -> None:
    machine(f"states:\n  - name: Keep\n    set:\n      kept: |\n        {{% {expression} %}}\n")


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("Check server", "check_server"), ("Alive?", "alive"), ("  A - B  ", "a_b"), ("3 days", "_3_days"),
        ("Été à Évry", "ete_a_evry"), ("δοκιμή", "δοκιμη"), ("___", ""), ("snake_case", "snake_case"),
    ],
)  # fmt: skip
def test_a_result_has_a_variable_named_after_its_step(name: str, variable: str) -> None:
    assert variable_of(name) == variable
