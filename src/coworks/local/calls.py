"""Synchronous calls from the asynchronous front, in threads that never keep the process alive.

The threads of asyncio and of Starlette are waited for when the interpreter ends: a service that takes a
minute would keep `cws run` from stopping for a minute.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from coworks.engine import ThreadWorkers
from coworks.engine.names import Arns

if TYPE_CHECKING:
    from collections.abc import Callable


T = TypeVar("T")
_ARNS = Arns()


def function_arn(service: str) -> str:
    """The ARN that a service has as a Lambda of this machine."""
    return f"arn:aws:lambda:{_ARNS.region}:{_ARNS.account}:function:{service}"


class Calls:
    """Runs functions in up to `limit` threads at once; the others wait their turn."""

    def __init__(self, limit: int = 64) -> None:
        self._workers = ThreadWorkers(limit)

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """What the function returns, or raises."""
        future: Future[T] = Future()

        def job() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = function(*arguments)
            except BaseException as error:  # noqa: BLE001 - it is the caller's, whatever it is
                future.set_exception(error)
            else:
                future.set_result(result)

        self._workers.submit(job)
        return await asyncio.wrap_future(future)
