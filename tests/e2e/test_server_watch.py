"""The sample does what the README says: the site goes down, the team gets a mail."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.e2e.conftest import RunProject, until

SAMPLE = Path(__file__).parents[2] / "samples" / "server_watch"


def copied(tmp_path: Path) -> Path:
    root = tmp_path / "server_watch"
    shutil.copytree(SAMPLE, root, ignore=shutil.ignore_patterns(".coworks", "__pycache__"))
    return root


def test_a_mail_tells_the_team_when_the_site_is_down(tmp_path: Path, run_project: RunProject) -> None:
    running = run_project(copied(tmp_path))
    checked = running.ask("GET", f"/check/status?url={running.url}/website")
    assert (checked["status"], checked["url"]) == (200, f"{running.url}/website")
    assert running.ask("GET", "/_mail") == {"mails": []}
    assert running.ask("PUT", "/website/state/down") == {"state": "down"}
    mail = until(lambda: running.ask("GET", "/_mail")["mails"])[0]
    assert (mail["to"], mail["subject"]) == (["ops@example.com"], "Server is down")
    assert mail["text"] == f"{running.url}/website answers 503 (Service Unavailable)"


def test_the_runs_are_listed_with_state_and_time(tmp_path: Path, run_project: RunProject) -> None:
    root = copied(tmp_path)
    running = run_project(root)
    listed = until(lambda: running.ask("GET", "/server_watch?status=SUCCEEDED")["executions"])
    command = [
        sys.executable,
        "-m",
        "coworks",
        "-p",
        str(root),
        "executions",
        "list",
        "--status",
        "SUCCEEDED",
    ]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert listed[0]["id"] in shown
    assert listed[0]["id"].startswith("server_watch-")
    told = running.ask("GET", f"/server_watch/{listed[0]['id']}")
    assert [step["name"] for step in told["steps"]] == ["Check server", "Alive?"]


def test_a_workflow_is_started_by_hand_with_data_of_its_own(tmp_path: Path, run_project: RunProject) -> None:
    root = copied(tmp_path)
    run_project(root)
    nobody = json.dumps({"url": "http://127.0.0.1:9/"})
    command = [sys.executable, "-m", "coworks", "-p", str(root), "start", "server_watch", "--input", nobody]
    ran = subprocess.run([*command, "--wait"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["refused"] == {}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_it_cleanly(tmp_path: Path, run_project: RunProject, number: signal.Signals) -> None:
    root = copied(tmp_path)
    running = run_project(root)
    assert running.end(number) == 0
    assert "Traceback" not in (root / "run.log").read_text(encoding="utf-8")
    assert not (root / ".coworks" / "server.json").exists()


def test_ctrl_c_does_not_wait_for_a_service_that_hangs(tmp_path: Path, run_project: RunProject) -> None:
    (tmp_path / "app.py").write_text(
        "import time\nfrom coworks import TechMicroService\n"
        "class A(TechMicroService):\n    public = True\n    def get(self):\n        time.sleep(600)\n"
    )
    running = run_project(tmp_path)
    connection = HTTPConnection(urlsplit(running.url).netloc, timeout=60)
    connection.request("GET", "/")
    time.sleep(0.5)
    assert running.end(signal.SIGINT) == 0
    assert connection.getresponse().status == 503
    connection.close()


def test_a_second_run_of_the_same_project_is_refused(tmp_path: Path, run_project: RunProject) -> None:
    root = copied(tmp_path)
    running = run_project(root)
    command = [sys.executable, "-m", "coworks", "-p", str(root), "run", "--port", "0"]
    second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert f"already running at {running.url}" in second.stderr


def test_a_port_in_use_is_one_clear_error(tmp_path: Path, run_project: RunProject) -> None:
    running = run_project(copied(tmp_path))
    other = tmp_path / "other"
    other.mkdir()
    (other / "app.py").write_text(
        "from coworks import TechMicroService\nclass A(TechMicroService):\n    def get(self): return 'a'\n"
    )
    port = running.url.rpartition(":")[2]
    command = [sys.executable, "-m", "coworks", "-p", str(other), "run", "--port", port]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert f"cannot serve at 127.0.0.1:{port}: Address already in use" in refused.stderr
    assert f"fix: choose another port: --port {int(port) + 1}" in refused.stderr
    assert "Traceback" not in refused.stderr
