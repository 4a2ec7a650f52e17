"""`make bench-local`: what `cws run` takes and gives on one machine, and what of it is promised.

Start-up with one service and with twenty (seconds until it says that it runs, and processor time), memory
with twenty services that were called, requests a second by HTTP against `chalice local` with the same entry,
in the same run, and orders a second by queue. Fails when a promise is not kept. Processor time is what a busy
machine changes least, so it is told as well.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

from coworks.local.queues import Queues, Sending
from coworks.local.queues.project import declare_queues
from coworks.project import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENTS = 16
REQUESTS = 4_000
ORDERS = 5_000
STARTS = 5
READY_WITH_ONE, READY_WITH_TWENTY, MEMORY_MB, TIMES_CHALICE = 0.7, 1.5, 120, 10

SERVICE = """
from coworks import TechMicroService

class Service(TechMicroService):
    public = True
    def get_item(self, key):
        return {"key": key}
    def post_order(self, *, number: int):
        return {"number": number}

app = Service()
"""
CHALICE = """
from chalice import Chalice

app = Chalice(app_name="item")

@app.route("/item/{key}")
def item(key):
    return {"key": key}
"""


@dataclass(frozen=True)
class Server:
    """A server that runs, and what it took to get there: seconds of the clock and of the processor."""

    process: subprocess.Popen[str]
    port: int
    ready: float
    ready_processor: float

    @property
    def processor(self) -> float:
        """Seconds of the processor so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """MB of memory that is its own or shared (RSS)."""
        told = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+)", told)[0]) / 1024


@contextmanager
def run(*command: str, cwd: Path, announced: str) -> Iterator[Server]:
    """A server until the context ends. It is ready once it writes a line like this, with its port."""
    # Compiled modules are kept, as they are where a package was installed.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(cwd.parent / "compiled"), "PYTHONUNBUFFERED": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=cwd, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        assert process.stdout
        for line in process.stdout:
            if found := re.search(announced, line):
                break
        else:
            raise SystemExit(f"{' '.join(command)} did not start")
        server = Server(process, int(found[1]), time.perf_counter() - began, 0)
        server = Server(process, server.port, server.ready, server.processor)
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def cws(root: Path) -> contextmanager[Server]:
    return run(
        "-m",
        "coworks",
        "run",
        "--port",
        "0",
        "--no-reload",
        cwd=root,
        announced=r"runs at http://[^:]+:(\d+)",
    )


def project(folder: Path, services: int) -> Path:
    (folder / "tech").mkdir(parents=True)
    for number in range(services):
        (folder / "tech" / f"service_{number}.py").write_text(SERVICE)
    return folder


def start(root: Path) -> tuple[float, float]:
    """The best of some starts, each from nothing: seconds, and seconds of the processor."""
    taken = []
    for _ in range(STARTS + 1):  # the first compiles the modules
        shutil.rmtree(root / ".coworks", ignore_errors=True)
        with cws(root) as server:
            taken.append((server.ready, server.ready_processor))
    return min(ready for ready, _ in taken[1:]), min(processor for _, processor in taken[1:])


def memory(root: Path, services: int) -> float:
    """MB once each service was called."""
    with cws(root) as server:
        for number in range(services):
            urlopen(f"http://127.0.0.1:{server.port}/service_{number}/item/1").close()
        return server.memory


def requests(server: Server, path: str) -> tuple[float, float]:
    """Requests a second of the clock, and of the server's processor."""
    for _ in range(2):  # the first round warms it up
        began, before = time.perf_counter(), server.processor
        clients = [threading.Thread(target=_ask, args=(server.port, path)) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        seconds, processor = time.perf_counter() - began, server.processor - before
    return REQUESTS / seconds, REQUESTS / processor


def _ask(port: int, path: str) -> None:
    """One client, which keeps its connection for as long as the server lets it."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    left = REQUESTS // CLIENTS
    while left:
        with socket.create_connection(("127.0.0.1", port)) as client, client.makefile("rb") as answers:
            while left:
                client.sendall(request)
                if not (status := answers.readline()):
                    break
                assert b" 200 " in status, status
                left -= 1
                length, close = 0, status.startswith(b"HTTP/1.0")
                while (header := answers.readline().strip().lower()) != b"":
                    length = int(header[15:]) if header.startswith(b"content-length:") else length
                    close |= header == b"connection: close"
                answers.read(length)
                if close:
                    break


def orders(root: Path) -> tuple[float, float]:
    """Orders a second that a service does which finds them in its queue, by clock and by processor."""
    state = root / ".coworks"
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir()
    queues = Queues(state / "queues.db")
    declare_queues(queues, ["service_0", "service_0.fifo"], read_settings(root))
    for first in range(0, ORDERS, 10):
        bodies = [
            {"coworks": 1, "method": "POST", "path": "/order", "body": {"number": n}}
            for n in range(first, first + 10)
        ]
        queues.send_all("service_0", [Sending(json.dumps(body)) for body in bodies])
    queues.close()
    with cws(root) as server:
        began, before = time.perf_counter(), server.processor
        while _left(server):
            time.sleep(0.05)
        return ORDERS / (time.perf_counter() - began), ORDERS / (server.processor - before)


def _left(server: Server) -> int:
    with urlopen(f"http://127.0.0.1:{server.port}/_queues") as answer:
        told = {one["name"]: one for one in json.load(answer)["queues"]}
    assert told["service_0-dead"]["waiting"] == 0
    return told["service_0"]["waiting"] + told["service_0"]["in_flight"] + told["service_0"]["delayed"]


def main() -> None:
    print(f"load of the machine: {os.getloadavg()[0]:.1f} of {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as folder:
        one, twenty = project(Path(folder) / "one", 1), project(Path(folder) / "twenty", 20)
        app = Path(folder) / "chalice" / "item"
        (app / ".chalice").mkdir(parents=True)
        (app / "app.py").write_text(CHALICE)
        (app / ".chalice" / "config.json").write_text('{"version": "2.0", "app_name": "item"}')
        kept = [
            _start_up("one service", start(one), READY_WITH_ONE),
            _start_up("20 services", start(twenty), READY_WITH_TWENTY),
            _memory(memory(twenty, 20)),
            _http(one, app),
        ]
        by_clock, by_processor = orders(one)
        print(f"orders by queue: {by_clock:,.0f}/s, {by_processor:,.0f} a second of the processor")
    sys.exit(not all(kept))


def _start_up(what: str, taken: tuple[float, float], promised: float) -> bool:
    return _told(
        f"ready with {what}: {taken[0]:.2f} s, {taken[1]:.2f} s of the processor",
        taken[0] < promised,
        f"{promised} s",
    )


def _memory(taken: float) -> bool:
    return _told(
        f"memory with 20 services, each called: {taken:.0f} MB", taken < MEMORY_MB, f"{MEMORY_MB} MB"
    )


def _http(root: Path, app: Path) -> bool:
    with cws(root) as server:
        ours = requests(server, "/service_0/item/1")
    command = (
        "-c",
        "from chalice.cli import main; main()",
        "local",
        "--no-autoreload",
        "--port",
        str(_free_port()),
    )
    with run(*command, cwd=app, announced=r"Serving on http://[^:]+:(\d+)") as server:
        theirs = requests(server, "/item/1")
    print(f"requests: cws run {ours[0]:,.0f}/s, {ours[1]:,.0f} a second of the processor")
    print(f"requests: chalice local {theirs[0]:,.0f}/s, {theirs[1]:,.0f} a second of the processor")
    times, by_processor = ours[0] / theirs[0], ours[1] / theirs[1]
    return _told(
        f"requests: {times:.1f} times those of chalice local, {by_processor:.1f} times by processor",
        times > TIMES_CHALICE, f"{TIMES_CHALICE} times",
    )  # fmt: skip


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _told(line: str, kept: bool, promised: str) -> bool:
    print(f"{line}{'' if kept else f'  NOT KEPT: {promised}'}", flush=True)
    return kept


if __name__ == "__main__":
    main()
