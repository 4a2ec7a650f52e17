"""The endpoint: which service a request is for, told by its target, its path, its form or its signature."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from starlette.responses import Response

from coworks.engine.api.api import Api
from coworks.local.aws import sns, sts
from coworks.local.aws.elsewhere import Endpoint, Moto
from coworks.local.aws.events import TARGET as EVENTS
from coworks.local.aws.events import events_api
from coworks.local.aws.functions import functions_api
from coworks.local.aws.guard import refusal_of
from coworks.local.aws.protocols import json_refusal
from coworks.local.aws.scheduler import scheduler_api
from coworks.local.aws.sqs import TARGET as SQS
from coworks.local.aws.sqs import sqs_api
from coworks.local.aws.stored_files import StoredFiles
from coworks.local.aws.wire import AwsAnswer, AwsError, AwsRequest
from coworks.local.calls import Calls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from coworks.local.aws.elsewhere import Elsewhere
    from coworks.local.system import System

logger = logging.getLogger("coworks.local")

LONG_POLLS = 512
"""Requests at once: most of them are receivers who wait for messages."""


class AwsApp:
    """AWS in front of a running system. `environment` may name an endpoint for what is not ours."""

    def __init__(self, system: System, environment: Mapping[str, str]) -> None:
        self._base = f"{system.url}/_aws"
        self._calls = Calls(LONG_POLLS)
        self._states = Api(system.engine)
        self._by_target = {SQS: sqs_api(system.queues), EVENTS: events_api(system.bus, system.aws.rules)}
        self._functions = functions_api(system.services, system.bus, system.aws.calls)
        self._scheduler = scheduler_api(system.aws.schedules)
        self._sns, self._sts = sns.sns_api(system.bus, system.aws.subscriptions), sts.sts_api()
        named = environment.get("AWS_ENDPOINT_URL", self._base)
        moto = named == self._base
        self._elsewhere: Elsewhere = StoredFiles(Moto(), system.bus) if moto else Endpoint(named)

    async def answer(self, request: Request, path: str, body: bytes) -> Response:
        """The answer to an HTTP request; `path` is raw and below `/_aws`."""
        headers = {name.lower(): text for name, text in request.headers.items()}
        peer = request.client.host if request.client else ""
        if refusal := refusal_of(peer, request.url.hostname or "", headers):
            told = json_refusal(AwsError("AccessDeniedException", refusal, status=403))
        else:
            asked = AwsRequest(request.method, path or "/", request.url.query, headers, body, self._base)
            told = await self._calls.run(self._perform, asked)
        return Response(told.body, told.status, dict(told.headers))

    def _perform(self, request: AwsRequest) -> AwsAnswer:
        try:
            return self.perform(request)
        except Exception:
            logger.exception("the answer to %s %s failed", request.target[1] or request.method, request.path)
            said = "the server made a mistake: see the terminal"
            return json_refusal(AwsError("InternalFailure", said, status=500))

    def perform(self, request: AwsRequest) -> AwsAnswer:
        """The answer of the service that the request is for. It may take as long as a long poll."""
        service, _ = request.target
        if service == "AWSStepFunctions":
            return self._of_states(request)
        if api := self._by_target.get(service):
            return api.answer(request)
        if request.signed_for == "scheduler":
            return self._scheduler.answer(request)
        if self._functions.route(request):
            return self._functions.answer(request)
        form = request.form()
        if form.get("Action") == sts.OPERATION:
            return self._sts.answer(request)
        if form.get("Version") == sns.VERSION and request.signed_for in ("sns", ""):
            return self._sns.answer(request)
        return self._elsewhere(request)

    def _of_states(self, request: AwsRequest) -> AwsAnswer:
        told = self._states.answer(request.headers.get("x-amz-target"), request.body)
        return AwsAnswer(told.status, json.dumps(told.json).encode(), told.headers)
