"""The steps of a workflow in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from coworks.biz import STEP_KINDS, compile_workflow
from coworks.console.rendering import render
from coworks.console.steps import Outline, StepLine, outline_of

SHOP = Path(__file__).parents[2] / "samples" / "shop" / "biz"


def outline(text: str) -> Outline:
    return outline_of(text, compile_workflow("test", text, file="biz/test.yml", library={}))


def only(step: str) -> StepLine:
    """The one step of a workflow, from its lines."""
    lines = "".join(f"    {line}\n" for line in step.strip().split("\n"))
    (found,) = outline(f"states:\n  - name: It\n{lines}").steps
    return found


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("tech: {service: check, get: /status}", "Asks check · GET /status"),
        ("biz: reminder", "Runs the workflow reminder, and waits for its end"),
        ("biz: {workflow: reminder, wait: false}", "Starts the workflow reminder, and goes on"),
        ("aws: {call: 'dynamodb:putItem'}", "Calls AWS · dynamodb:putItem"),
        ("wait: 90", "Waits 1 minute 30 seconds"),
        ("wait: 2 weeks", "Waits 2 weeks"),
        ("wait: until 08:00 Europe/Paris", "Waits until 08:00 Europe/Paris"),
        ("approve: {who: [a@b.c, d@e.f], subject: Order}", "Asks a@b.c, d@e.f to accept or refuse"),
        ("set: {total: 3, name: x}", "Keeps total, name"),
        ("success:", "Ends here, well"),
        ("fail: {error: Oops}", "Ends here, as a failure"),
        ("pass:", "Does nothing"),
        ("again: {day: 3}", "Ends here, and goes on in a new run"),
        ("asl: {Type: Pass}", "A state of Step Functions · Pass"),
        ("tech: soon", "This step cannot be read yet"),
        ("teck: {}", "This step cannot be read yet"),
    ],
)
def test_each_kind_of_step_has_its_words(step: str, words: str) -> None:
    assert only(step).does == words


@pytest.mark.parametrize("kind", STEP_KINDS)
def test_no_kind_of_step_is_without_words(kind: str) -> None:
    values = [only(f"{kind}: {value}").does for value in ("", "{}", "[]", "a")]
    assert any(words != "This step cannot be read yet" for words in values)


def test_a_step_tells_what_it_sends_and_what_guards_it() -> None:
    step = only(
        'tech: {service: mail, post: /send, body: {to: "{% $data.team %}", urgent: true}}\n'
        "retry: 2\ntimeout: 30\ncatch: [{on: Busy, goto: End}]\ngoto: End"
    )
    assert step.details == (("to", "$data.team"), ("urgent", "yes"))
    assert step.ways == (
        "tried again up to 2 times",
        "for at most 30 seconds",
        "on Busy → the end",
        "then → the end",
    )


def test_choices_tell_each_way_and_what_happens_otherwise() -> None:
    step = only("choices:\n  - when: $data.n > 3\n    goto: End\n  - default: It")
    assert step.details == (("if $data.n > 3", "the end"), ("otherwise", "It"))


def test_steps_inside_steps_are_told_with_their_branches() -> None:
    step = only("parallel:\n  Left:\n    - name: L\n      wait: 1\n  Right:\n    - name: R\n      wait: 2")
    assert step.does == "Does at the same time: Left, Right"
    assert [(title, path, [one.name for one in inside]) for title, path, inside in step.inside] == [
        ("Left", ("states", 0, "parallel", "Left"), ["L"]),
        ("Right", ("states", 0, "parallel", "Right"), ["R"]),
    ]


def test_the_sample_reads_from_top_to_bottom() -> None:
    told = outline((SHOP / "order.yml").read_text())
    assert told.comment == "An order, from the stock to the customer's mail"
    assert [step.name for step in told.steps][:3] == ["Look at the stock", "All there?", "A large order?"]
    assert told.steps[0].does == "Does for each line of $data.lines, 5 at once"
    assert [step.line for step in told.steps[0].all()] == [7, 13, 17]


def test_a_mistake_stands_at_its_step() -> None:
    told = outline("states:\n  - name: A\n    wait: 1\n  - name: B\n    wait: soon\n")
    assert [[one.code for one in step.problems] for step in told.steps] == [[], ["B115"]]


def test_what_is_wrong_outside_of_the_steps_is_told_above_them() -> None:
    told = outline("on: [{every: never}]\nstates:\n  - name: A\n    wait: soon\n")
    assert [one.code for one in told.problems] == ["B402"]
    shown = render("steps", outline=told, may_edit=False)
    assert shown.count('<li class="error">') == 2
    assert [one.code for one in outline("use: nothing\n").problems] == ["B216"]


def test_a_file_that_cannot_be_read_says_why() -> None:
    assert outline("states: [").said.startswith("line 2: a value is expected")
    assert outline("- a\n").said
    assert outline("").said


def test_a_workflow_without_names_and_with_strange_values_is_told_all_the_same() -> None:
    told = outline("states:\n  - wait: 1\n  - 7\n  - name: <b>\n    foreach: 3\n")
    assert [step.name for step in told.steps] == ["(without a name)", "<b>"]
