"""Every workflow as a REST resource.

`POST /{workflow}` starts it (202, `Location`), `GET /{workflow}/{id}` tells how an execution stands,
`GET /{workflow}` lists them (`?status=`, `?limit=`), `DELETE /{workflow}/{id}` stops one, and
`POST /{workflow}/{id}/redrive` has one that failed go on. The addresses of its `http` triggers go before
these.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from coworks.engine import (
    EngineError,
    ExecutionDoesNotExistError,
    InvalidExecutionInputError,
    Status,
    StoreError,
)
from coworks.local.http_triggers import HttpTriggers
from coworks.local.problems import problem
from coworks.local.runs import description, summary
from coworks.tech.bodies import raw_bytes
from coworks.tech.http_errors import HTTPError

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.biz import CompiledWorkflow
    from coworks.engine import Engine, Execution
    from coworks.tech.request import Request

MAX_LISTED = 1000
STOPPED_BY_REQUEST = "Stopped by request."


class WorkflowResource:
    """The resource of one workflow. The methods may wait for the disk: call them in a worker thread."""

    def __init__(self, workflow: CompiledWorkflow, engine: Engine) -> None:
        self._name = workflow.name
        self._sources = workflow.source_map
        self._engine = engine
        self._triggers = HttpTriggers(workflow)

    def answer(self, request: Request) -> Response:
        """The answer to a request, whose path is the one below the workflow: `/`, or `/{id}`."""
        actions = self._actions(request)
        action = actions.get("GET" if request.method == "HEAD" else request.method)
        if action is None:
            allowed = ", ".join(actions)
            return problem(405, f"use one of {allowed}", headers={"Allow": allowed})
        try:
            return action(request)
        except HTTPError as error:
            return problem(error.status, str(error))
        except ExecutionDoesNotExistError as error:
            return problem(404, error.message)
        except InvalidExecutionInputError as error:
            return problem(400, error.explain())
        except StoreError as error:
            return problem(503, error.explain())
        except EngineError as error:
            return problem(409, error.explain())

    def _actions(self, request: Request) -> dict[str, Callable[[Request], Response]]:
        """What can be done at an address, by method: what triggers say goes first."""
        own: dict[str, Callable[[Request], Response]]
        match list(request.segments):
            case []:
                own = {"GET": self._list, "POST": self._start}
            case [_, "redrive"]:
                own = {"POST": self._redrive}
            case _:
                own = {"GET": self._describe, "DELETE": self._stop}
        return {**own, **dict.fromkeys(self._triggers.methods(request.path), self._trigger)}

    def _trigger(self, request: Request) -> Response:
        data = json.dumps(self._triggers.input_for(request))
        return self._started(self._engine.start_execution(self._name, data))

    def _start(self, request: Request) -> Response:
        try:
            data = raw_bytes(request.body).decode() or "{}"
        except UnicodeDecodeError:
            return problem(400, "the body is not UTF-8 text")
        return self._started(self._engine.start_execution(self._name, data))

    def _started(self, execution: Execution) -> Response:
        told = {"id": execution.name, "status": str(execution.status)}
        return JSONResponse(told, 202, {"Location": f"/{self._name}/{execution.name}"})

    def _describe(self, request: Request) -> Response:
        identity = "/".join(request.segments)
        execution = self._engine.describe_execution(self._name, identity)
        events = self._engine.get_execution_history(self._name, identity)
        return _json(description(execution, events, self._sources))

    def _stop(self, request: Request) -> Response:
        identity = "/".join(request.segments)
        return _json(summary(self._engine.stop_execution(self._name, identity, cause=STOPPED_BY_REQUEST)))

    def _redrive(self, request: Request) -> Response:
        return self._started(self._engine.redrive_execution(self._name, request.segments[0]))

    def _list(self, request: Request) -> Response:
        status, limit = request.query.get("status"), request.query.get("limit", "100")
        if status is not None and (isinstance(status, list) or status not in Status.__members__):
            return problem(400, f"status must be one of {', '.join(Status)}")
        if isinstance(limit, list) or not (
            limit.isascii() and limit.isdigit() and 1 <= int(limit) <= MAX_LISTED
        ):
            return problem(400, f"limit must be a number from 1 to {MAX_LISTED}")
        wanted = None if status is None else Status(status)
        found = self._engine.list_executions(self._name, status=wanted, limit=int(limit))
        return _json({"executions": [summary(execution) for execution in found]})


def _json(value: object) -> Response:
    content = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    return Response(content, media_type="application/json")
