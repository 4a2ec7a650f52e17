"""The HTTP front of a project: one ASGI application for all services, all workflows and our own pages.

The first segment of the path tells who is asked; a service gets the rest of it, raw, in an event of API
Gateway. The front is asynchronous, what it calls is not: calls run in worker threads.
"""

from __future__ import annotations

import logging
import os
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from coworks.engine import TaskError
from coworks.engine.front import Front
from coworks.engine.listening import is_loopback, names_this_machine
from coworks.local.bus.resource import BusResource
from coworks.local.calls import Calls
from coworks.local.events import (
    LARGEST_PAYLOAD,
    asked_of,
    event_of,
    is_too_large,
    response_of,
    size_of,
)
from coworks.local.mail.pages import MailPages
from coworks.local.pages import index_page
from coworks.local.problems import problem
from coworks.local.queues.resource import QueueResource
from coworks.local.replay_resource import ADDRESS as REPLAYS
from coworks.local.replay_resource import ReplayResource, key_of
from coworks.local.workflows import WorkflowResource
from coworks.tech.http_errors import HTTPError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from coworks.local.aws.app import AwsApp
    from coworks.local.system import System
    from coworks.project import Project, Service

logger = logging.getLogger("coworks.local")

MAX_BODY = 10 * 1024 * 1024
"""Bytes, as for an HTTP API: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""

_TOO_LARGE = "Lambda takes and gives up to 6 MB"
_OUR_OWN = frozenset({"_mail", "_events", "_topics", "_queues", "_aws", REPLAYS})
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


class Gateway(Front):
    """The ASGI application of a running system.

    With `only_local`, our own pages and the workflows answer to the names of this machine alone.
    """

    longest = MAX_BODY

    def __init__(self, system: System, *, only_local: bool = True) -> None:
        super().__init__()
        self._system = system
        self._calls = Calls()
        # Each service has threads of its own, and so have we: one that hangs keeps nobody else waiting.
        self._calls_of: dict[str, Calls] = {}
        self._routes = Routes(system)
        self._told: dict[str, BusResource | QueueResource | ReplayResource] = {
            "_events": BusResource("event", system.bus),
            "_topics": BusResource("topic", system.bus),
            "_queues": QueueResource(system.queues),
            REPLAYS: ReplayResource(system.engine, key_of(system.project.settings.state_folder)),
        }
        self._mails = MailPages(system.mailbox)
        self._only_local = only_local

    @cached_property
    def _aws(self) -> AwsApp:
        """AWS's endpoint, which only who asks it loads."""
        app: AwsApp = import_module("coworks.local.aws.app").AwsApp(self._system, os.environ)
        return app

    def refusal(self, status: int, detail: str) -> Response:
        return problem(status, detail)

    def told(self, request: Request, response: Response) -> tuple[str, str, str, int | str]:
        name, path = self._split(request)
        if operation := request.headers.get("x-amz-target"):
            return name, request.method, operation[:80], response.status_code
        # A query may hold a secret, as the link of an approval does: no line shows one.
        return name, request.method, unquote(path), response.status_code

    def _split(self, request: Request) -> tuple[str, str]:
        """Who is asked, and the raw path below that name."""
        path = request.scope["raw_path"].decode("ascii").partition("?")[0]
        first, slash, rest = path.removeprefix("/").partition("/")
        name = unquote(first)
        if self._routes.root is None or name in _OUR_OWN:
            return name, slash + rest or "/"
        return self._routes.root, path

    async def answer(self, request: Request, body: bytes) -> Response:
        if self._routes.project is not self._system.project:
            self._routes = Routes(self._system)
        routes = self._routes
        name, path = self._split(request)
        if name in routes.services:
            return await self._call(routes.services[name], request, path, body)
        if name in routes.broken:
            return problem(503, f'the service "{name}" did not load: see the terminal')
        if refusal := _refuse_other_machines(request):
            return refusal
        if name == "_aws":
            return await self._aws.answer(request, path, body)
        if refusal := self._refuse_strangers(request):
            return refusal
        return await self._own(routes, request, name, path, body)

    async def _call(self, service: Service, request: Request, path: str, body: bytes) -> Response:
        event = event_of(request, path, body, service.name)
        if is_too_large(event, body):
            return problem(413, f"{_TOO_LARGE}; a body that is no text grows by a third on its way")
        calls = self._calls_of.setdefault(service.name, Calls())
        try:
            answer = await calls.run(self._system.services.run, service, event)
        except TaskError as error:
            logger.error("%s failed with %s: %s", service.name, error.error, error)
            return problem(500, "the service failed: see the terminal")
        if size_of(answer) <= LARGEST_PAYLOAD:
            return response_of(answer)
        logger.error("%s answers %s %s with %d bytes", service.name, request.method, path, size_of(answer))
        return problem(500, f"the answer is too large: {_TOO_LARGE}")

    async def _own(self, routes: Routes, request: Request, name: str, path: str, body: bytes) -> Response:
        """Our own pages and the workflows; `path` is raw and below the name."""
        rest = unquote(path.removeprefix("/"))
        if name == "" and not rest:
            return _index(routes.project)
        if name == "_mail":
            wants_page = "text/html" in request.headers.get("accept", "")
            return await self._calls.run(self._mails.answer, request.method, rest, wants_page)
        if resource := self._told.get(name):
            return await self._calls.run(resource.answer, request.method, rest, body)
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
        if self._only_local and not names_this_machine(host or ""):
            return problem(403, f"{host} is not an address of this server")
        origin = request.headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
        if foreign and request.method in _CHANGING:
            return problem(403, f"a page of {origin} may not do this")
        return None


def _refuse_other_machines(request: Request) -> Response | None:
    """What is not guarded by a service's `auth` or by a password is for this machine, wherever we listen:
    mails hold the links of approvals, messages the data of customers.
    """
    if request.client is None or is_loopback(request.client.host):
        return None
    return problem(
        403, "this is for the machine itself: others reach its services, and the console by password"
    )


def _index(project: Project) -> Response:
    services = [(f"/{one.name}", (type(one.app).__doc__ or "").split("\n")[0]) for one in project.services]
    services += [(f"/{one.name}", "did not load: see the terminal") for one in project.broken]
    workflows = [(f"/{one.name}", one.comment or "") for one in project.workflows]
    return index_page(project.settings.name, services, workflows)
