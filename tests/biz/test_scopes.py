"""Steps inside a step: branches at the same time, and the same steps for each item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coworks.biz import compile_workflow
from coworks.biz.drawing import draw, to_mermaid
from coworks.biz.editing import add_step, rename_step, step_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.biz.conftest import RunText

BRANCHES = """\
states:
  - name: Check all
    parallel:
      stock:
        - name: Ask the stock
          tech: {service: stock, get: /level}
      credit:
        - name: Rich?
          choices:
            - when: $data.total < 100
              goto: End
        - name: Ask the bank
          tech: {service: bank, get: /credit}
  - name: Done
    success: {output: {all: "{% $check_all %}"}}
"""
LINES = """\
states:
  - name: Check lines
    foreach:
      items: $data.lines
      as: line
      at_most: 2
      steps:
        - name: Ask
          tech: {service: stock, get: /level, query: {of: "{% $line.name %}", by: "{% $data.by %}"}}
        - name: Keep
          success: {output: "{% $line.name & ': ' & $ask.level %}"}
  - name: Done
    success: {output: "{% $check_lines %}"}
"""
CAUGHT = """\
states:
  - name: Both
    parallel:
      one:
        - name: Ask
          tech: {service: bank, get: /fails}
          catch: Inside
          goto: End
        - name: Inside
          success: {output: "{% $error.Error & ' inside' %}"}
  - name: Fails
    tech: {service: bank, get: /fails}
    catch: Sorry
    goto: End
  - name: Sorry
    success: {output: ["{% $both.one %}", "{% $error.Error & ' outside' %}"]}
"""


def answer(service: str, order: dict[str, Any]) -> Any:
    if order["path"] == "/fails":
        raise LookupError("no")
    return {"level": 3, "of": service, **order.get("query", {})}


def test_branches_give_a_result_by_their_names(run_text: RunText) -> None:
    level = {"level": 3, "of": "stock"}
    assert run_text(BRANCHES, {"total": 500}, answer).output == {
        "all": {"stock": level, "credit": {"level": 3, "of": "bank"}}
    }
    assert run_text(BRANCHES, {"total": 5}, answer).output == {
        "all": {"stock": level, "credit": {"total": 5}}
    }


@pytest.mark.parametrize("distributed", [False, True])
def test_each_item_has_its_steps_and_sees_what_is_around(run_text: RunText, distributed: bool) -> None:
    text = LINES.replace(
        "      as: line\n", f"      as: line\n      distributed: {str(distributed).lower()}\n"
    )
    lines = [{"name": "pen"}, {"name": "ink"}]
    orders: list[Any] = []

    def stock(service: str, order: dict[str, Any]) -> Any:
        orders.append(order["query"])
        return answer(service, order)

    assert run_text(text, {"lines": lines, "by": "me"}, stock).output == ["pen: 3", "ink: 3"]
    assert sorted(order["of"] for order in orders) == ["ink", "pen"]
    assert {order["by"] for order in orders} == {"me"}


@pytest.mark.parametrize(("lines", "expected"), [({"name": "pen"}, ["pen: 3"]), (None, []), ([], [])])
def test_one_item_is_a_list_and_none_an_empty_one(run_text: RunText, lines: Any, expected: list[str]) -> None:
    data = {"by": "me"} | ({} if lines is None else {"lines": lines})
    assert run_text(LINES, data, answer).output == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [("[1, 2]", [1, 2]), ("/* two */ [1, 2]", [1, 2]), ("[1, 2, 3][$ > 1]", [2, 3]),
     ("[[1, 2], 3]", [[1, 2], 3]), ("[]", []), ("[1..3]", [1, 2, 3])],
)  # fmt: skip
def test_a_list_that_is_written_out_has_its_own_items(
    run_text: RunText, items: str, expected: list[Any]
) -> None:
    text = f"""\
states:
  - name: All of them
    foreach:
      items: "{{% {items} %}}"
      steps:
        - name: Keep
          success: {{output: "{{% $item %}}"}}
"""
    assert run_text(text, {}, answer).output == expected


def test_an_error_inside_is_another_than_the_one_outside(run_text: RunText) -> None:
    assert run_text(CAUGHT, {}, answer).output == ["LookupError inside", "LookupError outside"]


def test_no_variable_is_assigned_in_two_scopes_of_each_other(
    machine: Callable[[str], dict[str, Any]],
) -> None:
    states = machine(CAUGHT)["States"]
    inner = states["Both"]["Branches"][0]["States"]["Ask"]["Catch"][0]["Assign"]
    assert inner.keys() == {"error__2"}
    assert states["Fails"]["Catch"][0]["Assign"].keys() == {"error"}


def test_the_error_of_around_is_seen_inside(problems: Callable[[str], list[str]]) -> None:
    text = """\
states:
  - name: Ask
    tech: {service: bank, get: /fails}
    catch: Both
    goto: End
  - name: Both
    parallel:
      one:
        - name: Tell
          success: {output: "{% $error.Cause %}"}
"""
    assert problems(text) == []


def test_branches_are_boxes_and_what_is_added_is_none() -> None:
    compiled = compile_workflow("w", LINES, file="w.yml")
    assert compiled.definition
    drawing = draw("w", compiled.definition, compiled.source_map)
    assert [box.name for box in drawing.level.all_boxes()] == ["", "Check lines", "Ask", "Keep", "Done", ""]
    assert "subgraph" in to_mermaid(drawing)


def test_every_state_has_its_line() -> None:
    compiled = compile_workflow("w", BRANCHES, file="w.yml")
    lines = {name: (one.place.line, one.step) for name, one in compiled.source_map.items() if one.step}
    assert lines["Ask the bank"] == (12, "Ask the bank")
    assert lines["Check all: end of credit"] == (2, "Check all")


def test_steps_inside_are_edited_as_others() -> None:
    assert step_names(BRANCHES) == ["Check all", "Ask the stock", "Rich?", "Ask the bank", "Done"]
    text = add_step(BRANCHES, {"name": "Rest", "wait": 5}, after="Ask the stock")
    text = rename_step(text, "Check all", "Check")
    assert "        - name: Rest\n          wait: 5\n      credit:" in text
    assert '{all: "{% $check %}"}' in text
    assert compile_workflow("w", text, file="w.yml").errors == ()


def test_a_renamed_step_is_renamed_in_items() -> None:
    text = "states:\n  - name: Ask\n    tech: {service: a, get: /}\n  - name: Each\n    foreach:\n" + (
        "      items: $ask.lines\n      steps:\n        - name: Rest\n          wait: 5\n"
    )
    assert "items: $ask_him.lines" in rename_step(text, "Ask", "Ask him")


def test_long_names_stay_within_awss_80_characters(machine: Callable[[str], dict[str, Any]]) -> None:
    name = "A" * 80
    text = BRANCHES.replace("Check all", name).replace("$check_all", f"${name.lower()}")
    (long,) = [one for one in machine(text)["States"][name]["Branches"][1]["States"] if one.startswith("AAA")]
    assert len(long) == 80
