"""Names and data that want to be more than text stay text in every view."""

from __future__ import annotations

from coworks.biz import compile_workflow
from coworks.console.differences import differences
from coworks.console.documents import new_text
from coworks.console.pictures import picture_of
from coworks.console.rendering import data_in_words, render
from coworks.console.steps import outline_of

EVIL = "<img src=x onerror=alert(1)>"
TEXT = f"""
comment: "{EVIL}"
input: {{"{EVIL}": "{EVIL}"}}
states:
  - name: "{EVIL}"
    comment: "{EVIL}"
    choices:
      - when: "'{EVIL}' = 'a'"
        goto: "{EVIL} 2"
  - name: "{EVIL} 2"
    fail: {{error: "{EVIL}", cause: "{EVIL}"}}
"""


def test_a_workflow_with_hostile_names_is_drawn_and_told_as_text() -> None:
    compiled = compile_workflow("evil", TEXT, file="biz/evil.yml")
    assert compiled.errors == ()
    outline = outline_of(TEXT, compiled)
    picture = picture_of(compiled)
    assert picture is not None
    shown = "".join(
        [
            render("steps", outline=outline, may_edit=True),
            render("start", outline=outline, input=[(EVIL, EVIL)], may_edit=True),
            render("picture", picture=picture),
            render("conflict", said=EVIL, lines=differences(TEXT, ""), is_deleted=False),
            render("notice", said=EVIL),
            render("missing", said=EVIL),
            render("top", project=EVIL, links=[], user=EVIL),
            render("head", title=EVIL, about=EVIL),
        ]
    )
    assert "<img src=x" not in shown
    assert shown.count("&lt;img") > 10


def test_mistakes_with_hostile_words_are_text_too() -> None:
    text = f'states:\n  - name: A\n    wait: 1\n    goto: "{EVIL}"\n'
    compiled = compile_workflow("evil", text, file="biz/evil.yml")
    shown = render("problems", problems=compiled.problems)
    assert "<img" not in shown and "&lt;img" in shown


def test_huge_data_is_cut() -> None:
    assert len(data_in_words({"a": "x" * 1_000_000})) < 30_000


def test_a_new_workflow_keeps_any_purpose_as_text() -> None:
    text = new_text(f'{EVIL}: "#\n- x')
    compiled = compile_workflow("new", text, file="biz/new.yml")
    assert compiled.comment == f'{EVIL}: "#\n- x'
