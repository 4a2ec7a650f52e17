"""Ctrl-C in the middle of everything: the end does not wait for what hangs, and everything is on disk."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path

from tests.e2e.conftest import Process, RunProject, until

HANGS = 600
"""Seconds that a call takes: whoever waited for it would wait far longer than `Process.end` does."""

FILES = {
    "tech/work.py": f"""
        import time
        from pathlib import Path
        from coworks import TechMicroService

        ROOT = Path(__file__).parents[1]

        class Work(TechMicroService):
            public = True
            event_patterns = [{{"source": ["shop"]}}]

            def get(self):
                return "here"

            def post_hang(self, name):
                self.hang(name)

            def on_event(self, event):
                self.hang(f"event-{{event['detail']['id']}}")

            def hang(self, name):
                (ROOT / f"begun-{{name}}").touch()
                if not (ROOT / "ready").exists():
                    time.sleep({HANGS})
                (ROOT / f"done-{{name}}").touch()
    """,
    "biz/flow.yml": """
        states:
          - name: Hang
            tech: {service: work, post: /hang/flow}
    """,
}


def test_ctrl_c_during_load_ends_and_loses_nothing(
    make_project: Callable[[Mapping[str, str]], Path], run_project: RunProject
) -> None:
    root = make_project(FILES)
    running = run_project(root)
    hanging = [f"order-{number}" for number in range(20)]
    for name in hanging:
        order = {"coworks": 1, "method": "POST", "path": f"/hang/{name}"}
        running.ask("POST", "/_queues/work", {"body": order})
    for number in range(20):
        event = {"source": "shop", "detail-type": "Order placed", "detail": {"id": number}}
        running.ask("POST", "/_events", event)
    run = running.ask("POST", "/flow", {})["id"]
    stopping = threading.Event()
    load = [threading.Thread(target=call, args=(running, f"http-{n}", stopping)) for n in range(8)]
    for thread in load:
        thread.start()
    until(lambda: all(any(root.glob(f"begun-{kind}*")) for kind in ("order", "event", "flow", "http")))
    assert running.end(signal.SIGINT) == 0
    stopping.set()
    for thread in load:
        thread.join()

    (root / "ready").touch()
    running = run_project(root)
    wanted = [*hanging, *(f"event-{number}" for number in range(20)), "flow"]
    until(lambda: all((root / f"done-{name}").exists() for name in wanted), seconds=120)
    until(lambda: running.ask("GET", f"/flow/{run}")["status"] == "SUCCEEDED")


def call(running: Process, name: str, stopping: threading.Event) -> None:
    """Calls over and over, the first time for what hangs."""
    method, path = "POST", f"/work/hang/{name}"
    while not stopping.is_set():
        try:
            running.ask(method, path)
        except (OSError, HTTPException, ValueError):
            method, path = "GET", "/work"
            time.sleep(0.01)
