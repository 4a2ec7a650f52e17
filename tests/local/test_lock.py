"""One process at a time runs a project, and the others know where it is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from tests.local.conftest import Serve

from coworks.engine import DatabaseInUseError, hold
from coworks.local import ProjectInUseError, System
from coworks.local.control import Control
from coworks.local.lock import ProjectLock
from coworks.project import load_project


def test_a_second_one_is_refused_with_the_address_of_the_first(tmp_path: Path) -> None:
    first = ProjectLock(tmp_path)
    first.acquire()
    first.publish("http://127.0.0.1:1234")
    with pytest.raises(ProjectInUseError, match=r"already running at http://127\.0\.0\.1:1234"):
        ProjectLock(tmp_path).acquire()
    first.release()
    second = ProjectLock(tmp_path)
    second.acquire()
    second.release()


def test_the_address_is_known_only_while_the_lock_is_held(tmp_path: Path) -> None:
    holder, asking = ProjectLock(tmp_path), ProjectLock(tmp_path)
    assert asking.server_url() is None
    holder.acquire()
    holder.publish("http://127.0.0.1:1234")
    assert asking.server_url() == "http://127.0.0.1:1234"
    holder.release()
    assert asking.server_url() is None


def test_a_process_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, time, pathlib; from coworks.local.lock import ProjectLock;"
        "lock = ProjectLock(pathlib.Path(sys.argv[1])); lock.acquire(); lock.publish('http://gone');"
        "print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    assert ProjectLock(tmp_path).server_url() == "http://gone"
    holder.kill()
    holder.communicate()
    assert ProjectLock(tmp_path).server_url() is None


def test_a_database_that_the_engine_alone_works_on_is_refused(
    make_project: Callable[[Mapping[str, str]], Path],
) -> None:
    project = load_project(make_project({"biz/order.yml": "states:\n  - name: Done\n    success:\n"}))
    database = project.settings.state_folder / "engine.db"
    with (
        hold(database, "http://127.0.0.1:8083"),
        pytest.raises(DatabaseInUseError, match=r"at http://127\.0\.0\.1:8083"),
        System(project, "http://127.0.0.1:8000"),
    ):
        pass
    with System(project, "http://127.0.0.1:8000"), pytest.raises(DatabaseInUseError), hold(database, ""):
        pass
    assert ProjectLock(project.settings.state_folder).server_url() is None


def test_the_server_of_this_machine_is_asked_without_the_proxy_for_the_rest_of_the_world(
    serve_project: Serve, monkeypatch: pytest.MonkeyPatch, unused_port: int
) -> None:
    running = serve_project({"biz/rest.yml": "states:\n  - name: Rest\n    wait: 5\n"})
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unused_port}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with closing(Control(running.system.project.settings)) as control:
        assert control.look("_mail") == {"mails": []}
