"""Mistakes, one small workflow each, in `mistakes/*.txt`: exactly their problems are told, word for word.

A case is `=== name`, the text of the workflow, `-->`, and the first line of each problem.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coworks.biz import CODES, WorkflowContract, compile_workflow
from coworks.biz.takes import Taken

if TYPE_CHECKING:
    from coworks.biz import ServiceContract


def read_case(block: str) -> tuple[str, str, str]:
    name, rest = block.split("\n", 1)
    text, expected = rest.split("-->\n")
    return name, text, expected


CASES = [
    read_case(block)
    for path in sorted((Path(__file__).parent / "mistakes").glob("*.txt"))
    for block in path.read_text(encoding="utf-8").split("=== ")[1:]
]

WATCH = """\
takes: {what: order, wrong: condition, every: duration, who: text, again: number}
input: {wrong: "false", every: 1 hour, again: 3}
states:
  - name: Answer
    tech: $data.what
  - name: Wrong?
    choices:
      - when: $data.wrong
        goto: End
  - name: Rest
    wait: "{% $data.every %}"
"""

BILLING = WorkflowContract(
    (Taken("number", "number"), Taken("due", "duration"), Taken("note", "text")), frozenset({"note"})
)
WORKFLOWS = {"w": None, "billing": None, "charging": BILLING}

FIVE = """\
on:
  - every: often
states:
  - name: Check server
    tech: {service: chekc, get: /status}
    timeout: 5 mintues
  - name: Alive?
    choices:
      - when: $chek_server.status = 200
        goto: Tell the tema
  - name: Tell the team
    tech: {service: mail, post: /send, body: {to_addrs: [ops@example.com]}}
"""


@pytest.mark.parametrize(("name", "text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_a_mistake_is_told_with_its_place_and_its_fix(
    name: str, text: str, expected: str, services: dict[str, ServiceContract]
) -> None:
    compiled = compile_workflow(
        "w", text, file="w.yml", services=services, workflows=WORKFLOWS, library={"watch": WATCH}
    )
    told = [problem.render().splitlines()[0] for problem in compiled.problems]
    assert told == expected.splitlines()
    assert (compiled.definition is None) == bool(compiled.errors)


def test_the_mistakes_cover_the_codes() -> None:
    told = {line.split()[1] for case in CASES for line in case[2].splitlines()}
    own_tests = {
        "B007",
        "B125",
        "B126",
        "B211",
        "B501",
        "B502",
        "B503",
    }  # what is too large; two files; machines in the States Language
    assert told | own_tests == CODES.keys()
    assert len(CASES) >= 60


def test_five_mistakes_are_five_problems(services: dict[str, ServiceContract]) -> None:
    compiled = compile_workflow("w", FIVE, file="w.yml", services=services)
    assert [(problem.line, problem.column, problem.code) for problem in compiled.problems] == [
        (2, 12, "B402"),
        (5, 21, "B201"),
        (6, 14, "B115"),
        (9, 15, "B302"),
        (10, 15, "B103"),
    ]


def test_problems_do_not_depend_on_the_services_when_there_are_none() -> None:
    compiled = compile_workflow("w", FIVE, file="w.yml")
    assert "B201" not in {problem.code for problem in compiled.problems}
