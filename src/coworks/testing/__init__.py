"""What the tests of users import.

`client(app)` calls a service as API Gateway would, without a socket; `run(...)` runs a workflow of a project
in memory, with every wait skipped, its calls made or answered by the test.

Names are handed out when first asked for: pytest loads `plugin` from here in every project.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coworks.local.calls_made import CallMade as CallMade
    from coworks.testing.answers import failure as failure
    from coworks.testing.answers import in_turn as in_turn
    from coworks.testing.beginnings import at_step as at_step
    from coworks.testing.clients import Answer as Answer
    from coworks.testing.clients import Client as Client
    from coworks.testing.clients import client as client
    from coworks.testing.histories import HistorySnapshot as HistorySnapshot
    from coworks.testing.memory import ProjectInMemory as ProjectInMemory
    from coworks.testing.runs import WorkflowRun as WorkflowRun
    from coworks.testing.workflows import run as run

_HOMES = {
    "CallMade": "coworks.local.calls_made",
    "failure": "coworks.testing.answers",
    "in_turn": "coworks.testing.answers",
    "at_step": "coworks.testing.beginnings",
    "Answer": "coworks.testing.clients",
    "Client": "coworks.testing.clients",
    "client": "coworks.testing.clients",
    "HistorySnapshot": "coworks.testing.histories",
    "ProjectInMemory": "coworks.testing.memory",
    "WorkflowRun": "coworks.testing.runs",
    "run": "coworks.testing.workflows",
}
__all__ = [
    "Answer",
    "CallMade",
    "Client",
    "HistorySnapshot",
    "ProjectInMemory",
    "WorkflowRun",
    "at_step",
    "client",
    "failure",
    "in_turn",
    "run",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'coworks.testing' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
