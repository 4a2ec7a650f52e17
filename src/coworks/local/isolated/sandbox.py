"""One process of a service: started, given one event at a time, and ended."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty
from typing import TYPE_CHECKING, Any, Final

from coworks.local.function_errors import FunctionError, exited, out_of_memory, timed_out
from coworks.local.isolated import bootstrap
from coworks.local.isolated.memory import most_memory
from coworks.local.isolated.output import Lines, Records, Stream
from coworks.local.isolated.runtime_api import Invocation, RuntimeApi

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coworks.local.isolated.function import Function
    from coworks.local.isolated.runtime_api import Outcome

INIT_WITHIN: Final = 10.0
"""Seconds that Lambda gives a start, before it is part of the first call:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""

_MEGABYTE: Final = 1024 * 1024
_LOOKS_AFTER: Final = 0.05
"""Seconds after which the memory of a process that works is looked at."""

# A process dies with the thread that started it (PR_SET_PDEATHSIG), so this one lives as long as we do.
_STARTER: Final = ThreadPoolExecutor(1, thread_name_prefix="sandbox starter")


class Sandbox:
    """A process that is ready for a call once this is made.

    Raises `FunctionError` when the service does not start.
    """

    def __init__(self, function: Function, verbs: Mapping[str, Callable[..., Any]]) -> None:
        self._function = function
        self._api = RuntimeApi(verbs)
        self._is_ended = False
        (output, its_output), (log, its_log) = os.pipe(), os.pipe()
        self._process = _STARTER.submit(self._start, its_output, its_log).result()
        os.close(its_output)
        os.close(its_log)
        streams = Lines(function.name, output), Records(function.name, log)
        threading.Thread(target=self._watch, args=streams, name="sandbox", daemon=True).start()
        self._await_start()

    @property
    def is_alive(self) -> bool:
        return not self._is_ended and self._process.poll() is None

    def invoke(self, event: bytes) -> Any:
        """What the function answers to an event (JSON). Raises `FunctionError` when it fails."""
        request, limit = str(uuid.uuid4()), self._function.timeout
        deadline = int((time.time() + limit) * 1000)
        self._api.give(Invocation(request, self._function.arn, event, deadline))
        what, told = self._outcome(request, limit)
        if what != "response":
            raise FunctionError(json.loads(told))
        return json.loads(told or b"null")

    def end(self) -> None:
        """Kill the process and those that it started; returns at once."""
        self._is_ended = True
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _start(self, output: int, log: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own file, by our own interpreter
            [sys.executable, "-P", bootstrap.__file__, str(os.getpid())],
            cwd=self._function.root,
            env=self._function.environment(self._api.address) | {"_LAMBDA_TELEMETRY_LOG_FD": str(log)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[log],
            start_new_session=True,  # Ctrl-C is for us, and what it starts can be ended with it
        )

    def _await_start(self) -> None:
        what, told = self._outcome(str(uuid.uuid4()), INIT_WITHIN + self._function.timeout)
        if what != "ready":
            raise FunctionError(json.loads(told))

    def _outcome(self, request: str, seconds: float) -> tuple[str, Any]:
        """What the process reports next.

        Raises `FunctionError` for its end, for too much memory, and when nothing comes.
        """
        what, told = self._awaited(request, seconds)
        if what == "exit":
            raise exited(request, told)
        self._check_memory(request)
        return what, told

    def _awaited(self, request: str, seconds: float) -> Outcome:
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            with suppress(Empty):
                return self._api.outcomes.get(timeout=min(left, _LOOKS_AFTER))
            self._check_memory(request)
        self.end()
        raise timed_out(request, seconds)

    def _check_memory(self, request: str) -> None:
        """End the process, as Lambda does, when it has had more memory than the function has."""
        if most_memory(self._process.pid) > self._function.memory * _MEGABYTE:
            self.end()
            raise out_of_memory(request)

    def _watch(self, *streams: Stream) -> None:
        """Serve the process until it ends."""
        ended = os.pidfd_open(self._process.pid)
        with selectors.DefaultSelector() as selector:
            selector.register(ended, selectors.EVENT_READ)
            selector.register(self._api.listener, selectors.EVENT_READ)
            for stream in streams:
                selector.register(stream.end, selectors.EVENT_READ, stream)
            while ended not in _served(selector, self._api):
                """It lives."""
        for stream in streams:
            stream.read_out()
        os.close(ended)
        self._api.close()
        self._api.outcomes.put(("exit", self._process.wait()))


def _served(selector: selectors.BaseSelector, api: RuntimeApi) -> list[int]:
    """What was ready, once it is dealt with."""
    ready = [key for key, _ in selector.select()]
    for key in ready:
        if key.fileobj is api.listener:
            api.accept()
        elif key.data and not key.data.read():
            selector.unregister(key.fd)
    return [key.fd for key in ready]
