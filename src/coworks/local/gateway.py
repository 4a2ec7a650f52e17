"""The HTTP front of a project: one ASGI application for all services, all workflows and our own pages.

The first segment of the path tells who is asked; a service gets the rest of it, raw, in an event of API
Gateway. The front is asynchronous, what it calls is not: calls run in worker threads.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from starlette.requests import ClientDisconnect, Request

from coworks.local.aws import AwsApp
from coworks.local.bus.resource import BusResource
from coworks.local.calls import Calls, call_of
from coworks.local.events import LambdaContext, asked_of, event_of, response_of
from coworks.local.mail_pages import MailPages
from coworks.local.pages import index_page
from coworks.local.problems import problem
from coworks.local.queues.resource import QueueResource
from coworks.local.workflows import WorkflowResource
from coworks.tech.http_errors import HTTPError

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from coworks.local.system import System
    from coworks.project import Project, Service

logger = logging.getLogger("coworks.local")
access_log = logging.getLogger("coworks.access")

MAX_BODY = 10 * 1024 * 1024
"""Bytes, as for an HTTP API: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""

_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_OUR_OWN = frozenset({"_mail", "_events", "_topics", "_queues", "_aws"})
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Routes:
    """Who answers for the names of a project, as it stands now."""

    def __init__(self, system: System) -> None:
        self.project = system.project
        self.root = self.project.root_service
        self.services: dict[str, Service] = {one.name: one for one in self.project.services}
        self.broken = frozenset(one.name for one in self.project.broken)
        self.workflows = {
            workflow.name: WorkflowResource(workflow, system.engine)
            for workflow in self.project.workflows
            if workflow.definition is not None
        }


class Gateway:
    """The ASGI application of a running system.

    With `only_local`, our own pages and the workflows answer to the names of this machine alone.
    """

    def __init__(self, system: System, *, only_local: bool = True) -> None:
        self._system = system
        self._calls = Calls()
        self._routes = Routes(system)
        self._bus: dict[str, BusResource | QueueResource] = {
            "_events": BusResource("event", system.bus),
            "_topics": BusResource("topic", system.bus),
            "_queues": QueueResource(system.queues),
        }
        self._mails = MailPages(system.mailbox)
        self._aws = AwsApp(system, os.environ)
        self._only_local = only_local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        started = time.perf_counter()
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:
            response = problem(503, "the server is stopping", headers={"Connection": "close"})
        except Exception:
            logger.exception("the answer to %s %s failed", request.method, request.url.path)
            response = problem(500, "the server made a mistake: see the terminal")
        _log(request, response, started)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        body = await _read_body(request)
        if body is None:
            return problem(413, f"the body is larger than {MAX_BODY // 1024 // 1024} MB")
        path = request.scope["raw_path"].decode("ascii").partition("?")[0]
        first, slash, rest = path.removeprefix("/").partition("/")
        name = unquote(first)
        if self._routes.project is not self._system.project:
            self._routes = Routes(self._system)
        routes = self._routes
        if routes.root is None or name in _OUR_OWN:
            if name in routes.services:
                return await self._call(routes.services[name], request, slash + rest or "/", body)
            if name in routes.broken:
                return problem(503, f'the service "{name}" did not load: see the terminal')
            if name == "_aws":
                return await self._aws.answer(request, slash + rest, body)
            if refusal := self._refuse_strangers(request):
                return refusal
            return await self._own(routes, request, name, slash + rest or "/", body)
        if routes.root in routes.broken:
            return problem(503, "the service did not load: see the terminal")
        return await self._call(routes.services[routes.root], request, path, body)

    async def _call(self, service: Service, request: Request, path: str, body: bytes) -> Response:
        event = event_of(request, path, body, service.name)
        return response_of(await self._calls.run(service.app, event, LambdaContext(service.name)))

    async def _own(self, routes: Routes, request: Request, name: str, path: str, body: bytes) -> Response:
        """Our own pages and the workflows; `path` is raw and below the name."""
        rest = unquote(path.removeprefix("/"))
        if name == "" and not rest:
            return _index(routes.project)
        if name == "_mail":
            wants_page = "text/html" in request.headers.get("accept", "")
            return await self._calls.run(self._mails.answer, request.method, rest, wants_page)
        if told := self._bus.get(name):
            return await self._calls.run(told.answer, request.method, rest, body)
        if workflow := routes.workflows.get(name):
            try:
                asked = asked_of(request, path, body)
            except HTTPError as error:
                return problem(error.status, str(error))
            return await self._calls.run(workflow.answer, asked)
        return problem(404, f"there is no service and no workflow at /{name}")

    def _refuse_strangers(self, request: Request) -> Response | None:
        """Workflows and mails are for this machine: neither a rebound name nor another site gets there."""
        host = request.url.hostname
        if self._only_local and host not in _LOCAL_HOSTS:
            return problem(403, f"{host} is not an address of this server")
        origin = request.headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
        if foreign and request.method in _CHANGING:
            return problem(403, f"a page of {origin} may not do this")
        return None


def _index(project: Project) -> Response:
    services = [(f"/{one.name}", (type(one.app).__doc__ or "").split("\n")[0]) for one in project.services]
    services += [(f"/{one.name}", "did not load: see the terminal") for one in project.broken]
    workflows = [(f"/{one.name}", one.comment or "") for one in project.workflows]
    return index_page(project.settings.name, services, workflows)


async def _read_body(request: Request) -> bytes | None:
    """The body, or None when it is too large."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _log(request: Request, response: Response, started: float) -> None:
    milliseconds = (time.perf_counter() - started) * 1000
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    call = call_of(request.method, path, response.status_code, milliseconds)
    access_log.info("%-6s %s %d %.1f ms", *call.values(), extra={"call": call})
