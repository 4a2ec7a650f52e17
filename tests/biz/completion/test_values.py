"""The variables that are offered at a place of a workflow."""

from __future__ import annotations

import pytest

from coworks.asl.jsonata import parse
from coworks.biz.completion import FUNCTIONS, KnownEntry, Surroundings, variables_at

TEXT = """
input: {url: x, a-b: 1}
catch: Tell
states:
  - name: Check server
    tech: {service: check, get: /status}
  - name: Each
    foreach:
      items: $data.lines
      as: line
      steps:
        - name: Ask
          tech: {service: stock, get: "/"}
        - name: Out
          success:
  - name: Maybe
    choices:
      - when: $check_server.status = 200
        goto: End
  - name: Last
    set: {total: 1}
    goto: End
  - name: Tell
    tech: {service: mail, post: /send}
"""


def test_what_came_before_is_offered_with_the_parts_of_the_input() -> None:
    assert variables_at(TEXT, "Check server") == ("$data", "$data.url")
    assert variables_at(TEXT, "Check server", after=True) == ("$data", "$data.url", "$check_server")
    assert variables_at(TEXT, "Last", after=True) == (
        "$data",
        "$data.url",
        "$check_server",
        "$each",
        "$total",
    )


def test_inside_a_step_the_item_is_offered_too() -> None:
    assert variables_at(TEXT, "Out") == ("$data", "$data.url", "$ask", "$check_server", "$line")


def test_where_a_catch_leads_the_error_is_offered() -> None:
    assert variables_at(TEXT, "Tell")[-3:] == ("$error", "$error.Error", "$error.Cause")
    assert "$error" not in variables_at(TEXT, "Last")


def test_what_cannot_be_read_offers_nothing() -> None:
    assert variables_at("states: [", "A") == ()
    assert variables_at(TEXT, "Nobody") == ()


AROUND = Surroundings(
    {
        "check": (KnownEntry("GET", "/status", answers=("status", "seconds", "not-a-name")),),
        "stock": (
            KnownEntry("GET", "/{article}", answers=("left",)),
            KnownEntry("GET", "/all", answers=("articles",)),
        ),
    }
)


def test_a_result_is_offered_with_the_fields_that_the_service_tells() -> None:
    assert variables_at(TEXT, "Maybe", AROUND)[2:5] == (
        "$check_server",
        "$check_server.status",
        "$check_server.seconds",
    )


@pytest.mark.parametrize(
    ("path", "field"), [("/all", "articles"), ("/bolts", "left"), ('"/{% $data.a %}"', "left")]
)
def test_the_entry_is_the_one_that_the_path_leads_to(path: str, field: str) -> None:
    text = f"states:\n  - name: Ask\n    tech: {{service: stock, get: {path}}}\n"
    assert variables_at(text, "Ask", AROUND, after=True) == ("$data", "$ask", f"$ask.{field}")


def test_what_is_taken_and_what_an_answer_holds_is_offered() -> None:
    text = """
takes: {customer: text, tell: order}
states:
  - name: Boss
    approve: {who: [a@b.c], subject: Really}
"""
    offered = variables_at(text, "Boss", after=True)
    assert offered[:4] == ("$data", "$data.customer", "$boss", "$boss.approved")
    assert "$data.tell" not in offered


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_that_is_offered_is_one(name: str) -> None:
    assert parse(f"$type({name})").evaluate({}) == "function"
