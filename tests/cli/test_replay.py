"""`cws replay`: a past execution runs again, with and without a server."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path

import pytest

from coworks.local import serving
from coworks.project import load_project

Cws = Callable[..., subprocess.CompletedProcess[str]]
MakeProject = Callable[[Mapping[str, str]], Path]

FILES = {
    "tech/tool.py": """
        from coworks import TechMicroService
        class Tool(TechMicroService):
            public = True
            def get_double(self, *, number):
                return {"double": 2 * int(number)}
            def get_half(self, *, number):
                return {"half": int(number) // 0}
    """,
    "biz/count.yml": """
        states:
          - name: Double it
            tech: {service: tool, get: /double, query: {number: "{% $data.number %}"}}
          - name: Halve it
            tech: {service: tool, get: /half, query: {number: "{% $double_it.double %}"}}
    """,
}


@pytest.fixture
def failed(cws: Cws, make_project: MakeProject) -> tuple[Path, str]:
    """A project whose workflow failed at its second step and was mended since; the id of the execution."""
    root = make_project(FILES)
    ran = cws("-p", root, "start", "count", "--input", '{"number": 4}', "--wait")
    assert 'FAILED at step "Halve it"' in ran.stderr
    tool = root / "tech/tool.py"
    tool.write_text(tool.read_text(encoding="utf-8").replace("// 0", "// 2"), encoding="utf-8")
    listed = cws("-p", root, "executions", "list").stdout
    return root, listed.split("\n")[1].split()[0]


@pytest.mark.parametrize("served", [False, True])
def test_it_goes_on_from_the_step_that_failed(cws: Cws, failed: tuple[Path, str], served: bool) -> None:
    root, identity = failed
    with serving(load_project(root)) if served else nullcontext():
        again = cws("-p", root, "replay", identity, "--from", "Halve it", "--wait")
    assert (again.returncode, json.loads(again.stdout)["half"]) == (0, 4), again.stderr
    assert again.stderr == "Halve it: SUCCEEDED\n"


@pytest.mark.parametrize("served", [False, True])
def test_other_data_is_given_to_the_step(cws: Cws, failed: tuple[Path, str], served: bool) -> None:
    root, identity = failed
    with serving(load_project(root)) if served else nullcontext():
        arguments = ("replay", identity, "--from", "Halve it", "--with", '{"double_it": {"double": 40}}')
        again = cws("-p", root, *arguments, "--wait", "--json")
    told = json.loads(again.stdout)
    assert (again.returncode, told["output"]["half"], told["input"]) == (0, 20, {"number": 4})
    assert told["replay"] == {"of": identity, "from": "Halve it"}


def test_from_the_beginning_it_is_started_with_other_input(cws: Cws, failed: tuple[Path, str]) -> None:
    root, identity = failed
    again = cws("-p", root, "replay", f"count:{identity}", "--with", '{"number": 10}', "--wait")
    assert (again.returncode, json.loads(again.stdout)["half"]) == (0, 10)
    failing = cws("-p", root, "replay", identity, "--with", '{"number": "x"}', "--wait")
    assert (failing.returncode, failing.stdout) == (1, "")
    assert 'FAILED at step "Double it"' in failing.stderr


def test_without_waiting_it_prints_the_new_id(cws: Cws, failed: tuple[Path, str]) -> None:
    root, identity = failed
    begun = cws("-p", root, "replay", identity, "--from", "Halve it")
    shown = json.loads(cws("-p", root, "executions", "show", begun.stdout.strip()).stdout)
    assert (begun.returncode, shown["workflow"], shown["replay"]["of"]) == (0, "count", identity)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "Halve"), 'no step "Halve"'),
        (("--from", "Halve it", "--with", "{"), "--with is not JSON"),
        (("--from", "Halve it", "--with", '{"dbl": 1}'), "no variable $dbl"),
    ],
)
def test_what_is_asked_wrongly_is_exit_code_2(
    cws: Cws, failed: tuple[Path, str], arguments: tuple[str, ...], said: str
) -> None:
    root, identity = failed
    refused = cws("-p", root, "replay", identity, *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert "fix: " in refused.stderr
