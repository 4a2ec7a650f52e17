"""The API as a function: target and body in, status, headers and JSON out. It never raises."""

from __future__ import annotations

import logging
import uuid
from concurrent.futures import wait
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from coworks.engine.api import (
    activities,
    executions,
    machines,
    map_runs,
    tags,
    tasks,
    trials,
    validation,
    versions,
)
from coworks.engine.api.errors import ENGINE_ERRORS, ApiError, unknown_operation
from coworks.engine.api.operation import Later
from coworks.engine.api.shapes import check
from coworks.engine.api.wire import CONTENT_TYPE, PREFIX, error_body, read_operation, read_parameters
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.engine.api.operation import Operation
    from coworks.engine.engine import Engine

logger = logging.getLogger("coworks.engine")


LEAST_BODY: Final = 2_000_000
BRIEF_BODY: Final = 16_384
"""Bytes: to read more takes longer than to hand it to a thread."""


class Answer(NamedTuple):
    """An HTTP answer; `json` is its body as a JSON value."""

    status: int
    headers: dict[str, str]
    json: dict[str, Any]


class Api:
    """Step Functions in front of an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def answer(self, target: str | None, body: bytes) -> Answer:
        """The answer to a POST with this `X-Amz-Target`; from any thread, which may have to wait for it."""
        begun = self.begin(target, body)
        if isinstance(begun, Answer):
            return begun
        wait([begun.coming], begun.within)
        return self.finish(begun)

    @cached_property
    def longest_body(self) -> int | None:
        """Bytes below which a body must be: the longest definition or payload, and its escapes."""
        limits = (self._engine.quotas.definition, self._engine.quotas.payload)
        known = [limit for limit in limits if limit is not None]
        return max(LEAST_BODY, *(19 * limit // 10 for limit in known)) if len(known) == len(limits) else None

    def begin(self, target: str | None, body: bytes) -> Answer | Later:
        """The answer, or what it waits for."""
        return self._answered(target, lambda: self._perform(target, body))

    def finish(self, later: Later) -> Answer:
        """The answer after a wait: the result came, the time was up, or the client left."""
        finished = self._answered("a wait", later.told)
        assert isinstance(finished, Answer)  # noqa: S101 - a wait gives members
        return finished

    def is_brief(self, target: str | None, body: bytes) -> bool:
        """True when `begin` takes less time than a thread for it would."""
        operation = OPERATIONS.get((target or "").removeprefix(PREFIX))
        return operation is not None and operation.brief and len(body) <= BRIEF_BODY

    def _answered(self, what: str | None, work: Callable[[], dict[str, Any] | Later]) -> Answer | Later:
        try:
            done = work()
            return done if isinstance(done, Later) else answer(200, done)
        except ApiError as error:
            return refusal(error)
        except CoWorksError as error:
            return refusal(_translated(error))
        except Exception:
            logger.exception("the answer to %s failed", what)
            return refusal(ApiError("InternalFailure", "the server made a mistake: see its log", status=500))

    def _perform(self, target: str | None, body: bytes) -> dict[str, Any] | Later:
        name = read_operation(target)
        operation = OPERATIONS.get(name)
        if operation is None:
            raise unknown_operation(f"the operation {name} is not available here")
        parameters = read_parameters(body)
        check(parameters, operation.shape, self._engine.quotas)
        return operation.perform(self._engine, parameters)


def answer(status: int, json: dict[str, Any]) -> Answer:
    return Answer(status, {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": str(uuid.uuid4())}, json)


def refusal(error: ApiError) -> Answer:
    return answer(error.status, error_body(error))


def _translated(error: CoWorksError) -> ApiError:
    for kind, code in ENGINE_ERRORS.items():
        if isinstance(error, kind):
            return ApiError(code, error.message)
    return ApiError("InternalFailure", error.explain(), status=500)


OPERATIONS: Final[dict[str, Operation]] = {
    **machines.OPERATIONS,
    **versions.OPERATIONS,
    **executions.OPERATIONS,
    **map_runs.OPERATIONS,
    **validation.OPERATIONS,
    **trials.OPERATIONS,
    **activities.OPERATIONS,
    **tasks.OPERATIONS,
    **tags.OPERATIONS,
}
