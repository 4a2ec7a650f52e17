"""A service in a process of its own answers as it does in ours, and what becomes of it harms nobody else."""

from __future__ import annotations

import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.local.isolated.conftest import ServeIsolated, is_there, order, told

from coworks.local.function_errors import FunctionError
from coworks.local.isolated import RuntimeClientMissingError
from coworks.local.isolated.isolated import check_runtime_client
from coworks.local.reloading import Reloader

TOOL = """
    import logging, os, time
    from pathlib import Path
    from coworks import ConflictError, NotFoundError, TechMicroService, connect
    from coworks.tech.topics import publish
    class Tool(TechMicroService):
        public = True
        def get(self):
            return {"name": self.name, "pid": os.getpid()}
        def get_write(self):
            print("printed")
            logging.getLogger("tool").warning("warned")
            return "written"
        def post_exit(self, *, code: int):
            os._exit(code)
        def post_signal(self, *, number: int):
            os.kill(os.getpid(), number)
        def post_fill(self, *, megabytes: int, seconds: int):
            filled = b"x" * megabytes * 2**20
            time.sleep(seconds)
            return len(filled)
        def post_taken(self):
            raise ConflictError("taken")
        def post_meet(self, *, mine: str, other: str):
            Path(mine).touch()
            while not Path(other).exists():
                time.sleep(0.01)
            return os.getpid()
        def get_ask(self):
            try:
                connect("friend").get_nothing()
            except NotFoundError as error:
                return {"pid": connect("friend").get_pid(), "refused": str(error)}
        def get_tell(self):
            return publish("notes", str(Path("heard").absolute()))
        def get_leave(self):
            return connect("friend").queue.post_note(path=str(Path("note").absolute()))
"""
FRIEND = """
    import os
    from pathlib import Path
    from coworks import TechMicroService
    class Friend(TechMicroService):
        public = True
        def get_pid(self):
            return os.getpid()
        topics = {"notes": {}}
        def post_note(self, *, path):
            Path(path).write_text("noted")
        def on_notification(self, notification):
            Path(notification["Message"]).write_text("heard")
"""
FILES = {"tech/tool.py": TOOL, "tech/friend.py": FRIEND}


def test_a_service_answers_from_a_process_of_its_own_which_stays(serve: ServeIsolated) -> None:
    running = serve(FILES)
    first, second = running.ask("GET", "/tool").json, running.ask("GET", "/tool").json
    assert first == second
    assert first["name"] == "tool"
    assert first["pid"] not in (os.getpid(), running.ask("GET", "/friend/pid").json)


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/exit", {"code": 3}, "Runtime exited with error: exit status 3"),
        ("/exit", {"code": 0}, "Runtime exited without providing a reason"),
        ("/signal", {"number": 9}, "Runtime exited with error: signal: killed"),
        ("/signal", {"number": 11}, "Runtime exited with error: signal: segmentation fault"),
    ],
)
def test_a_crash_is_told_in_lambdas_words(
    serve: ServeIsolated, path: str, body: dict[str, int], message: str
) -> None:
    running = serve(FILES)
    with pytest.raises(FunctionError) as failed:
        running.system.services.call("tool", order(path, body))
    assert failed.value.error == "Runtime.ExitError"
    assert re.fullmatch(rf"RequestId: [0-9a-f-]{{36}} Error: {message}", told(failed)["errorMessage"])
    assert running.ask("POST", f"/tool{path}", str(body).replace("'", '"')).status == 500
    assert running.ask("GET", "/tool").status == 200


def test_what_a_service_raises_has_its_class_and_trace(serve: ServeIsolated) -> None:
    with pytest.raises(FunctionError) as failed:
        serve(FILES).system.services.call("tool", order("/taken"))
    assert (failed.value.error, told(failed)["errorMessage"]) == ("ConflictError", "taken")
    assert any("tool.py" in line for line in told(failed)["stackTrace"])


def test_calls_at_once_have_a_process_each(serve: ServeIsolated, tmp_path: Path) -> None:
    running = serve(FILES)
    one, other = str(tmp_path / "one"), str(tmp_path / "other")

    def meet(mine: str, theirs: str) -> int:
        body = {"mine": mine, "other": theirs}
        return int(running.system.services.call("tool", order("/meet", body))["body"])

    with ThreadPoolExecutor(2) as threads:
        pids = list(threads.map(meet, (one, other), (other, one)))
    assert len(set(pids)) == 2


def test_services_reach_each_other_by_call_by_queue_and_by_topic(serve: ServeIsolated) -> None:
    running = serve(FILES)
    answer = running.ask("GET", "/tool/ask").json
    assert answer == {
        "pid": running.ask("GET", "/friend/pid").json,
        "refused": "nothing answers at this address",
    }
    assert running.ask("GET", "/tool/leave").status == 200
    assert running.ask("GET", "/tool/tell").status == 200
    for file in ("note", "heard"):
        while not (running.system.project.root / file).exists():
            time.sleep(0.01)


def test_what_a_service_writes_comes_through(serve: ServeIsolated, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    running = serve(FILES)
    assert running.ask("GET", "/tool/write").content == b"written"
    while not {"tool: printed", "tool: warned"} <= set(caplog.messages):
        time.sleep(0.01)


def test_a_service_that_does_not_start_says_why(serve: ServeIsolated) -> None:
    only_here = "import os\nif 'AWS_LAMBDA_FUNCTION_NAME' in os.environ:\n    1 / 0\n"
    files = {"tech/odd.py": only_here + FRIEND.replace("\n    ", "\n"), **FILES}
    running = serve(files)
    with pytest.raises(FunctionError) as failed:
        running.system.services.call("odd", order("/note"))
    assert (failed.value.error, told(failed)["errorMessage"]) == ("ZeroDivisionError", "division by zero")
    assert running.ask("GET", "/tool").status == 200


def test_a_changed_service_gets_new_processes_and_the_others_keep_theirs(serve: ServeIsolated) -> None:
    running = serve(FILES)
    reloader = Reloader(running.system)
    tool, friend = running.ask("GET", "/tool").json["pid"], running.ask("GET", "/friend/pid").json
    file = running.system.project.root / "tech" / "tool.py"
    file.write_text(file.read_text().replace('"written"', '"rewritten"'))
    reloader.look()
    assert running.ask("GET", "/tool/write").content == b"rewritten"
    assert running.ask("GET", "/friend/pid").json == friend
    while is_there(tool):
        time.sleep(0.01)


def test_a_broken_change_leaves_the_last_good_process(serve: ServeIsolated) -> None:
    running = serve(FILES)
    reloader = Reloader(running.system)
    before = running.ask("GET", "/tool").json
    (running.system.project.root / "tech" / "tool.py").write_text("1 / 0\n")
    reloader.look()
    assert running.ask("GET", "/tool").json == before


def test_a_task_over_its_time_is_told_in_lambdas_words(serve: ServeIsolated, tmp_path: Path) -> None:
    settings = {"pyproject.toml": "[tool.coworks.services.tool]\ntimeout = 1\n"}
    running = serve(FILES | settings)
    body = {"mine": str(tmp_path / "one"), "other": str(tmp_path / "never")}
    with pytest.raises(FunctionError) as failed:
        running.system.services.call("tool", order("/meet", body))
    assert failed.value.error == "Sandbox.Timedout"
    assert told(failed)["errorMessage"].endswith(" Error: Task timed out after 1.00 seconds")
    assert running.ask("GET", "/tool").status == 200


@pytest.mark.parametrize("seconds", [0, 600], ids=["for a moment", "for ever"])
def test_more_memory_than_a_service_has_is_told_in_lambdas_words(serve: ServeIsolated, seconds: int) -> None:
    running = serve(FILES | {"pyproject.toml": "[tool.coworks.services.tool]\nmemory = 128\n"})
    with pytest.raises(FunctionError) as failed:
        running.system.services.call("tool", order("/fill", {"megabytes": 150, "seconds": seconds}))
    assert failed.value.error == "Runtime.OutOfMemory"
    assert told(failed)["errorMessage"].endswith(" Error: Runtime exited with error: signal: killed")
    assert running.system.services.call("tool", order("/fill", {"megabytes": 1, "seconds": 0}))["body"]


@pytest.mark.parametrize(
    ("platform", "fix"), [("darwin", "Linux"), ("linux", 'pip install "coworks\\[isolated\\]"')]
)
def test_a_missing_runtime_client_says_how_to_get_it(platform: str, fix: str) -> None:
    with pytest.raises(RuntimeClientMissingError) as refused:
        check_runtime_client(platform, lambda name: None)
    assert re.search(fix, refused.value.hint or "")
