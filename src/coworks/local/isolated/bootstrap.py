"""What a process of a service runs: it ties its life to that of `cws run`, lets its services reach the others
through that, and gives itself to AWS's runtime client.

Run as a file, so that nothing is loaded but the runtime: `python -P bootstrap.py PARENT`. The parent is
the id of the process of `cws run`.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from importlib import import_module
from typing import Any

from coworks.tech.clients import carry_by, error_of
from coworks.tech.outgoing import order_json
from coworks.tech.queues import send_by
from coworks.tech.task_results import TaskOverError, send_results_by
from coworks.tech.topics import publish_by

_PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """End when the process `parent` does, however it ends.

    Source: https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def ask(verb: str, *arguments: Any) -> Any:
    """What `cws run` answers; raises the error that it tells."""
    requests = import_module("urllib.request")
    opener = requests.build_opener(requests.ProxyHandler({}))
    address = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/coworks/{verb}"
    with opener.open(address, order_json(arguments).encode()) as answer:
        told = json.load(answer)
    if "error" not in told:
        return told["value"]
    if told["error"] == TaskOverError.__name__:
        raise TaskOverError(told["message"])
    raise error_of(told["error"], told["message"])


def _send(service: str, order: dict[str, Any], delivery: Any) -> str:
    return str(ask("send", service, order, delivery.delay, delivery.group, delivery.deduplication_id))


def main() -> None:
    die_with(int(sys.argv[1]))
    carry_by(lambda service, order: ask("carry", service, order))
    send_by(_send)
    publish_by(lambda topic, message, subject: str(ask("publish", topic, message, subject)))
    send_results_by(lambda token, output: ask("result", token, output))
    import_module("awslambdaric.__main__").main(["awslambdaric", os.environ["_HANDLER"]])


if __name__ == "__main__":
    main()
