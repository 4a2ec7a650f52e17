"""Orders by queue reach services, messages start workflows; failures come again and end as dead letters."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.local.conftest import Running, Serve

from coworks.errors import CoWorksError, UsageError
from coworks.local import serving
from coworks.local.queues import QueueSettings
from coworks.local.queues.consumers import failed_of
from coworks.project import load_project

MakeProject = Callable[[Mapping[str, str]], Path]
STOCK = """
    from coworks import NotFoundError, TechMicroService, connect
    class Stock(TechMicroService):
        public = True
        done = []
        messages = []
        def get(self):
            return {"done": self.done, "messages": self.messages}
        def post_item(self, key, *, n=1):
            if key == "bad":
                raise NotFoundError("no such item")
            self.done.append([key, n])
        def post_ask(self):
            queue = connect("stock").queue
            queue(group="g", deduplication_id="1").post_item("second", n=2)
            return queue.post_item("first", n=1)
        def on_message(self, record):
            self.messages.append([record["body"], record["messageAttributes"]["kind"]["stringValue"]])
"""
FILES = {
    "tech/stock.py": STOCK,
    "biz/order.yml": """
        on:
          - queue: orders
        states:
          - name: Keep
            set: {kept: "{% $data.id %}"}
    """,
}


def until(ask: Callable[[], Any]) -> Any:
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        if answer := ask():
            return answer
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def done(running: Running) -> Any:
    return running.ask("GET", "/stock").json["done"]


def test_an_order_left_in_a_queue_is_done(serve_project: Serve) -> None:
    running = serve_project(FILES, triggers=True)
    assert running.ask("POST", "/stock/ask").status == 200
    assert sorted(until(lambda: len(done(running)) == 2 and done(running))) == [["first", 1], ["second", 2]]
    until(lambda: all(not any(one[k] for k in ("waiting", "in_flight")) for one in held(running)))


def held(running: Running) -> Any:
    return running.ask("GET", "/_queues").json["queues"]


def test_a_message_that_is_no_order_goes_to_on_message(serve_project: Serve) -> None:
    running = serve_project(FILES, triggers=True)
    kind = {"kind": {"DataType": "String", "StringValue": "letter"}}
    running.system.queues.send("stock", "hello", attributes=kind)
    assert until(lambda: running.ask("GET", "/stock").json["messages"]) == [["hello", "letter"]]


def test_a_message_starts_a_workflow_once_under_its_id(serve_project: Serve) -> None:
    running = serve_project(FILES, triggers=True)
    path = "/_queues/orders"
    answer = running.ask("POST", path, json.dumps({"body": {"id": 7}}))
    assert answer.status == 202
    run = f"/order/{answer.json['id']}"
    until(lambda: running.ask("GET", run).status == 200)
    told = until(lambda: (t := running.ask("GET", run).json)["status"] == "SUCCEEDED" and t)
    assert told["input"] == {"id": 7}


def test_the_rest_of_a_batch_is_done_when_one_fails(serve_project: Serve) -> None:
    running = serve_project(FILES, triggers=True)
    for key in ("a", "bad", "b"):
        order = {"coworks": 1, "method": "POST", "path": f"/item/{key}"}
        running.system.queues.send("stock", json.dumps(order))
    assert sorted(until(lambda: len(done(running)) == 2 and done(running))) == [["a", 1], ["b", 1]]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/_queues/stok", '{"body": "a"}', 404),
        ("POST", "/_queues/stock", '{"body": 1}', 400),
        ("POST", "/_queues/stock", '{"bodi": "a"}', 400),
        ("POST", "/_queues/stock", "x", 400),
        ("GET", "/_queues/stock", None, 405),
        ("POST", "/_queues/stock/other", "{}", 404),
    ],
)
def test_a_wrong_request_is_told(
    serve_project: Serve, method: str, path: str, body: str | None, status: int
) -> None:
    assert serve_project(FILES, triggers=True).ask(method, path, body).status == status


def test_a_workflow_may_not_take_the_messages_of_a_service(make_project: MakeProject) -> None:
    files = {**FILES, "biz/order.yml": FILES["biz/order.yml"].replace("orders", "stock")}
    project = load_project(make_project(files))
    with pytest.raises(UsageError, match="want the queue stock"), serving(project):
        pass


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, {"a"}),
        ({"batchItemFailures": [{"itemIdentifier": "z"}]}, {"a", "b"}),
        ({"batchItemFailures": [{"item": "a"}]}, {"a", "b"}),
        ({"batchItemFailures": ["a"]}, {"a", "b"}),
    ],
)
def test_the_answer_of_a_service_is_read_as_lambda_reads_it(answer: Any, failed: set[str]) -> None:
    assert failed_of(answer, {"a", "b"}) == failed


def test_the_project_file_says_how_often_a_message_is_tried(serve_project: Serve) -> None:
    table = "[tool.coworks.services.stock]\nmax_receives = 1\n"
    running = serve_project({**FILES, "pyproject.toml": table}, triggers=True)
    queues = running.system.queues
    assert {name: queues.settings(name).max_receives for name in ("stock", "stock.fifo", "orders")} == {
        "stock": 1,
        "stock.fifo": 1,
        "orders": 3,
    }
    queues.send("stock", json.dumps({"coworks": 1, "method": "POST", "path": "/item/bad"}))
    until(lambda: queues.counts()["stock-dead"].waiting == 1)


@pytest.mark.parametrize("value", ["0", "1001", "true", '"3"'])
def test_a_number_of_tries_that_is_none_is_refused(make_project: MakeProject, value: str) -> None:
    root = make_project({**FILES, "pyproject.toml": f"[tool.coworks]\nmax_receives = {value}\n"})
    with pytest.raises(CoWorksError, match="max_receives"), serving(load_project(root)):
        pass


def test_a_queue_that_is_deleted_holds_up_no_other(serve_project: Serve) -> None:
    running = serve_project(FILES, triggers=True)
    queues = running.system.queues
    queues.remove("stock")
    queues.bells.ring("stock")
    queues.send("orders", '{"id": 1}')
    until(lambda: running.ask("GET", "/order?status=SUCCEEDED").json["executions"])
    queues.create(QueueSettings("stock"))
    queues.send("stock", json.dumps({"coworks": 1, "method": "POST", "path": "/item/tea"}))
    until(lambda: done(running) == [["tea", 1]])
