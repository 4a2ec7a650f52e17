"""`cws start` and `cws executions`, with and without a server."""

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
        import os
        from coworks import TechMicroService
        class Tool(TechMicroService):
            public = True
            def get_double(self, *, number):
                return {"double": 2 * int(number), "by": os.getpid()}
    """,
    "biz/double.yml": """
        states:
          - name: Double it
            tech: {service: tool, get: /double, query: {number: "{% $data.number %}"}}
    """,
    "biz/nap.yml": "states:\n  - name: Nap\n    wait: 1 day\n",
}


def test_start_without_a_server_does_the_work_itself(cws: Cws, make_project: MakeProject) -> None:
    started = cws("-p", make_project(FILES), "start", "double", "--input", '{"number": 4}', "--wait")
    assert (started.returncode, json.loads(started.stdout)["double"]) == (0, 8)


def test_start_with_a_server_lets_it_do_the_work(cws: Cws, make_project: MakeProject) -> None:
    root = make_project(FILES)
    with serving(load_project(root)):
        started = cws("-p", root, "start", "double", "--input", '{"number": 4}', "--wait")
        outputs = [json.loads(started.stdout)["by"] for _ in range(1)]
        assert outputs != [0]
        listed = cws("-p", root, "executions", "list")
    assert started.returncode == 0, started.stderr
    assert listed.stdout.split("\n")[1].split()[1:3] == ["double", "SUCCEEDED"]


def test_an_execution_that_fails_is_exit_code_1_with_its_error(cws: Cws, make_project: MakeProject) -> None:
    failed = cws("-p", make_project(FILES), "start", "double", "--input", '{"number": "x"}', "--wait")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert 'FAILED at step "Double it" (biz/double.yml:2) with ValueError: invalid literal' in failed.stderr
    assert "fix: see every step: cws executions show" in failed.stderr


def test_a_failure_shows_the_step_and_its_line(cws: Cws, make_project: MakeProject) -> None:
    root = make_project(FILES)
    cws("-p", root, "start", "double", "--input", '{"number": "x"}', "--wait")
    identity = cws("-p", root, "executions", "list").stdout.split("\n")[1].split()[0]
    (root / "biz/double.yml").write_text("\n\n" + FILES["biz/double.yml"], encoding="utf-8")
    shown = json.loads(cws("-p", root, "executions", "show", identity).stdout)
    # The line is that of today's file, where the step is to be mended.
    assert (shown["step"], shown["place"]) == ("Double it", "biz/double.yml:5")
    assert shown["steps"][0]["place"] == "biz/double.yml:5"


def test_an_execution_is_started_listed_shown_and_stopped(cws: Cws, make_project: MakeProject) -> None:
    root = make_project(FILES)
    started = cws("-p", root, "start", "nap")
    identity = started.stdout.strip()
    assert "goes on with cws run" in started.stderr
    listed = cws("-p", root, "executions", "list", "--status", "running")
    assert listed.stdout.split("\n")[1].split()[:3] == [identity, "nap", "RUNNING"]
    shown = json.loads(cws("-p", root, "executions", "show", identity).stdout)
    assert [step["name"] for step in shown["steps"]] == ["Nap"]
    stopped = cws("-p", root, "executions", "stop", identity)
    assert (stopped.returncode, stopped.stdout) == (0, f"{identity} ABORTED\n")
    again = cws("-p", root, "executions", "stop", f"nap:{identity}")
    assert again.returncode == 1
    assert "is over: it ABORTED" in again.stderr


def test_a_server_stops_an_execution_for_the_command(cws: Cws, make_project: MakeProject) -> None:
    root = make_project(FILES)
    with serving(load_project(root)) as system:
        identity = cws("-p", root, "start", "nap").stdout.strip()
        assert cws("-p", root, "executions", "stop", identity).stdout == f"{identity} ABORTED\n"
        assert system.engine.describe_execution("nap", identity).status == "ABORTED"


@pytest.mark.parametrize("served", [False, True])
def test_a_stopped_execution_goes_on(cws: Cws, make_project: MakeProject, served: bool) -> None:
    root = make_project(FILES)
    identity = cws("-p", root, "start", "nap").stdout.strip()
    cws("-p", root, "executions", "stop", identity)
    with serving(load_project(root)) if served else nullcontext():
        again = cws("-p", root, "executions", "redrive", identity)
        assert (again.returncode, again.stdout) == (0, f"{identity} RUNNING\n")
        refused = cws("-p", root, "executions", "redrive", identity)
        assert "Execution is RUNNING and cannot be redriven" in refused.stderr


def test_who_redrives_may_wait_for_the_end(cws: Cws, make_project: MakeProject) -> None:
    root = make_project(FILES)
    cws("-p", root, "start", "double", "--input", '{"number": "x"}', "--wait")
    identity = cws("-p", root, "executions", "list").stdout.split("\n")[1].split()[0]
    again = cws("-p", root, "executions", "redrive", identity, "--wait")
    assert (again.returncode, again.stdout) == (1, "")
    assert 'FAILED at step "Double it"' in again.stderr


@pytest.mark.parametrize("workflow", [None, "nap"])
def test_a_list_of_nothing_is_empty(cws: Cws, make_project: MakeProject, workflow: str | None) -> None:
    narrowed = ("--workflow", workflow) if workflow else ()
    listed = cws("-p", make_project(FILES), "executions", "list", *narrowed)
    assert listed.returncode == 0
    assert listed.stdout.split() == ["ID", "WORKFLOW", "STATUS", "STARTED", "TOOK", "ERROR"]
