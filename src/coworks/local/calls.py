"""Synchronous calls from the asynchronous front, in threads that never keep the process alive.

The threads of asyncio and of Starlette are waited for when the interpreter ends: a service that takes a
minute would keep `cws run` from stopping for a minute.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
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
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def job() -> None:
            if future.cancelled():
                return
            try:
                settle = partial(_settle, future, function(*arguments))
            except BaseException as error:  # noqa: BLE001 - it is the caller's, whatever it is
                settle = partial(_break, future, error)
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(settle)

        self._workers.submit(job)
        return await future


def _settle(future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)


def _break(future: asyncio.Future[T], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
