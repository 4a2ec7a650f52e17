"""Several stacks: services first, workflows after them, side by side where nothing is in the way."""

from __future__ import annotations

import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from coworks.deploy.errors import DeployError
from coworks.deploy.stacks.artifacts import Bucket
from coworks.deploy.stacks.aws import asking_aws
from coworks.deploy.stacks.changesets import MOST_OF_A_BODY, Event, StackWriter
from coworks.deploy.template import Template
from coworks.deploy.template.function import BUCKET

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from coworks.deploy.packages import Package
    from coworks.deploy.stacks.aws import Clients
    from coworks.deploy.template import Stack

AnyStack = TypeVar("AnyStack", bound="Stack")

_AT_ONCE = 8
_LOOK_EVERY = 2.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a stack: whether it changed, its outputs, and the error it failed with."""

    name: str
    stack: str
    changed: bool
    outputs: Mapping[str, str] = field(default_factory=dict)
    error: DeployError | None = None


class Deployer:
    """Deploys, looks at and deletes the stacks of one stage. `tell` hears (name, event), from any thread."""

    def __init__(
        self,
        clients: Clients,
        project: str,
        bucket: str | None = None,
        tell: Callable[[str, Event], None] = lambda name, event: None,
        look_every: float = _LOOK_EVERY,
    ) -> None:
        self._clients = clients
        self._project = project
        self._tell = tell
        self._look_every = look_every
        self._stopped = threading.Event()
        self.bucket = Bucket(clients, bucket)

    def upload(self, packages: Sequence[Package], key_of: Callable[[Package], str]) -> list[str]:
        """Send the packages that the bucket does not have; the names of those that were sent."""
        with asking_aws():
            self.bucket.prepare()
            return [one.service for one in packages if self.bucket.put(key_of(one), one.file)]

    def deployed(self, stack: Stack) -> Mapping[str, Any] | None:
        """The template of the stack as it is deployed, None when there is none."""
        with asking_aws():
            body = self._writer(stack.name, stack.stack).template()
        found: Mapping[str, Any] | None = json.loads(body) if isinstance(body, str) else body
        return found

    def all_deployed(self, stacks: Sequence[Stack]) -> list[Mapping[str, Any] | None]:
        """The same for several stacks, which are asked for side by side; in their order."""
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="look") as pool:
            return list(pool.map(self.deployed, stacks))

    def deploy(self, templates: Sequence[Template]) -> list[Outcome]:
        """Bring the stacks to their templates; a workflow only when all before it came up."""
        outcomes: list[Outcome] = []
        for kind in ("service", "workflow"):
            if any(one.error for one in outcomes):
                break
            outcomes += self._each([one for one in templates if one.kind == kind], self._deploy)
        return outcomes

    def delete(self, stacks: Sequence[Stack]) -> list[Outcome]:
        """Delete the stacks, what calls before what is called."""
        outcomes: list[Outcome] = []
        for kind in ("workflow", "service"):
            outcomes += self._each([one for one in stacks if one.kind == kind], self._delete)
        return outcomes

    def describe(self, stack: Stack) -> tuple[str, Mapping[str, str]] | None:
        """How a stack stands, and its outputs; None when there is none."""
        with asking_aws():
            found = self._writer(stack.name, stack.stack).described()
        return (found["StackStatus"], _outputs(found)) if found else None

    def former(self, stack: Stack) -> Template | None:
        """What was deployed before what is now, as the bucket has kept it; None when nothing was."""
        present = self.deployed(stack)
        with asking_aws():
            bodies = [
                json.loads(self.bucket.text(key)) for key in self.bucket.keys(self._history(stack.stack))
            ]
        is_later = True
        for body in reversed(bodies):
            if body != present and not is_later:
                return Template(stack.name, stack.stack, stack.kind, body)
            is_later = is_later and body != present
        return None

    def _each(self, stacks: Sequence[AnyStack], work: Callable[[AnyStack], Outcome]) -> list[Outcome]:
        """What came of each. Ctrl-C leaves those that were not begun, and waits no more for the others."""
        if not stacks:
            return []
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="stack") as pool:
            begun = {pool.submit(work, stack): stack for stack in stacks}
            try:
                wait(begun)
            except KeyboardInterrupt:
                self._stopped.set()
                for future in begun:
                    future.cancel()
        return [
            _not_begun(stack) if future.cancelled() else future.result() for future, stack in begun.items()
        ]

    def _deploy(self, template: Template) -> Outcome:
        text = template.to_json()
        parameters = {BUCKET: self.bucket.name} if BUCKET in template.body.get("Parameters", {}) else {}
        writer = self._writer(template.name, template.stack)
        try:
            with asking_aws():
                changed = writer.apply(self._source(template, text), parameters, f"coworks-{uuid4().hex}")
                if changed:
                    self.bucket.put_text(
                        f"{self._history(template.stack)}{datetime.now(UTC):%Y%m%dT%H%M%S.%f}.json", text
                    )
                return Outcome(template.name, template.stack, changed, _outputs(writer.described() or {}))
        except DeployError as error:
            return Outcome(template.name, template.stack, False, error=error)

    def _delete(self, stack: Stack) -> Outcome:
        try:
            with asking_aws():
                deleted = self._writer(stack.name, stack.stack).delete()
        except DeployError as error:
            return Outcome(stack.name, stack.stack, False, error=error)
        return Outcome(stack.name, stack.stack, deleted)

    def _source(self, template: Template, text: str) -> dict[str, str]:
        if len(text.encode()) <= MOST_OF_A_BODY:
            return {"TemplateBody": text}
        digest = hashlib.sha256(text.encode()).hexdigest()[:32]
        key = f"{self._project}/templates/{template.stack}-{digest}.json"
        self.bucket.put_text(key, text)
        return {"TemplateURL": self.bucket.url(key)}

    def _history(self, stack: str) -> str:
        return f"{self._project}/deployments/{stack}/"

    def _writer(self, name: str, stack: str) -> StackWriter:
        return StackWriter(
            self._clients.cloudformation, stack, self._pause, lambda event: self._tell(name, event)
        )

    def _pause(self) -> None:
        if self._stopped.wait(self._look_every):
            raise DeployError(
                "stopped here; AWS goes on with what it began", hint="run the command again: it goes on"
            )


def _not_begun(stack: Stack) -> Outcome:
    error = DeployError(f"{stack.stack}: stopped before it was begun", hint="run the command again")
    return Outcome(stack.name, stack.stack, False, error=error)


def _outputs(stack: Mapping[str, Any]) -> dict[str, str]:
    return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", ())}
