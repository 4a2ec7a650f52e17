"""A project that uses the predefined workflows, and a webhook that listens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

SHOP = """\
from coworks import TechMicroService


class Shop(TechMicroService):
    public = True

    def get_orders(self, *, state: str = "new") -> dict[str, int]:
        return {"count": 0}


app = Shop()
"""
WATCH = """\
use: alert
on:
  - every: 15 minutes
input:
  name: The shop
  watch: {service: shop, get: /orders, query: {state: stuck}}
  broken_when: $answer.count > 10
  tell: [ops@example.com, "topic:ops"]
  look_again: 1 hour
  remind: 1 day
  escalate_after: 3 days
  escalate_to: boss@example.com
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """`watch` uses alert, `remind` reminder; with the services that they need."""
    (tmp_path / "tech").mkdir()
    (tmp_path / "biz").mkdir()
    for name in ("notify", "approval"):
        line = f"from coworks.catalog.{name} import {name.title()}MicroService as service\n"
        (tmp_path / "tech" / f"{name}.py").write_text(line)
    (tmp_path / "tech" / "shop.py").write_text(SHOP)
    (tmp_path / "biz" / "watch.yml").write_text(WATCH)
    (tmp_path / "biz" / "remind.yml").write_text("use: reminder\n")
    return tmp_path


class Webhook:
    """Answers `status`, and keeps what it was told."""

    def __init__(self) -> None:
        self.status = 200
        self.told: list[dict[str, Any]] = []
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                webhook.told.append(json.loads(body))
                self.send_response(webhook.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    webhook = Webhook()
    thread = Thread(target=webhook.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield webhook
    webhook.server.shutdown()
    webhook.server.server_close()
    thread.join()
