"""Starting, stopping and looking at executions from outside the process that runs the project.

What is on disk is read from the disk, whether a server runs or not. What changes something is asked of the
running server; when there is none, the command runs the project itself for as long as it takes.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.request import Request

from coworks.engine import SqliteStore, Status
from coworks.engine.records import Which
from coworks.errors import CoWorksError, UsageError
from coworks.local.direct import OPENER
from coworks.local.lock import ProjectLock
from coworks.local.paths import path_of
from coworks.local.replay_resource import ADDRESS as REPLAYS
from coworks.local.replay_resource import key_of, request_of
from coworks.local.runs import description, failure
from coworks.local.serve import serving
from coworks.local.system import DATABASE
from coworks.local.visits import read_visits
from coworks.project.state_folder import prepare_state_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.biz import SourceMap
    from coworks.biz.drawing import Run
    from coworks.engine import Execution
    from coworks.local.replay import Beginning
    from coworks.project import Project, Settings

ANSWER_WITHIN = 40
LOOK_EVERY = 0.05


class Control:
    """The executions of a project, for one command."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.state_folder
        prepare_state_folder(self._folder)
        self._lock = ProjectLock(self._folder)
        self._store = SqliteStore(self._folder / DATABASE)

    def close(self) -> None:
        self._store.close()

    def executions(self, workflow: str | None, status: Status | None, limit: int) -> list[Execution]:
        """Executions, the newest first."""
        return self._store.executions(Which(workflow, status), limit=limit)

    def find(self, identity: str) -> Execution:
        """The execution of this id, or of `workflow:id` where two workflows have one of the same id."""
        workflow, colon, name = identity.rpartition(":")
        found = self._store.executions(Which(workflow if colon else None, name=name), limit=2)
        if len(found) == 1:
            return found[0]
        if not found:
            raise UsageError(f'there is no execution "{identity}"', hint="list them: cws executions list")
        choices = ", ".join(f"{one.machine}:{one.name}" for one in found)
        raise UsageError(f'several executions are named "{identity}"', hint=f"say which: {choices}")

    def describe(self, execution: Execution, sources: SourceMap) -> dict[str, Any]:
        """The execution with its steps; `sources` says where those of its workflow are written."""
        return description(execution, self._store.events(execution.id), sources)

    def events(self, execution: Execution) -> list[Mapping[str, Any]]:
        """The history of an execution, as AWS tells it."""
        return list(self._store.events(execution.id))

    def failure(self, execution: Execution, sources: SourceMap) -> str:
        """How an execution failed, and where, in one line."""
        return failure(execution, self._store.events(execution.id), sources)

    def path(self, execution: Execution) -> Run:
        """The path that an execution took, to be drawn."""
        return path_of(execution, read_visits(execution, self._store.events(execution.id)))

    def start(self, project: Project, workflow: str, text: str, *, wait: bool) -> Execution:
        """Start an execution, and with `wait` return it only once it is over."""
        if url := self._lock.server_url():
            started = _ask("POST", f"{url}/{workflow}", text)
            execution = self.find(f"{workflow}:{started['id']}")
            return self._followed(execution) if wait else execution
        with serving(project) as system:
            execution = system.engine.start_execution(workflow, text)
            return system.engine.wait(workflow, execution.name) if wait else execution

    def begin(self, project: Project, workflow: str, beginning: Beginning, *, wait: bool) -> Execution:
        """Start an execution that runs another one again, and with `wait` return it only once it is over."""
        if beginning.at is None:
            return self.start(project, workflow, beginning.input, wait=wait)
        if self.is_served:
            begun = self.tell(REPLAYS, request_of(workflow, beginning, key_of(self._folder)))
            execution = self.find(f"{workflow}:{begun['id']}")
            return self._followed(execution) if wait else execution
        with serving(project) as system:
            execution = system.engine.start_execution(workflow, beginning.input, at=beginning.at)
            return system.engine.wait(workflow, execution.name) if wait else execution

    def _followed(self, execution: Execution) -> Execution:
        """The execution once the running server has brought it to its end."""
        while execution.status is Status.RUNNING:
            if not self.is_served:
                raise CoWorksError(
                    f"the server stopped before {execution.name} was over",
                    hint="nothing is lost: it goes on with the next cws run",
                )
            time.sleep(LOOK_EVERY)
            execution = self.find(f"{execution.machine}:{execution.name}")
        return execution

    def tell(self, path: str, told: Mapping[str, Any]) -> dict[str, Any]:
        """Tell the running server something, at an address of its own such as `_events`; what it answers.

        Raises `CoWorksError` when none runs: events and messages are for those who hear them now.
        """
        url = self._lock.server_url()
        if url is None:
            raise CoWorksError("nothing runs this project, so nobody would hear it", hint="start it: cws run")
        return _ask("POST", f"{url}/{path}", json.dumps(told))

    def look(self, path: str) -> dict[str, Any]:
        """What the running server tells at an address of its own. Raises `CoWorksError` when none runs."""
        url = self._lock.server_url()
        if url is None:
            raise CoWorksError("nothing runs this project", hint="start it: cws run")
        return _ask("GET", f"{url}/{path}")

    @property
    def is_served(self) -> bool:
        """True while a server runs the project."""
        return self._lock.server_url() is not None

    def stop(self, project: Project, execution: Execution) -> Execution:
        """Stop an execution; one that is over stays as it is."""
        if url := self._lock.server_url():
            _ask("DELETE", f"{url}/{execution.machine}/{execution.name}")
            return self.find(f"{execution.machine}:{execution.name}")
        with serving(project) as system:
            return system.engine.stop_execution(execution.machine, execution.name, cause="Stopped by cws.")

    def redrive(self, project: Project, execution: Execution, *, wait: bool) -> Execution:
        """Have an execution that was not successful go on, and with `wait` return it only once it is over."""
        if url := self._lock.server_url():
            _ask("POST", f"{url}/{execution.machine}/{execution.name}/redrive", "")
            again = self.find(f"{execution.machine}:{execution.name}")
            return self._followed(again) if wait else again
        with serving(project) as system:
            again = system.engine.redrive_execution(execution.machine, execution.name)
            return system.engine.wait(again.machine, again.name) if wait else again


def _ask(method: str, url: str, text: str | None = None) -> dict[str, Any]:
    """Ask the running server. Raises `CoWorksError` with its words when it refuses."""
    headers = {"Content-Type": "application/json"}
    request = Request(url, None if text is None else text.encode(), headers, method=method)  # noqa: S310 - the address is our own server's
    try:
        with OPENER.open(request, timeout=ANSWER_WITHIN) as answer:
            told: dict[str, Any] = json.load(answer)
            return told
    except HTTPError as error:
        with error:
            detail = json.load(error).get("detail", error.reason)
        raise CoWorksError(f"the running server refused: {detail}") from None
    except (URLError, OSError) as error:
        raise CoWorksError(
            f"the running server at {url} does not answer: {error}",
            hint="stop it, and start it again: cws run",
        ) from None
