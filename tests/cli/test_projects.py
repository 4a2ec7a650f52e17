"""`cws new`, `routes`, `check`, `compile`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Cws = Callable[..., subprocess.CompletedProcess[str]]
MakeProject = Callable[[Mapping[str, str]], Path]

HELLO = """
    from coworks import TechMicroService
    class Hello(TechMicroService):
        public = True
        def get_word(self, name, *, language="en"):
            "Says hello."
            return f"hello {name}"
"""
GREET = """
    comment: Greets
    states:
      - name: Greet
        tech: {service: hello, get: /word/me}
"""
FIVE_MISTAKES = """
    on:
      - evry: 5 minutes
    states:
      - name: Greet
        tech: {service: helo, get: /word/me}
      - name: Nap
        wate: 5
      - name: Which way?
        choices:
          - when: $greet =
            goto: Greet
          - when: $greet = 1
            goto: Graet
"""


def test_new_makes_a_project_that_checks_and_answers(cws: Cws, tmp_path: Path) -> None:
    made = cws("new", "shop")
    assert made.returncode == 0
    assert "cd shop" in made.stdout
    checked = cws("check", cwd=tmp_path / "shop")
    assert (checked.returncode, checked.stdout) == (0, "1 service, 1 workflow: 0 errors, 0 warnings\n")
    started = cws("start", "welcome", "--input", '{"name": "Ada"}', "--wait", cwd=tmp_path / "shop")
    assert (started.returncode, json.loads(started.stdout)) == (0, {"text": "Hello Ada!"})


def test_new_refuses_a_folder_that_is_there(cws: Cws, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "file").touch()
    refused = cws("new", "shop")
    assert refused.returncode == 1
    assert "not empty" in refused.stderr
    assert "fix: " in refused.stderr


def test_routes_lists_the_entries(cws: Cws, make_project: MakeProject) -> None:
    listed = cws("-p", make_project({"tech/hello.py": HELLO}), "routes")
    assert listed.returncode == 0
    assert listed.stdout.split("\n")[1].split() == [
        "GET",
        "/hello/word/{name}",
        "hello.get_word",
        "Says",
        "hello.",
    ]


def test_check_lists_five_mistakes_with_place_and_fix(cws: Cws, make_project: MakeProject) -> None:
    root = make_project({"tech/hello.py": HELLO, "biz/greet.yml": FIVE_MISTAKES})
    checked = cws("-p", root, "check")
    assert checked.returncode == 1
    lines = [line for line in checked.stderr.split("\n") if line.startswith("biz/greet.yml:")]
    places = [line.split(" ")[0].split(":")[1] for line in lines]
    assert places == ["2", "5", "7", "10", "13"]
    assert all(";" in line for line in lines), "each has its fix"
    assert checked.stderr.count("^") >= 5
    assert "1 service, 1 workflow: 5 errors" in checked.stdout


def test_check_shows_the_traceback_of_a_service_and_its_name(cws: Cws, make_project: MakeProject) -> None:
    checked = cws("-p", make_project({"tech/bad.py": "import nothing_like_this\n"}), "check")
    assert checked.returncode == 1
    assert "ModuleNotFoundError: No module named 'nothing_like_this'" in checked.stderr
    assert 'the service "bad"' in checked.stderr


def test_compile_prints_the_state_machine(cws: Cws, make_project: MakeProject) -> None:
    printed = cws("-p", make_project({"tech/hello.py": HELLO, "biz/greet.yml": GREET}), "compile", "greet")
    assert printed.returncode == 0
    definition = json.loads(printed.stdout)
    assert (definition["Comment"], definition["QueryLanguage"]) == ("Greets", "JSONata")


@pytest.mark.parametrize(
    ("arguments", "code", "said", "fix"),
    [
        (("compile", "gret"), 2, 'no workflow is named "gret"', 'did you mean "greet"?'),
        (("start", "gret"), 2, 'no workflow is named "gret"', 'did you mean "greet"?'),
        (("start", "greet", "--input", "{bad"), 2, "--input is not JSON", "write it like"),
        (("start", "greet", "--input", "@nothing.json"), 2, "cannot be read", None),
        (("executions", "show", "nothing"), 2, 'no execution "nothing"', "cws executions list"),
        (("-p", "nowhere", "check"), 1, "there is no folder nowhere", "--project-dir"),
        (("-p", "biz", "run"), 1, "is no CoWorks project", "cws new"),
    ],
)
def test_a_mistake_of_the_caller_is_one_clear_error(
    cws: Cws, make_project: MakeProject, arguments: tuple[str, ...], code: int, said: str, fix: str | None
) -> None:
    root = make_project({"tech/hello.py": HELLO, "biz/greet.yml": GREET})
    refused = cws(*arguments, cwd=root)
    assert refused.returncode == code
    assert said in refused.stderr
    assert fix is None or ("fix: " in refused.stderr and fix in refused.stderr)
    assert "Traceback" not in refused.stderr
    assert refused.stdout == ""
