"""`cws draw`, with the path of an execution."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

Cws = Callable[..., subprocess.CompletedProcess[str]]
MakeProject = Callable[[Mapping[str, str]], Path]

FILES = {
    "tech/tool.py": """
        from coworks import TechMicroService
        class Tool(TechMicroService):
            public = True
            def get_broken(self):
                raise KeyError("no")
    """,
    "biz/order.yml": """
        states:
          - name: Which?
            choices:
              - when: $data.small = true
                goto: Ship
          - name: Ask
            tech: {service: tool, get: /broken}
            catch: Give up
          - name: Ship
            pass:
            goto: End
          - name: Give up
            fail: {error: NoAnswer}
    """,
}


def test_the_path_of_an_execution_has_colours(cws: Cws, make_project: MakeProject) -> None:
    root = make_project(FILES)
    cws("-p", root, "start", "order", "--wait")
    identity = cws("-p", root, "executions", "list").stdout.split("\n")[1].split()[0]
    drawn = cws("-p", root, "draw", "order", "--execution", identity)
    assert drawn.returncode == 0, drawn.stderr
    styles = [line.split()[2] for line in drawn.stdout.split("\n") if line.startswith("  class s")]
    assert styles == ["dot", "done", "caught", "untouched", "failed"]
    assert "linkStyle 0,2,4 " in drawn.stdout


def test_the_name_of_the_file_says_the_format(cws: Cws, make_project: MakeProject) -> None:
    root = make_project(FILES)
    assert cws("-p", root, "draw", "order", "-o", root / "a.svg").stdout == f"wrote {root / 'a.svg'}\n"
    assert (root / "a.svg").read_text(encoding="utf-8").startswith("<svg")
    assert cws("-p", root, "draw", "order", "-o", root / "a.png").returncode == 0
    assert (root / "a.png").read_bytes().startswith(b"\x89PNG")


def test_an_execution_of_another_workflow_is_refused(cws: Cws, make_project: MakeProject) -> None:
    root = make_project({**FILES, "biz/other.yml": "states:\n  - name: A\n    pass:\n"})
    cws("-p", root, "start", "other", "--wait")
    identity = cws("-p", root, "executions", "list").stdout.split("\n")[1].split()[0]
    refused = cws("-p", root, "draw", "order", "--execution", identity)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "is an execution of other" in refused.stderr


def test_a_file_that_says_no_format_is_refused(cws: Cws, make_project: MakeProject) -> None:
    root = make_project({"biz/wait.yml": "states: [{name: Rest, wait: 5}]"})
    refused = cws("-p", root, "draw", "wait", "-o", root / "wait.gif")
    assert (refused.returncode, (root / "wait.gif").exists()) == (2, False)
    assert "fix: end it with one of .mmd, .mermaid, .svg, .png, or say --format" in refused.stderr
    assert cws("-p", root, "draw", "wait", "-o", root / "wait.txt", "--format", "mermaid").returncode == 0
