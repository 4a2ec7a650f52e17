"""What would change, in words; and what a thousand runs cost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.deploy.conftest import HELLO

from coworks.biz import compile_workflow
from coworks.deploy.naming import Names
from coworks.deploy.plan import StackPlan, cost_of, plan_stack, running_under
from coworks.deploy.plan.stages import compare
from coworks.deploy.template import Template
from coworks.project import Project

Templates = Callable[..., dict[str, Template]]
Load = Callable[..., Project]

GREET = """
    on:
      - every: 5 minutes
    states:
      - name: Greet
        tech: {service: hello, get: /}
"""
FILES = {"tech/hello.py": HELLO, "biz/greet.yml": GREET}


def changes(plan: StackPlan) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {one.name: (one.action, one.details) for one in plan.changes}


def test_a_new_stack_is_all_added(templates: Templates) -> None:
    plan = plan_stack(None, templates(FILES)["hello"])
    assert plan.is_new
    assert {one.action for one in plan.changes} == {"add"}
    assert "function shop-dev-hello" in changes(plan)
    assert "+ Role: Allow sqs:ReceiveMessage on Queue.Arn" in plan.permissions


def test_what_is_deployed_as_it_is_here_is_no_change(templates: Templates) -> None:
    hello = templates(FILES)["hello"]
    plan = plan_stack(hello.body, hello)
    assert (plan.is_same, plan.changes, plan.permissions) == (True, (), ())


def test_a_changed_entry_and_more_memory_are_told_in_words(templates: Templates) -> None:
    before = templates({"tech/hello.py": HELLO})["hello"]
    files = {
        "tech/hello.py": HELLO.replace("def get(", "def get_word("),
        "pyproject.toml": "[tool.coworks]\nmemory = 512\n",
    }
    told = changes(plan_stack(before.body, templates(files)["hello"]))
    assert told == {
        "function shop-dev-hello": ("change", ("code", "memory: 256 -> 512")),
        "route GET /": ("remove", ()),
        "route HEAD /": ("remove", ()),
        "route GET /word": ("add", ()),
        "route HEAD /word": ("add", ()),
    }


def test_a_changed_step_is_told_and_nothing_else(templates: Templates) -> None:
    before = templates(FILES)["greet"]
    files = {**FILES, "biz/greet.yml": GREET + "      - name: Rest\n        wait: 5 seconds\n"}
    plan = plan_stack(before.body, templates(files)["greet"])
    assert changes(plan) == {"state machine shop-dev-greet": ("change", ("definition: ~ Greet, + Rest",))}
    assert plan.permissions == ()


def test_what_makes_a_new_resource_is_a_replacement(templates: Templates) -> None:
    before = templates(FILES)["greet"]
    files = {**FILES, "pyproject.toml": '[tool.coworks.workflows.greet]\ntype = "express"\n'}
    told = changes(plan_stack(before.body, templates(files)["greet"]))
    assert told["state machine shop-dev-greet"][0] == "replace"


def test_permissions_are_told_apart(templates: Templates) -> None:
    before = templates(FILES)["hello"]
    declared = 'permissions = [{"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]'
    files = {**FILES, "tech/hello.py": HELLO.replace("public = True", f"public = True; {declared}")}
    plan = plan_stack(before.body, templates(files)["hello"])
    assert plan.permissions == ("+ Role: Allow s3:GetObject on arn:aws:s3:::b/*",)
    back = plan_stack(plan.template.body, before)
    assert back.permissions == ("- Role: Allow s3:GetObject on arn:aws:s3:::b/*",)


def test_two_stages_differ_in_what_is_deployed_and_not_in_their_names(templates: Templates) -> None:
    dev, prod = Names("shop", "dev"), Names("shop", "prod")
    settings = "[tool.coworks.stages.dev]\n[tool.coworks.stages.prod.services.hello]\nmemory = 512\n"
    files = FILES | {"pyproject.toml": settings}
    first, second = templates(files, "dev"), templates(files, "prod")
    found = {name: compare(one, one.body, second[name].body, dev, prod) for name, one in first.items()}
    hello, greet = found["hello"].plan, found["greet"].plan
    assert hello and changes(hello) == {"function shop-prod-hello": ("change", ("memory: 256 -> 512",))}
    assert greet and (greet.changes, greet.permissions) == ((), ())
    alone = compare(first["hello"], first["hello"].body, None, dev, prod)
    assert (alone.deployed, alone.plan) == ((True, False), None)


def told_of_running(
    templates: Templates, load: Load, before: dict[str, str], after: dict[str, str]
) -> object:
    deployed = templates(before)
    plans = [plan_stack(deployed[name].body, one) for name, one in templates(after).items()]
    found = running_under(plans, load(after).workflows, lambda workflow: 3)
    return [(one.workflow, one.count, one.effect, one.services) for one in found]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, []),
        ({"biz/greet.yml": f"{GREET}      - name: Rest\n        wait: 5 seconds\n"}, [("finish", ())]),
        ({"tech/hello.py": HELLO.replace('"hello"', '"bye"')}, [("call", ("hello",))]),
        ({"pyproject.toml": '[tool.coworks.workflows.greet]\ntype = "express"\n'}, [("stop", ())]),
    ],
)
def test_executions_that_run_are_told_what_a_change_does_to_them(
    templates: Templates, load: Load, changed: dict[str, str], told: list[tuple[str, object]]
) -> None:
    found = told_of_running(templates, load, FILES, FILES | changed)
    assert found == [("greet", 3, *one) for one in told]


def test_what_does_not_run_is_not_told(templates: Templates, load: Load) -> None:
    plans = [plan_stack(None, one) for one in templates(FILES).values()]
    assert running_under(plans, load(FILES).workflows, lambda workflow: 3) == []
    changed = [plan_stack({"Resources": {}}, one) for one in templates(FILES).values()]
    assert running_under(changed, load(FILES).workflows, lambda workflow: 0) == []


def machine_of(text: str) -> dict[str, object]:
    compiled = compile_workflow("w", text, file="w.yml")
    assert compiled.definition is not None, compiled.problems
    return compiled.definition


def test_the_cost_is_that_of_the_shortest_and_the_longest_way() -> None:
    machine = machine_of(
        """
states:
  - name: Ready?
    choices:
      - when: $data.ready
        goto: End
  - name: Rest
    wait: 5 seconds
  - name: Again
    wait: 5 seconds
"""
    )
    cost = cost_of(machine, express=False)
    # Start, input, choice and end; or start, input, choice and two waits.
    assert cost.transitions == (4000, 5000)
    assert cost.dollars == pytest.approx((0.1, 0.125))


def test_an_express_workflow_pays_for_runs() -> None:
    cost = cost_of(machine_of("states:\n  - name: Rest\n    wait: 5 seconds\n"), express=True)
    assert cost.is_express
    assert cost.dollars == pytest.approx((0.001, 0.001))


def test_branches_count_and_a_loop_counts_once() -> None:
    inner = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    machine = {
        "StartAt": "Both",
        "States": {
            "Both": {"Type": "Parallel", "Branches": [inner, inner], "Next": "Again"},
            "Again": {"Type": "Choice", "Choices": [{"Next": "Both"}], "Default": "Done"},
            "Done": {"Type": "Succeed"},
        },
    }
    # Start, Both, 2 x (start and A), Again, Done.
    assert cost_of(machine, express=False).transitions[1] == 8000
