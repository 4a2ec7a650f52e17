"""The variables that are offered at a place of a workflow."""

from __future__ import annotations

from coworks.biz.completion import variables_at

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
    assert "$error" in variables_at(TEXT, "Tell")
    assert "$error" not in variables_at(TEXT, "Last")


def test_what_cannot_be_read_offers_nothing() -> None:
    assert variables_at("states: [", "A") == ()
    assert variables_at(TEXT, "Nobody") == ()
