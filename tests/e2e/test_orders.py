"""Orders by queue to a service that fails now and then, through `kill -9`: none is lost, none is done twice.

The orders go in by SQS's SendMessageBatch. A batch whose sender got no answer is sent again, so that some
orders come twice; each has its Idempotency-Key.
"""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from tests.e2e.conftest import Process, RunProject, until

from coworks.local.queues.mapping import AT_ONCE

MakeProject = Callable[[Mapping[str, str]], Path]
BATCH = 10
FILES = {
    "tech/stock.py": """
        import random
        import sqlite3
        from contextlib import closing
        from pathlib import Path
        from coworks import TechMicroService, entry

        FILE = Path(__file__).parents[1] / "stock.db"

        def opened():
            return closing(sqlite3.connect(FILE, timeout=60, isolation_level=None))

        with opened() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("CREATE TABLE IF NOT EXISTS sold (number INTEGER PRIMARY KEY)")
            database.execute("CREATE TABLE IF NOT EXISTS calls (number INTEGER)")

        class Stock(TechMicroService):
            public = True

            @entry(idempotent=True)
            def post_sale(self, number: int):
                if random.random() < 0.05:
                    raise RuntimeError("it happens")
                with opened() as database:
                    database.execute("BEGIN IMMEDIATE")
                    database.execute("INSERT INTO calls VALUES (?)", (number,))
                    database.execute("INSERT OR IGNORE INTO sold VALUES (?)", (number,))
                    database.execute("COMMIT")
    """,
}


def perform(running: Process, operation: str, **told: Any) -> Any:
    """An operation of SQS at the endpoint."""
    headers = {"X-Amz-Target": f"AmazonSQS.{operation}", "Content-Type": "application/x-amz-json-1.0"}
    request = Request(f"{running.url}/_aws/", json.dumps(told).encode(), headers)
    with urlopen(request, timeout=60) as answer:
        return json.load(answer)


def order(number: int) -> dict[str, str]:
    headers = {"Idempotency-Key": str(number)}
    body = {"coworks": 1, "method": "POST", "path": f"/sale/{number}", "headers": headers}
    return {"Id": str(number), "MessageBody": json.dumps(body)}


class Sender(threading.Thread):
    """Sends the orders in batches, each until it is accepted, to whatever process runs."""

    def __init__(self, running: Process, orders: int) -> None:
        super().__init__(daemon=True)
        self.running = running
        self._orders = orders

    def run(self) -> None:
        for first in range(0, self._orders, BATCH):
            entries = [order(number) for number in range(first, min(first + BATCH, self._orders))]
            while not self._is_accepted(entries):
                time.sleep(0.05)

    def _is_accepted(self, entries: list[dict[str, str]]) -> bool:
        try:
            told = perform(self.running, "SendMessageBatch", QueueUrl="stock", Entries=entries)
        except (OSError, HTTPException):
            return False
        return len(told["Successful"]) == len(entries)


def counted(root: Path, table: str) -> list[int]:
    with closing(sqlite3.connect(root / "stock.db", timeout=60)) as database:
        return [number for (number,) in database.execute(f"SELECT number FROM {table}")]


def have_sold(root: Path, number: int) -> bool:
    return len(counted(root, "sold")) > number


def is_empty(running: Process, queue: str) -> bool:
    told = perform(running, "GetQueueAttributes", QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    return all(told[name] == "0" for name in told if name.startswith("ApproximateNumberOfMessages"))


def dead(running: Process) -> set[int]:
    """The orders that are dead letters."""
    found: set[int] = set()
    while told := perform(running, "ReceiveMessage", QueueUrl="stock-dead", MaxNumberOfMessages=10):
        for message in told["Messages"]:
            perform(running, "DeleteMessage", QueueUrl="stock-dead", ReceiptHandle=message["ReceiptHandle"])
            found.add(int(json.loads(message["Body"])["path"].rpartition("/")[2]))
    return found


def survive(root: Path, run_project: RunProject, orders: int, kills: int) -> None:
    running = run_project(root)
    sender = Sender(running, orders)
    sender.start()
    chance = random.Random()
    for done in sorted(chance.sample(range(orders // 10, orders * 9 // 10), kills)):
        until(partial(have_sold, root, done), seconds=600)
        running.end(signal.SIGKILL)
        running = sender.running = run_project(root)
    sender.join(timeout=600)
    until(lambda: is_empty(running, "stock"), seconds=600)
    sold, calls, letters = counted(root, "sold"), counted(root, "calls"), dead(running)
    assert {*sold} | letters == {*range(orders)}, "none is lost"
    # Only what was being done at a kill is begun anew: of each batch under way, one order.
    assert len(calls) - len({*calls}) <= AT_ONCE * kills, "none is done twice"


def test_orders_survive_a_kill(make_project: MakeProject, run_project: RunProject) -> None:
    survive(make_project(FILES), run_project, 200, 1)


@pytest.mark.slow
def test_ten_thousand_orders_survive_three_kills(make_project: MakeProject, run_project: RunProject) -> None:
    survive(make_project(FILES), run_project, 10_000, 3)
