"""A file that was put whole into a bucket starts its workflow, once a version, also over a restart."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from tests.local.conftest import Serve
from tests.local.hearing import Heard, Listening

from coworks.local.bucket_watch import BucketWatch


class Put:
    """A bucket named invoices, and a watch that is told the time; each `restart` is a new process."""

    def __init__(self, listen: Listening, root: Path) -> None:
        self.root = root / "buckets"
        self.now = 2_000_000_000.0
        self._listen = listen
        (self.root / "invoices" / "in").mkdir(parents=True)
        self.restart()

    def restart(self) -> None:
        self.heard: Heard = self._listen()
        self.watch = BucketWatch(self.root, self.heard.bus, lambda: self.now)

    def write(self, key: str, text: str) -> None:
        """Write a file, now."""
        path = self.root / "invoices" / key
        path.write_text(text, encoding="utf-8")
        os.utime(path, (self.now, self.now))

    def after(self, seconds: float) -> list[Any]:
        """The inputs of all executions that many seconds later, the oldest first."""
        self.now += seconds
        self.watch.look()
        return self.heard.started()[::-1]


@pytest.fixture
def put(listen: Listening, tmp_path: Path) -> Put:
    return Put(listen, tmp_path)


def file(key: str, size: int) -> dict[str, Any]:
    return {"bucket": "invoices", "key": key, "size": size}


def test_a_file_starts_the_workflow_once_it_stands_still(put: Put) -> None:
    put.write("in/a.pdf", "one")
    assert put.after(0.5) == []
    put.write("in/a.pdf", "one and more")  # it was still being written
    assert put.after(0.9) == []
    assert put.after(0.1) == [file("in/a.pdf", 12)]
    assert put.after(60) == [file("in/a.pdf", 12)]


def test_other_names_links_and_files_under_way_start_nothing(put: Put) -> None:
    for key in ("a.pdf", "in/a.txt", "in/.a.pdf"):
        put.write(key, "x")
    (put.root / "invoices/in/link.pdf").symlink_to(put.root / "invoices/a.pdf")
    assert put.after(5) == []


def test_each_version_starts_it_once_also_over_a_restart(put: Put) -> None:
    put.write("in/a.pdf", "one")
    assert len(put.after(5)) == 1
    put.restart()
    assert len(put.after(5)) == 1
    put.write("in/a.pdf", "two!")
    put.restart()
    assert len(put.after(5)) == 2


def test_a_file_that_came_while_nothing_ran_is_found(put: Put) -> None:
    put.write("in/a.pdf", "one")
    put.now += 3600
    put.restart()
    assert put.after(0) == [file("in/a.pdf", 3)]


def test_a_file_that_was_taken_away_and_put_again_is_new(put: Put) -> None:
    put.write("in/a.pdf", "one")
    before = put.now
    put.after(5)
    (put.root / "invoices/in/a.pdf").unlink()
    put.after(5)
    put.now = before
    put.write("in/a.pdf", "one")
    assert len(put.after(5)) == 2


def test_a_file_whose_time_lies_ahead_is_told_all_the_same(put: Put) -> None:
    put.write("in/a.pdf", "one")
    put.now -= 3600
    assert put.after(0) == []
    assert put.after(1) == [file("in/a.pdf", 3)]


def test_a_running_project_hears_of_files_by_itself(serve_project: Serve) -> None:
    flow = "on:\n  - bucket: invoices\nstates:\n  - name: Nap\n    wait: 1 day\n"
    running = serve_project({"biz/scan.yml": flow}, triggers=True)
    folder = running.system.project.settings.state_folder / "buckets" / "invoices"
    (folder / "deep").mkdir()
    (folder / "deep" / "a.pdf").write_text("one", encoding="utf-8")
    for _ in range(400):
        if executions := running.ask("GET", "/scan").json["executions"]:
            break
        time.sleep(0.05)
    (one,) = executions
    assert running.ask("GET", f"/scan/{one['id']}").json["input"]["key"] == "deep/a.pdf"


def test_a_service_hears_of_the_files_of_its_buckets(put: Put) -> None:
    put.write("in/b c.txt", "some")
    put.write("in/a.pdf", "one")
    put.after(1)
    ((service, event),) = put.heard.calls
    assert (service, event["source"], event["detail-type"]) == ("ear", "aws.s3", "Object Created")
    assert event["detail"]["bucket"] == {"name": "invoices"}
    assert event["detail"]["object"] == {"key": "in/b c.txt", "size": 4}
