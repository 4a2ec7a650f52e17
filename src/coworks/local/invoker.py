"""Carries a workflow's calls to the services, in process: the local side of `lambda:invoke`.

`${mail}` is the service `mail`, as it is on AWS once the deployment has filled in its ARN. Payload and
answer travel as JSON, so that what works here works there.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from coworks.engine import Invoke, TaskError, lambda_invoker
from coworks.local.events import LambdaContext

if TYPE_CHECKING:
    from coworks.project import Project

logger = logging.getLogger("coworks.local")


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
        return json.loads(json.dumps(app(payload, LambdaContext(name))))

    return lambda_invoker(call)
