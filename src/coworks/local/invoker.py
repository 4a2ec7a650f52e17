"""Carries a workflow's calls to the services: the local side of `lambda:invoke`.

`${mail}` is the service `mail`, as it is on AWS once the deployment has filled in its ARN. Payload and
answer travel as JSON, so that what works here works there.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from coworks.biz.functions import service_named
from coworks.engine import Invoke, TaskError, lambda_invoker
from coworks.engine.access import tell
from coworks.engine.integrations import aws_invoker
from coworks.engine.names import Arns
from coworks.local.events import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.project import Project, Service


class Runner(Protocol):
    """Has a service answer an event. Raises what the service raises, or what became of it."""

    def __call__(self, service: Service, event: Any) -> Any: ...

    def use(self, project: Project) -> None:
        """Run the services of this project from now on; calls under way end as they began."""

    def stop(self) -> None:
        """No more calls."""


class InProcess:
    """Runs services in this process."""

    def __call__(self, service: Service, event: Any) -> Any:
        return service.app(event, LambdaContext(service.name))

    def use(self, project: Project) -> None:
        """The services are objects: whoever calls has the right ones."""

    def stop(self) -> None:
        """Threads that hang do not keep the process."""


class Services:
    """The project's services, called by their names. `run` has them answer, in this process or elsewhere."""

    def __init__(self, project: Project, run: Runner | None = None) -> None:
        self.run = run or InProcess()
        self.use(project)

    def use(self, project: Project) -> None:
        """Call those of this project from now on; calls under way end as they began."""
        self.run.use(project)
        self._services = {service.name: service for service in project.services}
        self._broken = {service.name for service in project.broken}

    @property
    def names(self) -> list[str]:
        """The services that can be called, and those that did not load."""
        return sorted({*self._services, *self._broken})

    def call(self, name: str, order: Any) -> Any:
        """What the service answers; raises what it raises, `TaskError` when it is not there."""
        service = self._services.get(name)
        if service is None:
            reason = "did not import: see its traceback" if name in self._broken else "does not exist"
            raise TaskError("Lambda.ResourceNotFoundException", f'the service "{name}" {reason}')
        with _logged(name, order):
            return json.loads(json.dumps(self.run(service, json.loads(json.dumps(order)))))

    def carry(self, service: str, order: Any) -> Any:
        """An order of one service to another (`coworks.connect`): the body of the answer."""
        return self.call(service, order)["body"]


def service_invoker(services: Services) -> Invoke:
    """An `Invoke` for the project's services, and for those of AWS through boto3."""
    functions = lambda_invoker(lambda function, order: services.call(service_named(function), order))
    return aws_invoker(os.environ.get("AWS_REGION", Arns().region), functions)


@contextmanager
def _logged(service: str, order: Any) -> Iterator[None]:
    """One line for the order, as for a call by HTTP; a failure shows its error."""
    started, outcome, (method, path) = time.perf_counter(), "done", _told(order)
    try:
        yield
    except Exception as error:
        outcome = error.error if isinstance(error, TaskError) else type(error).__name__
        raise
    finally:
        tell(service, method, path, outcome, started)


def _told(event: Any) -> tuple[str, str]:
    """What a call is, in two words: its method and path, or what it tells."""
    told = event if isinstance(event, dict) else {}
    if "detail-type" in told:
        return "event", str(told["detail-type"])
    if isinstance(records := told.get("Records"), list) and records:
        if "Sns" in records[0]:
            return "topic", records[0]["Sns"]["TopicArn"].rpartition(":")[2]
        return "queue", f"{len(records)} message{'s' if len(records) > 1 else ''}"
    return str(told.get("method", "order")), f"{told.get('path', '')} order"
