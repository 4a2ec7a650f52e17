"""A whole project in memory: what happens in one part reaches the others, and time passes by hand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coworks.errors import CoWorksError
from coworks.project import load_project
from coworks.testing import ProjectInMemory, at_step

MakeProject = Callable[[Mapping[str, str]], Path]
STOCK = """
    from coworks import NotFoundError, TechMicroService, connect
    from coworks.tech.topics import publish

    class Stock(TechMicroService):
        public = True
        event_patterns = [{"source": ["shop"]}]

        def __init__(self):
            self.heard = []
        def on_event(self, event):
            self.heard.append(event["detail"]["id"])
        def get(self):
            return self.heard
        def put_item(self, key, *, count=1):
            if key == "bad":
                raise NotFoundError("no such item")
            self.heard.append([key, count])
        def post_order(self, key):
            connect("stock").queue(delay=60).put_item(key, count=3)
            publish("stock", f"{key}: few left")
            return connect("stock").get()
"""
FILES = {
    "tech/stock.py": STOCK,
    "tech/mail.py": "from coworks.catalog.mail import MailMicroService as service",
    "biz/nightly.yml": """
        on:
          - cron: 0 3 * * ? *
        states:
          - name: Count the stock
            tech: {service: stock, put: /item/night}
    """,
    "biz/big_order.yml": """
        on:
          - event: {source: [shop], detail: {total: [{numeric: [">", 100]}]}}
            data: {id: "{% $event.detail.id %}"}
          - topic: stock
            data: {id: "{% $event.message %}"}
          - queue: orders
            data: {id: "{% $event.body.id %}"}
          - bucket: invoices
            data: {id: "{% $event.key %}"}
        states:
          - name: A day later
            wait: 1 day
          - name: Tell them
            tech:
              service: mail
              post: /send
              body: {to_addrs: [ops@example.com], subject: "Order {% $data.id %}"}
    """,
}


@pytest.fixture
def memory(make_project: MakeProject) -> Iterator[ProjectInMemory]:
    with ProjectInMemory(load_project(make_project(FILES))) as project:
        yield project


def test_an_event_reaches_services_and_starts_workflows(memory: ProjectInMemory) -> None:
    memory.emit("shop", "Order placed", {"id": 7, "total": 900})
    assert memory.client("stock").get("/").json == [7]
    assert [one.status for one in memory.runs("big_order")] == ["RUNNING"]
    memory.advance(days=1)
    assert [one.status for one in memory.runs("big_order")] == ["SUCCEEDED"]
    assert memory.mails[0]["subject"] == "Order 7"


def test_topics_queues_and_buckets_start_workflows(memory: ProjectInMemory) -> None:
    memory.notify("stock", "pens")
    memory.message("orders", {"id": 8})
    memory.put_file("invoices", "in/9.pdf")
    memory.advance(days=1)
    assert {mail["subject"] for mail in memory.mails} == {"Order pens", "Order 8", "Order in/9.pdf"}


def test_schedules_keep_their_times(memory: ProjectInMemory) -> None:
    memory.advance_to(datetime(2027, 1, 18, 2, 59, tzinfo=UTC))
    assert len(memory.runs("nightly")) == 2
    memory.advance(minutes=1)
    assert len(memory.runs("nightly")) == 3
    assert memory.now == datetime(2027, 1, 18, 3, tzinfo=UTC)


def test_an_order_in_a_queue_is_done_and_one_that_fails_ends_with_the_dead(memory: ProjectInMemory) -> None:
    memory.send("stock", "PUT", "/item/pen", count=2)
    assert memory.client("stock").get("/").json == [["pen", "2"]]
    memory.send("stock", "PUT", "/item/bad")
    assert memory.waiting("stock") == 1
    memory.advance(minutes=1)
    assert memory.waiting("stock") == 0
    (dead,) = memory.dead_letters("stock")
    assert '"/item/bad"' in dead


def test_services_reach_each_other_their_queues_and_topics(memory: ProjectInMemory) -> None:
    stock = memory.client("stock")
    assert stock.post("/order/ink").json == []
    memory.advance(seconds=59)
    assert stock.get("/").json == []
    memory.advance(seconds=1)
    assert stock.get("/").json == [["ink", 3]]
    assert len(memory.runs("big_order")) == 1


def test_a_run_to_its_end_takes_the_time_that_it_says(memory: ProjectInMemory) -> None:
    began = memory.now
    ran = memory.run("big_order", {"id": 1}, answers={"Tell them": {"message_id": "x"}})
    assert (ran.status, ran.path) == ("SUCCEEDED", ("A day later", "Tell them"))
    assert [call.body["subject"] for call in ran.calls] == ["Order 1"]
    assert (memory.now - began, memory.mails) == (timedelta(days=1), ())


def test_what_is_not_there_is_told(memory: ProjectInMemory) -> None:
    with pytest.raises(CoWorksError, match='no service "stok"'):
        memory.client("stok")
    with pytest.raises(CoWorksError, match='"big"'):
        memory.runs("big")


def test_nothing_is_left_behind(make_project: MakeProject) -> None:
    root, before = make_project(FILES), dict(os.environ)
    with ProjectInMemory(load_project(root)) as project:
        project.send("stock", "PUT", "/item/pen")
    assert os.environ == before
    assert not (root / ".coworks").exists()


def test_a_run_that_failed_is_run_again_from_a_step_with_other_data(memory: ProjectInMemory) -> None:
    broken = memory.run("big_order", {"id": 7}, answers={"Tell them": ValueError("no post")})
    assert (broken.status, memory.mails) == ("FAILED", ())
    mended = memory.replay(broken.id, "Tell them", changes={"data": {"id": 8}})
    assert (mended.status, mended.path) == ("SUCCEEDED", ("Tell them",))
    assert memory.mails[0]["subject"] == "Order 8"
    whole = memory.replay(broken.id, answers={"Tell them": {"sent": True}})
    assert whole.path == ("A day later", "Tell them")
    with pytest.raises(CoWorksError, match='no run has the id "none"'):
        memory.replay("none")


def test_a_run_begins_at_a_step_with_what_is_known_there(memory: ProjectInMemory) -> None:
    told = memory.run("big_order", at=at_step("Tell them", {"data": {"id": 9}}))
    assert (told.path, memory.mails[0]["subject"]) == (("Tell them",), "Order 9")
    with pytest.raises(CoWorksError, match=r"has no variable \$date"):
        memory.run("big_order", at=at_step("Tell them", {"date": 1}))
    with pytest.raises(CoWorksError, match='has no step "Tel them"'):
        memory.run("big_order", at=at_step("Tel them"))
