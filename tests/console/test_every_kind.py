"""Every kind of step has a form; what a form does not show, or nobody touched, stays as it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.biz import STEP_KINDS, compile_workflow
from coworks.biz.editing import add_step, change_step, data_of
from coworks.console import texts
from coworks.console.forms.fields import Field, FormError
from coworks.console.forms.pairs import pairs_read, pairs_shown
from coworks.console.forms.steps import FORMS
from coworks.console.forms.steps.form import Scene
from coworks.console.forms.steps.guards import guard_fields
from coworks.console.forms.steps.step import build_step, load_step


class Tables:
    """An AWS that has tables and nothing else."""

    def services(self) -> tuple[str, ...]:
        return ("dynamodb",)

    def actions(self, service: str) -> tuple[str, ...]:
        return ("getItem", "putItem") if service == "dynamodb" else ()

    def parameters(self, service: str, action: str) -> tuple[str, ...]:
        return ("TableName", "Item") if action == "putItem" else ()


SCENE = Scene(workflows=("billing",), steps=("A", "B"), aws=Tables())


def built(kind: str, old: Any = None, **values: Any) -> Any:
    """What a form of this kind makes of an old value."""
    before = {"name": "It", kind: old} if old is not None else {}
    return build_step(kind, {**load_step(kind, before, SCENE), "name": "It", **values}, before, SCENE)[kind]


def test_every_keyword_of_the_language_has_a_form_and_its_words() -> None:
    assert FORMS.keys() == STEP_KINDS.keys() == texts.KINDS.keys()


@pytest.mark.parametrize(
    ("kind", "values", "value"),
    [
        ("pass", {}, None),
        ("again", {}, None),
        ("again", {"pairs": [("day", "{% $day %}")]}, {"day": "{% $day %}"}),
        (
            "aws",
            {"service": "dynamodb", "action": "putItem",
             "pairs": [("TableName", "orders"), ("Item", '{"id": 7}')]},
            {"call": "dynamodb:putItem", "with": {"TableName": "orders", "Item": {"id": 7}}},
        ),
        (
            "aws",
            {"service": "ecs", "action": "runTask", "way": texts.WAITS_UNTIL_DONE},
            {"call": "ecs:runTask.sync"},
        ),
        ("asl", {"state": "Type: Pass\nAssign:\n  n: 1"}, {"Type": "Pass", "Assign": {"n": 1}}),
        ("asl", {"state": '{"Type": "Wait", "Seconds": 3}'}, {"Type": "Wait", "Seconds": 3}),
        ("biz", {"workflow": "billing"}, "billing"),
        ("biz", {"workflow": "billing", "whole": "{% $data %}"},
         {"workflow": "billing", "data": "{% $data %}"}),
        ("success", {"whole": "{% $n %}"}, {"output": "{% $n %}"}),
        (
            "approve",
            {"who": "a@b.c\n{% $data.boss %}", "subject": "S", "answers": "Yes, No", "deadline": "3 days",
             "escalate_after": "2 days", "escalate_who": "d@e.f", "late": "A"},
            {"who": ["a@b.c", "{% $data.boss %}"], "subject": "S", "answers": ["Yes", "No"],
             "escalate": {"after": "2 days", "who": ["d@e.f"]}, "deadline": {"after": "3 days", "goto": "A"}},
        ),
        ("foreach", {"items": "[1, 2]", "distributed": "yes"},
         {"items": [1, 2], "distributed": True, "steps": []}),
    ],
)  # fmt: skip
def test_a_form_makes_what_a_careful_author_writes(kind: str, values: dict[str, Any], value: Any) -> None:
    assert built(kind, **values) == value


OLD: dict[str, list[Any]] = {
    "tech": [{"service": "gone", "get": "/x", "headers": {"X": 1}}],
    "biz": ["billing", {"workflow": "billing"}, {"workflow": "b", "data": "{% $x %}", "wait": False}],
    "aws": [
        {"call": "aws-sdk:s3:getObject", "with": {"Key": "a", "Range": None}},
        {"call": "ecs:runTask.sync:2"},
    ],
    "choices": [[{"when": True, "goto": "A"}, {"default": "End"}]],
    "parallel": [{"a": [{"name": "P", "pass": None}]}],
    "foreach": [{"items": ["a", "b"], "steps": [], "distributed": True}],
    "wait": [3, "3 days", {"until": "{% $data.at %}"}],
    "approve": [
        {"who": "a@b.c", "subject": "S", "service": "mine", "deadline": "{% $n %}"},
        {"who": ["a@b.c"], "subject": "S", "escalate": {"after": 60, "who": "d@e.f"}},
    ],
    "set": [{"a": 1.0, "b": None, "c": "[{% $x %}]", "d": "200"}],
    "pass": [None],
    "again": [None, {}, {"day": 3}],
    "success": [None, {"output": 3}, {"output": ["a"]}, {"output": {"a": None}}],
    "fail": [None, {"error": "E", "cause": "one\ntwo"}],
    "asl": [{"Type": "Pass", "Assign": {"n": "{% $floor(1) %}"}}],
}


@pytest.mark.parametrize(("kind", "old"), [(kind, old) for kind, all_ in OLD.items() for old in all_])
def test_what_is_opened_and_left_is_the_same_and_so_is_what_a_new_comment_stands_beside(
    kind: str, old: Any
) -> None:
    step = {"name": "It", kind: old, "catch": [{"on": "E", "goto": "A"}], "retry": {"attempts": 2}}
    values = load_step(kind, step, SCENE)
    assert build_step(kind, values, step, SCENE) == step
    assert build_step(kind, {**values, "comment": "why"}, step, SCENE) == {**step, "comment": "why"}


def test_what_a_form_does_not_show_stays_when_something_else_changes() -> None:
    old = {"who": "a@b.c", "subject": "S", "strange": 7, "escalate": {"after": 60, "who": "d@e.f", "odd": 1}}
    assert built("approve", old, subject="T") == {**old, "subject": "T"}
    assert built("aws", {"call": "s3:getObject", "odd": 1}, action="putObject") == {
        "call": "s3:putObject",
        "odd": 1,
    }


def test_the_guards_of_each_kind_are_those_that_the_language_has() -> None:
    fields = {kind: [one.key for one in guard_fields(kind, {}, SCENE)] for kind in STEP_KINDS}
    assert fields["aws"] == ["timeout", "heartbeat", "retry", "catch", "goto"]
    assert fields["tech"] == ["timeout", "retry", "catch", "goto"]
    assert fields["foreach"] == ["retry", "catch", "goto"]
    assert fields["again"] == fields["asl"] == fields["choices"] == []
    assert fields["pass"] == ["goto"]


@pytest.mark.parametrize(
    ("key", "old", "rows", "new"),
    [
        ("retry", None, [{"attempts": "2"}], 2),
        ("retry", 2, [{"attempts": "3"}], 3),
        ("retry", None, [{"attempts": "5", "on": "Busy", "delay": "1 minute"}],
         {"attempts": 5, "on": "Busy", "delay": "1 minute"}),
        ("retry", None, [{"on": "A, B"}, {"attempts": "2"}], [{"on": ["A", "B"]}, {"attempts": 2}]),
        ("catch", None, [{"goto": "A"}], "A"),
        ("catch", None, [{"goto": "A", "on": "Busy"}], [{"goto": "A", "on": "Busy"}]),
        ("catch", "A", [], None),
    ],
)  # fmt: skip
def test_rules_for_failures_are_written_as_short_as_they_can_be(
    key: str, old: Any, rows: list[dict[str, str]], new: Any
) -> None:
    step = {"name": "It", "aws": {"call": "s3:getObject"}} | ({key: old} if old is not None else {})
    values = {**load_step("aws", step, SCENE), f"guard:{key}": rows}
    assert build_step("aws", values, step, SCENE).get(key) == new


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("asl", {"state": "Type: Pas"}, 'State, line 1: "Pas" is not a type of state'),
        ("asl", {"state": "Assign: {}"}, 'a state needs "Type"'),
        ("asl", {"state": "Type: ["}, "State, line 2"),
        ("aws", {"service": "s3", "action": ""}, "Action is missing"),
        ("aws", {"service": "s 3:", "action": "get-it"}, "s 3::get-it is no call of AWS"),
        ("set", {"pairs": [("a", "1"), ("a", "2")]}, "a has two values"),
        ("success", {"pairs": [("a", "1")], "whole": "2"}, "not both"),
        ("approve", {"who": "boss", "subject": "S"}, "Who decides: boss is no mail address"),
        ("approve", {"who": "a@b.c", "subject": "S", "escalate_after": "1 day"}, "Say both"),
        ("tech", {"guard:catch": [{"goto": "", "on": "X"}]}, "Service is missing"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(kind: str, values: dict[str, Any], said: str) -> None:
    with pytest.raises(FormError, match=said):
        built(kind, **values)


def test_a_slip_in_a_name_of_aws_is_told_where_it_was_typed() -> None:
    values = {"service": "dynamodb", "action": "putItm", "pairs": []}
    told = {one.key: one.about for one in FORMS["aws"].fields(values, SCENE)}
    assert told["action"] == "did you mean putItem?"
    fields = {one.key: one for one in FORMS["aws"].fields({**values, "action": "putItem"}, SCENE)}
    assert fields["pairs"].about == "It takes TableName, Item" and fields["action"].offers == (
        "getItem",
        "putItem",
    )
    slipped = {**values, "action": "putItem", "pairs": [("TabelName", "x")]}
    assert {one.key: one.about for one in FORMS["aws"].fields(slipped, SCENE)}["pairs"].endswith("TableName?")


def test_every_kind_of_step_goes_through_its_form_into_a_text_and_back() -> None:
    text = "states: []\n"
    for kind, values in OLD.items():
        text = add_step(text, {"name": f"The {kind}", kind: values[-1]})
    for step in data_of(text)["states"]:
        (kind,) = step.keys() & FORMS.keys()
        changed = build_step(kind, {**load_step(kind, step, SCENE), "name": f"New {kind}"}, step, SCENE)
        text = change_step(text, step["name"], changed)
    assert [one["name"] for one in data_of(text)["states"]] == [f"New {kind}" for kind in OLD]
    codes = {one.code for one in compile_workflow("it", text, file="it.yml").errors}
    assert "B105" not in codes


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(min_size=1).map(str.strip).filter(bool), JSON, max_size=4))
def test_any_names_and_values_are_shown_and_read_as_the_same(data: dict[str, Any]) -> None:
    assert pairs_read(pairs_shown(data), data) == data


@given(st.text() | st.sampled_from(["[{% $x %}]", '"{% $x %}"', '{"a": "{% $x %}"}', "{% $x %} and"]))
def test_any_text_typed_for_anything_is_shown_as_what_is_read_again(text: str) -> None:
    field = Field("x", "x", "any")
    try:
        value = field.read(text)
    except FormError:
        return
    assert field.read(field.shown(value)) == value
