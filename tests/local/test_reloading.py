"""What changes in the folder takes effect in the system that runs, and loses nothing that is under way."""

from __future__ import annotations

import json
import textwrap
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.local.conftest import Running, Serve

from coworks.local.reloading import Reloader, reloading

ONE = """
    from coworks import TechMicroService
    class One(TechMicroService):
        public = True
        seen = 0
        def get(self):
            type(self).seen += 1
            return {"says": "one", "seen": self.seen}
"""
NAP = "states:\n  - name: Nap\n    wait: 1 day\n"
FILES = {"tech/one.py": ONE, "tech/two.py": ONE.replace("one", "two"), "biz/nap.yml": NAP}
Change = Callable[[Mapping[str, str]], None]


@pytest.fixture
def running(serve_project: Serve) -> Running:
    return serve_project(FILES, triggers=True)


@pytest.fixture
def change(running: Running, make_project: Callable[[Mapping[str, str]], Path]) -> Change:
    """Writes files and has the reloader look at once."""
    reloader = Reloader(running.system)

    def write(files: Mapping[str, str]) -> None:
        make_project(files)
        reloader.look()

    return write


def test_a_changed_service_answers_anew_and_another_keeps_what_it_knows(
    running: Running, change: Change
) -> None:
    running.ask("GET", "/two")
    change({"tech/one.py": ONE.replace('"one"', '"new"')})
    assert running.ask("GET", "/one").json == {"says": "new", "seen": 1}
    assert running.ask("GET", "/two").json == {"says": "two", "seen": 2}


def test_executions_go_on_with_the_machine_that_they_began(running: Running, change: Change) -> None:
    before = running.ask("POST", "/nap", "{}").headers["location"]
    change({"biz/nap.yml": NAP.replace("Nap", "Rest")})
    after = running.ask("POST", "/nap", "{}").headers["location"]
    assert [running.ask("GET", one).json["steps"][0]["name"] for one in (before, after)] == ["Nap", "Rest"]
    assert running.ask("GET", before).json["status"] == "RUNNING"


def test_new_services_workflows_and_triggers_are_there(running: Running, change: Change) -> None:
    change({"tech/three.py": ONE, "biz/more.yml": "on:\n  - event: {source: [shop]}\n" + NAP})
    assert running.ask("GET", "/three").status == 200
    event = {"source": "shop", "detail-type": "x", "detail": {}}
    assert running.ask("POST", "/_events", json.dumps(event)).json["receivers"] == ["workflow more"]
    running.system.queues.send("three", "hello")


def test_a_removed_service_is_gone(running: Running, change: Change) -> None:
    (running.system.project.root / "tech/two.py").unlink()
    change({})
    assert running.ask("GET", "/two").status == 404


def test_a_broken_change_leaves_the_last_good_one_and_says_where(
    running: Running, change: Change, caplog: pytest.LogCaptureFixture
) -> None:
    change({"tech/one.py": "x = 1\ny = 1 / 0\n", "biz/nap.yml": NAP.replace("1 day", "1 dey")})
    assert running.ask("GET", "/one").json["says"] == "one"
    assert running.ask("POST", "/nap", "{}").status == 202
    assert 'tech/one.py", line 2' in caplog.text
    assert "biz/nap.yml:3" in caplog.text


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": "[tool.coworks\n"},
        {"biz/one.yml": NAP},
        {"biz/more.yml": "on:\n  - queue: one\n" + NAP, "tech/one.py": ONE.replace('"one"', '"new"')},
    ],
    ids=["unreadable", "two of one name", "two want one queue"],
)
def test_a_project_that_cannot_run_changes_nothing(
    running: Running, change: Change, files: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    change(files)
    assert running.ask("GET", "/one").json["says"] == "one"
    assert "the last good state runs on" in caplog.text


def test_a_change_that_could_not_be_taken_is_taken_with_the_next(running: Running, change: Change) -> None:
    change({"biz/more.yml": "on:\n  - queue: one\n" + NAP, "tech/one.py": ONE.replace('"one"', '"new"')})
    change({"biz/more.yml": NAP})
    assert running.ask("GET", "/one").json["says"] == "new"
    assert running.ask("POST", "/more", "{}").status == 202


def test_a_running_project_sees_changes_by_itself_in_new_folders_too(
    running: Running, make_project: Callable[[Mapping[str, str]], Path]
) -> None:
    with reloading(running.system):
        make_project({"lib/words.py": "WORD = 'a'\n"})
        imports = "from lib.words import WORD\n    from coworks"
        says = ONE.replace('"one"', "WORD").replace("from coworks", imports)
        make_project({"tech/one.py": says})
        until_says(running, "a")
        make_project({"lib/words.py": "WORD = 'b'\n"})
        until_says(running, "b")


def until_says(running: Running, word: str) -> None:
    for _ in range(500):
        if running.ask("GET", "/one").json["says"] == word:
            return
        time.sleep(0.02)
    raise AssertionError(f"it never says {word}")


SLOW = """
    import time
    from pathlib import Path
    from coworks import TechMicroService
    JOURNAL = Path(__file__).parents[1]
    class Slow(TechMicroService):
        public = True
        def post_work(self, *, name):
            (JOURNAL / f"{name} began").touch()
            while not (JOURNAL / f"go {name}").exists():
                time.sleep(0.01)
            (JOURNAL / f"{name} done by old").touch()
            return "old"
"""
WORK = """
    states:
      - name: First
        tech: {service: slow, post: /work, body: {name: first}}
      - name: Second
        tech: {service: slow, post: /work, body: {name: second}}
"""


@pytest.fixture
def slow(serve_project: Serve) -> Running:
    return serve_project({"tech/slow.py": SLOW, "biz/work.yml": WORK}, triggers=True)


def until_there(running: Running, *names: str) -> None:
    while not all((running.system.project.root / name).exists() for name in names):
        time.sleep(0.01)


def renew(running: Running, text: str) -> None:
    (running.system.project.root / "tech" / "slow.py").write_text(textwrap.dedent(text), encoding="utf-8")


def test_messages_under_way_end_with_the_old_code_and_those_that_wait_get_the_new(slow: Running) -> None:
    reloader, root = Reloader(slow.system), slow.system.project.root
    order = {"coworks": 1, "method": "POST", "path": "/work"}
    slow.system.queues.send("slow", json.dumps({**order, "body": {"name": "one"}}))
    until_there(slow, "one began")
    renew(slow, SLOW.replace("old", "new"))
    reloader.look()
    slow.system.queues.send("slow", json.dumps({**order, "body": {"name": "two"}}))
    for name in ("go one", "go two"):
        (root / name).touch()
    until_there(slow, "one done by old", "two done by new")
    while slow.system.queues.counts()["slow"].in_flight:
        time.sleep(0.01)
    assert [one.waiting for one in slow.system.queues.counts().values()] == [0] * 4


def test_an_execution_under_way_goes_on_with_the_new_service(slow: Running) -> None:
    reloader, root = Reloader(slow.system), slow.system.project.root
    started = slow.ask("POST", "/work", "{}").headers["location"]
    until_there(slow, "first began")
    renew(slow, SLOW.replace("old", "new"))
    reloader.look()
    for name in ("go first", "go second"):
        (root / name).touch()
    while (told := slow.ask("GET", started).json)["status"] == "RUNNING":
        time.sleep(0.01)
    assert [(one["status"], one["output"]) for one in told["steps"]] == [
        ("SUCCEEDED", "old"),
        ("SUCCEEDED", "new"),
    ]


def test_a_file_that_breaks_while_its_service_works_takes_nothing_away(slow: Running) -> None:
    reloader, root = Reloader(slow.system), slow.system.project.root
    started = slow.ask("POST", "/work", "{}").headers["location"]
    until_there(slow, "first began")
    renew(slow, "def broken(:\n")
    (root / "biz" / "work.yml").write_text("states: 7\n", encoding="utf-8")
    reloader.look()
    for name in ("go first", "go second"):
        (root / name).touch()
    while (told := slow.ask("GET", started).json)["status"] == "RUNNING":
        time.sleep(0.01)
    assert [one["output"] for one in told["steps"]] == ["old", "old"]
