"""What is offered at the cursor, which stands where the texts have a `|`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.biz.completion import Completion, KnownEntry, Surroundings, completion_at

AROUND = Surroundings(
    {
        "check": (KnownEntry("GET", "/status", "Is it up?", {"query": ("url",)}, ("status",)),),
        "mail": (
            KnownEntry("POST", "/send", "Send a mail", {"body": ("subject", "to_addrs")}),
            KnownEntry("GET", "/box"),
        ),
    },
    ("invoice",),
    {},
)
TEXT = """\
input: {url: x}
states:
  - name: Check server
    tech: {service: check, get: /status}
  - name: Alive?
    choices:
      - when: WHEN
        goto: GOTO
  - name: Each
    foreach:
      items: $data.lines
      steps:
        - name: Inside
          pass:
          INSIDE
    EACH
  - name: Tell
    tech:
      service: SERVICE
      post: POST
      body:
        subject: SUBJECT
        BODY
    LAST
"""


WRITTEN = {
    "WHEN": "true",
    "GOTO": "End",
    "INSIDE": "",
    "EACH": "",
    "SERVICE": "mail",
    "POST": "/send",
    "SUBJECT": "words",
    "BODY": "",
    "LAST": "",
}


def complete(text: str, around: Surroundings = AROUND) -> Completion | None:
    before = text.partition("|")[0]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n") - 1
    return completion_at(text.replace("|", "", 1), line, column, around)


def offered(word: str, typed: str) -> list[str]:
    """The labels of what is offered when this is typed at the place of a word of the text."""
    text = TEXT.replace(word, f"{typed}|")
    for other, written in WRITTEN.items():
        text = text.replace(other, written)
    found = complete(text)
    return [one.label for one in found.offers] if found else []


@pytest.mark.parametrize(
    ("word", "typed", "expected"),
    [
        ("GOTO", "", ["Check server", "Alive?", "Each", "Tell", "End"]),
        ("INSIDE", "goto: ", ["Inside", "End"]),
        ("EACH", "goto: ", ["Check server", "Alive?", "Each", "Tell", "End"]),
        ("SERVICE", "ma", ["check", "mail"]),
        ("POST", "/s", ["/send"]),
        ("BODY", "", ["to_addrs"]),
        ("SUBJECT", "words", []),
        ("SUBJECT", "$", ["$data", "$data.url", "$check_server", "$check_server.status", "$each"]),
    ],
)
def test_what_may_stand_there_is_offered(word: str, typed: str, expected: list[str]) -> None:
    assert offered(word, typed) == expected


def test_in_an_expression_functions_follow_the_values() -> None:
    found = offered("WHEN", "$check_server.")
    assert found[:4] == ["$data", "$data.url", "$check_server", "$check_server.status"]
    assert "$contains" in found


def test_keys_are_offered_with_what_they_are_for_and_without_those_that_are_there() -> None:
    found = complete("states:\n  - name: A\n    pass:\n    |\n    comment: x\n")
    assert found is not None
    about = {one.label: one.about for one in found.offers}
    assert about["goto"] == "the step that comes next, or End"
    assert "name" not in about and "comment" not in about
    assert [one.text for one in found.offers if one.label == "goto"] == ["goto: "]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("|", "states"),
        ("on:\n  - |", "every"),
        ("states:\n- name: A\n  tech: {|", "service"),
        ("states:\n- name: A\n  tech: {service: |", "check"),
        ("states:\n- name: A\n  tech: {service: check, get: |", "/status"),
        ("states:\n- name: A\n  tech: {service: check, get: /status, query: {u|", "url"),
        ('states:\n- {name: A, wait: 1}\n- {name: B, fail: {cause: "{% $|"}}', "$data"),
        ("states:\n- name: A\n  choices:\n  - when: $|", "$data"),
        ("states:\n- name: A\n  biz: |", "invoice"),
        ("states:\n- name: A\n  biz: {workflow: invoice, wait: |", "true"),
        ("overlap: |", "skip"),
        ("states:\n- name: A\n  retry:\n    - |", "attempts"),
    ],
)
def test_half_written_texts_have_offers_too(text: str, expected: str) -> None:
    found = complete(text)
    assert found is not None
    assert expected in [one.label for one in found.offers]


@pytest.mark.parametrize(
    ("typed", "written"),
    [("$d|", '"{% $data %}"'), ('"for $d|"', "{% $data %}"), ('"{% $d| %}"', "$data")],
)
def test_a_value_among_words_is_marked_as_an_expression(typed: str, written: str) -> None:
    line = f"    fail: {{cause: {typed}}}\n"
    found = complete(f"states:\n  - name: A\n{line}")
    assert found is not None
    assert (found.offers[0].text, found.start) == (written, line.index("$"))


@pytest.mark.parametrize(
    "text", ["# goto: |", "states:\n  - name: Ch|", "comment: |", "states:\n  - wait: 1|"]
)
def test_where_nothing_is_known_nothing_is_offered(text: str) -> None:
    assert complete(text) is None


_PIECES = [*" \n-:{}[]'\"$%#,|.", "a", "name: ", "states:\n", "  ", "tech:", "goto: "]
_TEXTS = st.lists(st.sampled_from(_PIECES)).map("".join)


@given(_TEXTS, st.data())
def test_any_text_may_be_asked_about_at_any_place(text: str, data: st.DataObject) -> None:
    lines = text.split("\n")
    line = data.draw(st.integers(1, len(lines)))
    column = data.draw(st.integers(0, len(lines[line - 1])))
    found = completion_at(text, line, column, AROUND)
    assert found is None or 0 <= found.start <= column
