"""Carries a workflow's calls to the services, in process: the local side of `lambda:invoke`.

`${mail}` is the service `mail`, as it is on AWS once the deployment has filled in its ARN. Payload and
answer travel as JSON, so that what works here works there.
"""

from __future__ import annotations

import json
import logging
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from coworks.engine import Invoke, TaskError, lambda_invoker
from coworks.local.events import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.project import Project

access_log = logging.getLogger("coworks.access")


def service_invoker(project: Project) -> Invoke:
    """An `Invoke` for the project's services."""
    apps = {service.name: service.app for service in project.services}
    broken = {service.name for service in project.broken}

    def call(function: str, payload: Any) -> Any:
        name = function.removeprefix("${").removesuffix("}")
        app = apps.get(name)
        if app is None:
            reason = "did not import: see its traceback" if name in broken else "does not exist"
            raise TaskError("Lambda.ResourceNotFoundException", f'the service "{name}" {reason}')
        with _logged(name, payload):
            return json.loads(json.dumps(app(payload, LambdaContext(name))))

    return lambda_invoker(call)


@contextmanager
def _logged(service: str, order: Any) -> Iterator[None]:
    """One line for the order, as for a call by HTTP; a failure shows its error."""
    started, outcome = time.perf_counter(), "done"
    try:
        yield
    except Exception as error:
        outcome = type(error).__name__
        raise
    finally:
        told = order if isinstance(order, dict) else {}
        milliseconds = (time.perf_counter() - started) * 1000
        path = f"/{service}{told.get('path', '')}"
        access_log.info("%-6s %s order %s %.1f ms", told.get("method", "order"), path, outcome, milliseconds)
