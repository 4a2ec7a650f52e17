"""`run` with answers in the place of calls: what the workflow does with them, and what it called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coworks.errors import CoWorksError
from coworks.local.recording import recorded_answers
from coworks.project import load_project
from coworks.tech import NotFoundError, ServiceUnavailableError
from coworks.testing import CallMade, in_turn, run

MakeProject = Callable[[Mapping[str, str]], Path]

FILES = {
    "tech/stock.py": """
        from coworks import TechMicroService
        class Stock(TechMicroService):
            public = True
            def get_left(self, *, item: str):
                raise RuntimeError("the warehouse is on fire")
            def post_order(self, *, item: str, number: int = 1):
                return {"id": 7}
        """,
    "tech/mail.py": "from coworks.catalog.mail import MailMicroService as service",
    "biz/refill.yml": """
        states:
          - name: How many?
            tech: {service: stock, get: /left, query: {item: "{% $data.item %}"}}
            retry: [{on: ServiceUnavailableError, attempts: 2, delay: 1 day}]
            catch: [{on: NotFoundError, goto: Tell them}]
          - name: Enough?
            choices:
              - when: $how_many.left > 3
                goto: End
          - name: Order more
            tech: {service: stock, post: /order, body: {item: "{% $data.item %}"}}
            goto: End
          - name: Tell them
            tech:
              service: mail
              post: /send
              body: {to_addrs: [a@example.com], subject: "What is {% $data.item %}?"}
        """,
}


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    return make_project(FILES)


def test_a_step_is_answered_and_the_others_make_their_calls(project: Path) -> None:
    told = run("refill", {"item": "tea"}, project=project, answers={"How many?": {"left": 1}})
    assert told.path == ("How many?", "Enough?", "Order more")
    assert told.result("Order more") == {"id": 7}
    assert [(call.step, call.service, call.method, call.path) for call in told.calls] == [
        ("How many?", "stock", "GET", "/left"),
        ("Order more", "stock", "POST", "/order"),
    ]
    assert told.calls_of("Order more")[0].body == {"item": "tea"}


def test_a_function_answers_from_the_call(project: Path) -> None:
    def left(call: CallMade) -> dict[str, int]:
        return {"left": len((call.query or {})["item"])}

    answers = {"How many?": left}
    assert not run("refill", {"item": "coffee"}, project=project, answers=answers).visited("Order more")
    assert run("refill", {"item": "tea"}, project=project, answers=answers).visited("Order more")


def test_answers_come_in_turn_errors_among_them(project: Path) -> None:
    answers = {"How many?": in_turn(ServiceUnavailableError, ServiceUnavailableError("later"), {"left": 9})}
    told = run("refill", {"item": "tea"}, project=project, answers=answers)
    assert told.path == ("How many?", "Enough?")
    assert told.steps[0]["tries"] == 3


def test_an_error_takes_the_way_of_its_class_and_the_mail_is_there(project: Path) -> None:
    told = run(
        "refill", {"item": "tea"}, project=project, answers={"How many?": NotFoundError("no such item")}
    )
    assert told.path == ("How many?", "Tell them")
    ((mail),) = told.mails
    assert (mail["to"], mail["subject"]) == (["a@example.com"], "What is tea?")


def test_one_call_more_than_there_are_answers_is_told(project: Path) -> None:
    answers = {"How many?": in_turn(ServiceUnavailableError)}
    with pytest.raises(CoWorksError, match="once more than the 1 answers"):
        run("refill", {"item": "tea"}, project=project, answers=answers)


def test_a_step_that_does_not_exist_is_told_with_the_near_name(project: Path) -> None:
    with pytest.raises(CoWorksError) as refused:
        run("refill", {}, project=project, answers={"How manny?": {}})
    assert refused.value.hint == 'did you mean "How many?"?'
    told = run("refill", {"item": "a"}, project=project, answers={"How many?": {"left": 9}})
    with pytest.raises(CoWorksError, match='no step "Order mor"'):
        told.visited("Order mor")


def test_an_assertion_says_which_way_was_taken(project: Path) -> None:
    told = run("refill", {"item": "a"}, project=project, answers={"How many?": {"left": 9}})
    expected = '<the run did not come to "Order more": How many? -> Enough?>'
    assert repr(told.visited("Order more")) == expected
    with pytest.raises(CoWorksError, match="gave nothing"):
        told.result("Order more")


def test_the_run_starts_at_the_moment_that_is_told(make_project: MakeProject) -> None:
    workflow = 'states: [{name: When, set: {moment: "{% $now() %}"}}]'
    moment = datetime(2030, 1, 2, 3, tzinfo=UTC)
    told = run("when", project=make_project({"biz/when.yml": workflow}), clock=moment)
    assert told.history[0]["timestamp"] == moment.timestamp()


def test_a_month_of_two_hundred_steps_passes_on_the_clock_of_the_run(make_project: MakeProject) -> None:
    steps = "".join(f"  - name: Rest {number}\n    wait: 216 minutes\n" for number in range(200))
    told = run("long", project=make_project({"biz/long.yml": f"states:\n{steps}"}))
    assert (told.status, len(told.path)) == ("SUCCEEDED", 200)
    assert told.history[-1]["timestamp"] - told.history[0]["timestamp"] == 30 * 86_400


CHAIN = {
    "biz/outer.yml": """
        states:
          - name: Ask the other
            biz: {workflow: inner, data: {x: 1}}
          - name: Ask somebody
            approve: {who: a@example.com, subject: Well?}
          - name: Both
            success: {output: ["{% $ask_the_other.sold %}", "{% $ask_somebody.approved %}"]}
    """,
    "biz/inner.yml": "states: [{name: Never, fail: {error: Called}}]",
    "tech/approval.py": "from coworks.catalog.approval import ApprovalMicroService as service",
}


def test_another_workflow_and_a_person_are_answered_for(make_project: MakeProject) -> None:
    answers = {"Ask the other": {"sold": True}, "Ask somebody": {"approved": False}}
    told = run("outer", project=make_project(CHAIN), answers=answers)
    assert told.output == [True, False], told.cause


def test_another_workflow_and_a_person_may_fail(make_project: MakeProject) -> None:
    project = make_project(CHAIN)
    assert (
        run("outer", project=project, answers={"Ask the other": NotFoundError("gone")}).error
        == "NotFoundError"
    )
    answers = {"Ask the other": {"sold": True}, "Ask somebody": NotFoundError("gone")}
    assert run("outer", project=project, answers=answers).error == "NotFoundError"


def test_what_another_workflow_gave_is_recorded_as_it_is_answered(make_project: MakeProject) -> None:
    files = {**CHAIN, "biz/inner.yml": "states: [{name: Sold, success: {output: {sold: true}}}]"}
    project = make_project(files)
    first = run("outer", project=project, answers={"Ask somebody": {"approved": True}})
    (compiled,) = (one for one in load_project(project).workflows if one.name == "outer")
    answers = {
        step: in_turn(*given) for step, given in recorded_answers(first.history, compiled.source_map).items()
    }
    assert answers.keys() == {"Ask the other", "Ask somebody"}
    assert run("outer", project=make_project(CHAIN), answers=answers).output == first.output == [True, True]
