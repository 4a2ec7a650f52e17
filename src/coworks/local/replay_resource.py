"""Executions that begin at a step, over HTTP: how `cws replay` asks the running project.

`POST /_replays` with `workflow`, `input` (of the whole), `at` (`state`, `input`, `variables`, `reason`) and
`key`: 202 with the `id`. What was known at the step is read by whoever asks, from this disk or from AWS. A
step may come after an approval, so the key is one that is read from the state folder: reaching the server is
not enough.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse

from coworks.biz.names import REPLAY
from coworks.engine import EngineError
from coworks.engine.records import StartPoint
from coworks.local.problems import problem
from coworks.local.results import secret_kept_in

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.responses import Response

    from coworks.engine import Engine
    from coworks.local.replay import Beginning

ADDRESS: Final = "_replays"
_KINDS: Final[dict[str, type]] = {"workflow": str, "input": object, "at": dict, "key": str}
_AT_KINDS: Final[dict[str, type]] = {"state": str, "input": object, "variables": dict, "reason": dict}


def key_of(state_folder: Path) -> str:
    """What a request must tell, for those who may read the state of the project."""
    return secret_kept_in(state_folder / "replay_key")


def request_of(workflow: str, beginning: Beginning, key: str) -> dict[str, Any]:
    """What is asked for an execution that begins at a step."""
    at = asdict(beginning.at) if beginning.at else {}
    told = {name: at[name] for name in _AT_KINDS if name in at}
    return {"workflow": workflow, "input": json.loads(beginning.input), "at": told, "key": key}


class ReplayResource:
    """The method waits for the disk: call it in a worker thread."""

    def __init__(self, engine: Engine, key: str) -> None:
        self._engine = engine
        self._key = key.encode()

    def answer(self, method: str, rest: str, body: bytes) -> Response:
        """The answer to a request; nothing follows our own address."""
        if rest:
            return problem(404, f"there is nothing at {rest}")
        if method != "POST":
            return problem(405, "use POST", headers={"Allow": "POST"})
        try:
            told = json.loads(body)
        except ValueError as error:
            return problem(400, f"the body is not JSON: {error}")
        if not _fits(told, _KINDS) or not _fits(told["at"], _AT_KINDS):
            return problem(400, f"the body has {', '.join(_KINDS)}, and at has {', '.join(_AT_KINDS)}")
        if not hmac.compare_digest(told["key"].encode(errors="replace"), self._key):
            return problem(403, "the key is not the one of this project")
        at = StartPoint(**told["at"], told_as=REPLAY)
        try:
            begun = self._engine.start_execution(told["workflow"], json.dumps(told["input"]), at=at)
        except EngineError as error:
            return problem(409, error.explain())
        return JSONResponse({"id": begun.name}, 202)


def _fits(told: Any, kinds: dict[str, type]) -> bool:
    """True for an object of these keys and kinds of values."""
    return (
        isinstance(told, dict)
        and told.keys() == kinds.keys()
        and all(isinstance(told[name], kind) for name, kind in kinds.items())
    )
