"""The API over HTTP, as an ASGI application."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from coworks.engine.api.api import Answer, Api, refusal
from coworks.engine.api.errors import ApiError, unknown_operation
from coworks.engine.connections import LONG_POLL
from coworks.engine.front import Front
from coworks.engine.json_text import row_text
from coworks.engine.listening import names_this_machine

if TYPE_CHECKING:
    from starlette.requests import Request

    from coworks.engine.api.operation import Later

_CODES: Final = {
    403: "AccessDeniedException",
    408: "RequestTimeoutException",
    413: "RequestEntityTooLargeException",
    500: "InternalFailure",
    503: "ServiceUnavailable",
}
"""AWS's names of what a front refuses: https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html"""


class ApiApp(Front):
    """Serves an `Api`. With `only_local` it answers to the names of this machine alone."""

    def __init__(self, api: Api, *, only_local: bool = True) -> None:
        super().__init__()
        self._api = api
        self._only_local = only_local

    @property
    def longest(self) -> int | None:
        below = self._api.longest_body
        return None if below is None else below - 1

    async def answer(self, request: Request, body: bytes) -> Response:
        # A page of another site that had its name point here must not get in. Clients put `sync-` before
        # the host of some calls.
        if self._only_local and not _is_local(request.headers.get("host") or request.url.netloc):
            return self.refusal(403, "this server answers to localhost only")
        if request.method != "POST" or request.scope["path"] != "/":
            return _response(refusal(unknown_operation("the operations of Step Functions are at POST /")))
        target = request.headers.get("x-amz-target")
        if self._api.is_brief(target, body):
            begun = self._api.begin(target, body)
        else:
            begun = await run_in_threadpool(self._api.begin, target, body)
        return _response(begun if isinstance(begun, Answer) else await self._wait_for(begun, request))

    async def _wait_for(self, later: Later, request: Request) -> Answer:
        if later.poll:
            await _poll(later, request)
        else:
            await _come(later)
        return self._api.finish(later)

    def refusal(self, status: int, detail: str) -> Response:
        return _response(refusal(ApiError(_CODES[status], detail, status=status)))

    def told(self, request: Request, response: Response) -> tuple[str, str, str, int | str]:
        operation = request.headers.get("x-amz-target", "").rpartition(".")[2] or request.method
        error = str(json.loads(bytes(response.body)).get("__type", "")) if response.status_code >= 400 else ""
        return "", operation[:80], error.rpartition("#")[2], response.status_code


@lru_cache(maxsize=256)
def _is_local(host: str) -> bool:
    """True for a `Host` that names this machine."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return names_this_machine(name.removeprefix("sync-"))


def _response(answered: Answer) -> Response:
    return Response(row_text(answered.json), answered.status, answered.headers)


async def _come(later: Later) -> None:
    """Wait for what comes, without keeping a thread, as long as it may take."""
    loop = asyncio.get_running_loop()
    over: asyncio.Future[None] = loop.create_future()
    late = loop.call_later(later.within, _end, over)
    later.coming.add_done_callback(partial(_wake, loop, over))
    try:
        await over
    finally:
        late.cancel()


def _wake(loop: asyncio.AbstractEventLoop, over: asyncio.Future[None], _: object) -> None:
    with suppress(RuntimeError):  # the server is gone, and the client with it
        loop.call_soon_threadsafe(_end, over)


def _end(over: asyncio.Future[None]) -> None:
    if not over.done():
        over.set_result(None)


async def _poll(later: Later, request: Request) -> None:
    """The same, given up when the client goes away."""
    request.scope.setdefault("state", {})[LONG_POLL] = True
    coming = asyncio.wrap_future(later.coming)
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({coming, gone}, timeout=later.within, return_when=asyncio.FIRST_COMPLETED)
        if gone.done() and not coming.done() and later.coming.cancel():
            raise ClientDisconnect
    except asyncio.CancelledError:
        later.coming.cancel()
        raise
    finally:
        gone.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        """What else may come is of no interest: the body is read."""
