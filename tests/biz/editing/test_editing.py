"""An edit changes what it shall, and not a byte around it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coworks.biz import compile_workflow
from coworks.biz.editing import (
    EditError,
    add_step,
    change_step,
    copy_step,
    delete_step,
    delete_value,
    move_step,
    rename_step,
    set_value,
    step_names,
)
from coworks.biz.editing.tree import data_of

ROOT = Path(__file__).parents[3]
TEXT = """\
# yaml-language-server: $schema=workflow.schema.json

comment: "A test"   # of edits
input: {tries: 0, team: [ops@example.com]}

states:
  # Begins here
  - name: Ask   # politely
    tech: {service: tool, get: /, query: {q: '{% $data.tries %}'}}
    retry: 2  # often enough
    # and then?

  # --- the middle ---

  - name: Which?
    choices:
      - when: $ask.ok = true
        goto: Tell
      # none of these
      - default: Ask
  # The end
  - name: Tell
    tech:
      service: mail
      post: /send
      body: {goto: Ask, text: "it says {% $ask.text %} at $ask"}
"""
GUIDE = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "biz.md").read_text(encoding="utf-8"), re.DOTALL)
SAMPLES = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("samples/*/biz/*.yml"))]
FILES = [
    TEXT,
    *(one for one in GUIDE if "states:" in one),
    *(one for one in SAMPLES if "\nstates:" in one),
    (ROOT / "src/coworks/project/template/biz/welcome.yml").read_text(encoding="utf-8"),
]


def changed(new: str, old: str = TEXT) -> tuple[list[str], list[str]]:
    """The lines that went and those that came, what is the same at both ends left out."""
    before, after = old.split("\n"), new.split("\n")
    while before and after and before[0] == after[0]:
        del before[0], after[0]
    while before and after and before[-1] == after[-1]:
        del before[-1], after[-1]
    return before, after


def test_a_value_is_changed_where_it_stands() -> None:
    assert changed(set_value(TEXT, ("states", 0, "retry"), 3)) == (
        ["    retry: 2  # often enough"],
        ["    retry: 3  # often enough"],
    )
    assert changed(set_value(TEXT, ("comment",), "Another: one")) == (
        ['comment: "A test"   # of edits'],
        ['comment: "Another: one"   # of edits'],
    )
    new = set_value(TEXT, ("states", 0, "tech", "query", "q"), "{% $data.tries + 1 %}")
    assert changed(new)[1] == ["    tech: {service: tool, get: /, query: {q: '{% $data.tries + 1 %}'}}"]


@pytest.mark.parametrize(
    ("value", "written"),
    [(True, "a: {b: [true, 2]}\n"), (1, "a: {b: [1, 2]}\n"), (1.0, "a: {b: [1.0, 2]}\n")],
)
def test_true_is_not_one_and_one_is_not_a_decimal(value: object, written: str) -> None:
    for before in ("a: {b: [true, 2]}\n", "a: {b: [1, 2]}\n", "a: {b: [1.0, 2]}\n"):
        assert set_value(before, ("a",), {"b": [value, 2]}) == written
        assert set_value(before, ("a", "b"), [value, 2]) == written
        assert set_value(before, ("a", "b", 0), value) == written


def test_a_new_key_comes_last_and_a_deleted_one_goes_with_its_line() -> None:
    new = set_value(TEXT, ("states", 0, "timeout"), "1 minute")
    assert changed(new) == ([], ["    timeout: 1 minute"])
    assert changed(delete_value(new, ("states", 0, "timeout")))[0] == []
    assert "often enough" not in delete_value(TEXT, ("states", 0, "retry"))
    assert changed(set_value(TEXT, ("input", "team", 1), "b@example.com"))[1] == [
        "input: {tries: 0, team: [ops@example.com, b@example.com]}"
    ]


def test_a_step_moves_with_its_comments_and_the_rest_stays() -> None:
    new = move_step(TEXT, "Ask", after="Which?")
    assert step_names(new) == ["Which?", "Ask", "Tell"]
    assert "  # Begins here\n  - name: Ask   # politely\n" in new
    assert "retry: 2  # often enough\n    # and then?\n  # The end\n  - name: Tell" in new
    assert sorted(new.split("\n")) == sorted(TEXT.split("\n"))
    assert move_step(new, "Ask") == TEXT


def test_a_step_is_added_after_another_in_the_style_of_the_file() -> None:
    step = {"name": "Rest", "wait": "5 minutes", "comment": "a: b"}
    new = add_step(TEXT, step, after="Ask")
    assert '\n\n  - name: Rest\n    wait: 5 minutes\n    comment: "a: b"' in new
    assert step_names(new) == ["Ask", "Rest", "Which?", "Tell"]
    assert step_names(add_step(TEXT, step)) == ["Ask", "Which?", "Tell", "Rest"]
    assert step_names(add_step(TEXT, step, first=True)) == ["Rest", "Ask", "Which?", "Tell"]
    assert add_step("comment: nothing yet\n", {"name": "A", "pass": None}) == (
        "comment: nothing yet\nstates:\n  - name: A\n    pass:\n"
    )


def test_a_deleted_step_leaves_the_comments_that_are_not_its_own() -> None:
    new = delete_step(TEXT, "Which?")
    assert step_names(new) == ["Ask", "Tell"]
    assert "# --- the middle ---" in new
    assert "# The end" in new
    assert "none of these" not in new
    assert "# --- the middle ---" in delete_step(delete_step(TEXT, "Tell"), "Which?")
    assert "# --- the middle ---" in delete_step(TEXT, "Ask")


def test_a_copy_stands_below_with_its_own_name() -> None:
    new = copy_step(TEXT, "Which?", "Which now?")
    assert step_names(new) == ["Ask", "Which?", "Which now?", "Tell"]
    assert new.count("# none of these") == 2


def test_jumps_and_expressions_follow_a_new_name() -> None:
    new = rename_step(TEXT, "Ask", "Ask again")
    assert "- default: Ask again" in new
    assert "- when: $ask_again.ok = true" in new
    assert 'body: {goto: Ask, text: "it says {% $ask_again.text %} at $ask"}' in new
    assert rename_step(new, "Ask again", "Ask") == TEXT
    assert "text: 'is {% $ask_again %}'" in rename_step(
        "states:\n- name: Ask\n  pass:\n- name: Say\n  set: {text: 'is {% $ask %}'}\n", "Ask", "Ask again"
    )


def test_a_list_given_anew_keeps_the_text_of_what_stays() -> None:
    ask, which, tell = data_of(TEXT)["states"]
    new = set_value(TEXT, ("states",), [which, {"name": "Rest", "wait": 5}, ask, {**tell, "timeout": 5}])
    assert (
        "# Begins here\n  - name: Ask   # politely\n    tech: {service: tool, get: /, query: {q: '{%" in new
    )
    assert step_names(new) == ["Which?", "Rest", "Ask", "Tell"]
    assert step_names(set_value(new, ("states",), [ask])) == ["Ask"]
    assert step_names(set_value(new, ("states",), [{"name": "A", "wait": 1}])) == ["A"]


@pytest.mark.parametrize("text", FILES, ids=range(len(FILES)))
def test_steps_in_another_order_are_the_same_lines(text: str) -> None:
    new = set_value(text, ("states",), data_of(text)["states"][::-1])
    assert sorted(new.split("\n")) == sorted(text.split("\n"))


def test_a_step_is_changed_where_it_differs() -> None:
    tech = {"service": "mail", "post": "/send", "body": {"text": "first\nsecond"}}
    new = change_step(
        TEXT, "Tell", {"name": "Tell all", "tech": tech, "retry": [{"on": "Busy", "attempts": 2}]}
    )
    assert new.startswith(TEXT[: TEXT.index("goto: Tell")] + "goto: Tell all\n      # none of these\n")
    assert new.endswith(
        "  # The end\n  - name: Tell all\n    tech:\n      service: mail\n      post: /send\n"
        '      body: {text: "first\\nsecond"}\n'
        "    retry:\n      - {on: Busy, attempts: 2}\n"
    )


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda: delete_step(TEXT, "Tel"), 'no step is named "Tel"'),
        (lambda: set_value(TEXT, ("states", 9, "wait"), 1), r"there is no states\[9\]"),
        (lambda: set_value("a: [1\n", ("a",), 1), 'line 1: a "\\[" is opened'),
        (lambda: delete_value(TEXT, ("nothing",)), "there is no nothing"),
    ],
)
def test_what_cannot_be_done_is_refused(edit: Callable[[], str], said: str) -> None:
    with pytest.raises(EditError, match=said):
        edit()


@pytest.mark.parametrize("text", FILES, ids=range(len(FILES)))
def test_every_sample_survives_edits_that_undo_each_other(text: str) -> None:
    assert set_value(text, ("states",), data_of(text)["states"]) == text
    # Those of one list: the step before the first of a branch is the one around it.
    names = [str(step["name"]) for step in data_of(text)["states"]]
    for before, name in zip([None, *names], names, strict=False):
        there_and_back = move_step(move_step(text, name, after=names[-1]), name, after=before)
        assert there_and_back == text
        assert delete_step(copy_step(text, name, "A copy"), "A copy") == text
        assert rename_step(rename_step(text, name, "Zzz zzz"), "Zzz zzz", name) == text


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n:#{}[],&*'\"%"), max_size=20
)
VALUES = st.recursive(
    TEXTS
    | st.integers()
    | st.booleans()
    | st.none()
    | st.sampled_from(["on", "null", "1.5", "- a", "{% $x %}", "a: b"]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXTS.filter(bool), inside, max_size=3),
    max_leaves=8,
)
PATHS = st.sampled_from(
    [
        ("comment",),
        ("input",),
        ("input", "tries"),
        ("states", 0, "retry"),
        ("states", 2, "tech", "body"),
        ("new",),
    ]
)


@settings(max_examples=60, deadline=None)
@given(PATHS, VALUES)
def test_whatever_is_written_reads_the_same(path: tuple[str | int, ...], value: object) -> None:
    new = set_value(TEXT, path, value)  # raises when it does not read back as it was meant
    assert "# --- the middle ---" in new
    assert compile_workflow("w", new, file="w.yml").problems is not None


def test_a_new_key_stands_in_front_of_the_one_that_is_named() -> None:
    text = "comment: One\n\nstates:\n  - name: A\n    pass:\n"
    with_trigger = set_value(text, ("on",), [{"every": "5 minutes"}], before="states")
    assert with_trigger == "comment: One\n\non:\n  - every: 5 minutes\n\nstates:\n  - name: A\n    pass:\n"
    assert set_value(text, ("timeout",), 9, before="nothing").endswith("    pass:\n\ntimeout: 9\n")


def test_a_file_that_uses_a_workflow_gets_no_steps() -> None:
    with pytest.raises(EditError, match='"reminder", which it uses'):
        add_step("use: reminder\ninput: {subject: Tax}\n", {"name": "Rest", "wait": 5})


def test_steps_stand_on_lines_of_their_own_and_names_of_calls_without_quotes() -> None:
    step = {
        "name": "Each",
        "foreach": {"items": "$x", "steps": [{"name": "In", "aws": {"call": "s3:getObject"}}]},
    }
    assert add_step("states: []\n", step) == (
        "states:\n  - name: Each\n    foreach:\n      items: $x\n      steps:\n"
        "        - name: In\n          aws: {call: s3:getObject}\n"
    )
    assert set_value("a: 1\n", ("a",), "08:00") == 'a: "08:00"\n'
